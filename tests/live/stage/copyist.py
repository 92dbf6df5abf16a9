"""Presets that would rather copy than anything else, and what they copied, found by trying all places."""

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from live.core.planning.states import Source
from live.core.planning.style import Style
from presets.bundles.settings import Part, Sampling
from presets.music.event import Event, Note
from presets.music.originality import LEAST_NOTES, OriginalityIndex
from tests.live.stage.alphabet import CONTROLS
from tests.live.stage.watched_stage import OWN_VELOCITY, ByChance, WatchedStage

MOST = 5
"""Events in a row that they may not copy."""

Timed = tuple[int, Event]


class Copyist(ByChance):
    """Goes on as one of its pieces does, from its own newest notes; the hotter, the less.

    Attributes:
        pieces: of a few notes, so that much of one stands in another, too; each with a name.
    """

    def __init__(self, octave: int, has_rhythm: bool = True) -> None:
        super().__init__(octave, has_rhythm)
        self.pieces = [(f"piece {octave}-{number}", self._piece(octave + number)) for number in range(4)]
        self._following = defaultdict(list)
        for _, piece in self.pieces:
            for at in range(1, len(piece)):
                for length in range(1, min(3, at) + 1):
                    before = tuple(event.note_numbers for event in piece[at - length : at])
                    self._following[before].append(piece[at])

    def _piece(self, seed: int) -> list[Event]:
        rng = random.Random(seed)
        return [
            Event(rng.choice((120, 240, 480)), (Note(self.octave + rng.randrange(6), 120, OWN_VELOCITY),))
            for _ in range(40)
        ]

    def predict(self, window, moment, controls, rng):
        self.thinking()
        is_bold, choice = rng.random() < 0.2 * controls.sampling.temperature, int(rng.integers(1000))
        if is_bold:
            return super().predict(window, moment, controls, rng)
        newest = (event.note_numbers for event in window.events[:-9:-1])
        own = tuple(notes for notes in newest if notes[-1] // 12 == self.octave // 12)[2::-1]
        known = (self._following[own[back:]] for back in range(len(own)) if own[back:] in self._following)
        following = next(known, [self.pieces[0][1][0]])
        event = following[choice % len(following)]
        ticks = event.ioi if self.kind.has_rhythm else controls.step_ticks
        return replace(event, ioi=ticks if moment.ioi is None else moment.ioi)


def copyists(
    thinks: Sequence[float],
    originality: int | None = MOST,
    rhythms: Sequence[bool] = (True, False, True),
    temperature: float = 0.5,
) -> list[Style]:
    """Three presets, in octaves and with sounds of their own (`tests.live.stage.watched_stage`)."""
    sampling = Sampling(temperature)
    controls = replace(CONTROLS, originality=originality, sampling=sampling, rhythm=sampling)
    presets = zip((24, 48, 72), ("piano", "organ", "flute"), (1, 19, 73), thinks, rhythms, strict=True)
    styles = []
    for octave, name, program, think, rhythm in presets:
        network = Copyist(octave, rhythm)
        index = OriginalityIndex.build(network.pieces, has_rhythm=rhythm)
        parts = (Part(name, 0, program),)
        styles.append(Style(name, network, parts, controls, think_seconds=think, originality=index))
    return styles


def longest_copy(stage: WatchedStage) -> int:
    """Return the events of the longest passage that a listener heard; 0 if there was none."""
    networks = {style.predictor.octave // 12: style.predictor for style in stage.styles}
    segments: list[tuple[Copyist, list[Timed]]] = []
    before = None
    for take, entry in stage.takes:
        if entry.source is not Source.SEGUE:
            continue
        network = networks[entry.event.note_numbers[0] // 12]
        music = segments[-1][1] if segments else []
        # In what knows no rhythm a rest ends a passage.
        has_rested = music and not network.kind.has_rhythm and entry.tick - music[-1][0] > CONTROLS.step_ticks
        if before != (take, network) or has_rested:
            segments.append((network, music := []))
        music.append((entry.tick, entry.event))
        before = take, network
    return max((_longest_of(network, music) for network, music in segments), default=0)


def _longest_of(network: Copyist, music: list[Timed]) -> int:
    longest = 0
    heard = _steps(music, network.kind.has_rhythm)
    for _, piece in network.pieces:
        known = _steps(_timed(piece), network.kind.has_rhythm)
        for begin in range(len(heard)):
            for at in range(len(known)):
                agree = 0
                while heard[begin + agree : begin + agree + 1] == known[at + agree : at + agree + 1] != []:
                    agree += 1
                if agree < max(1, longest):
                    continue
                events = agree + 1
                notes = {note for _, event in music[begin : begin + events] for note in event.note_numbers}
                if len(notes) >= LEAST_NOTES:
                    longest = events
    return longest


def _timed(piece: list[Event]) -> list[Timed]:
    ticks = [sum(event.ioi for event in piece[: place + 1]) for place in range(len(piece))]
    return list(zip(ticks, piece, strict=True))


def _steps(music: list[Timed], has_rhythm: bool) -> list[tuple[object, ...]]:
    """Return what there is between two events in any key."""
    steps = []
    for (before, first), (tick, second) in pairwise(music):
        lowest = first.note_numbers[0]
        shapes = [[note - lowest for note in event.note_numbers] for event in (first, second)]
        steps.append(((tick - before + 10) // 20 if has_rhythm else 0, *shapes))
    return steps
