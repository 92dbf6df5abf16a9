"""What `--originality` keeps a preset from, and what it costs: on the live core's own planner.

`python -m tests.measurements.originality chopin bach ...` lets each preset play pieces with and without it,
one after the other with the same chance. `--corpora FOLDER`, with the corpora of the shipped presets in it,
lets them go on from training pieces, too: as they would at a temperature near 0, and beside a network that
recites.
"""

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import takewhile
from pathlib import Path

import numpy as np

from export.evaluation.statistics import Distances, Spread, Statistics
from live.core.controls.table import Controls
from live.core.generation.prediction import Moment, Predictor
from live.core.performer.performance import Performance
from live.core.performer.performer import Performer
from live.core.performer.status import Status
from live.core.planning.states import Entry, Length, LongestCopy, State
from live.core.planning.style import Style
from live.inference.opening import open_predictor
from live.system.clock import VirtualClock
from presets.bundles.bundle import Bundle
from presets.bundles.library import load_preset
from presets.bundles.networks import ClassicFiles
from presets.bundles.seed import Seed
from presets.bundles.settings import Sampling
from presets.music.encoding import Position
from presets.music.event import Event
from presets.music.originality import OriginalityIndex
from presets.music.window import Window
from tests.measurements.figures import summarize

PRESETS = ("chopin", "bach", "folk", "pop", "chopin-classic")

CORPORA = {"chopin": "chopin", "bach": "music21:bach", "folk": "nottingham", "pop": "pop909"}
"""Where the training pieces of the shipped score presets lie in the folder of corpora."""

COLD = Sampling(temperature=0.05)

SEED = 100
"""Events of a training piece that are planted."""

PLANTED = 8
"""Training pieces that are planted."""

KNOWN = 5
"""Events by which a reciter knows where it is."""

HOT = 0.4
"""A temperature at which it recites no more."""


@dataclass
class Played:
    """A piece that a performer played.

    Attributes:
        events: each with the interval from the one before it.
        seconds: of the processor that each drawing took, whatever else the machine does.
        again: events that were drawn again.
        rests: events in whose place it rested.
        longest: passage, as the performer saw it.
    """

    events: list[Event] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    again: int = 0
    rests: int = 0
    longest: LongestCopy | None = None


class Reciter:
    """Goes on in a piece, as the newest notes are; with a hot head, as a network does.

    Args:
        piece: what it knows by heart.
        network: what it is else.
    """

    def __init__(self, piece: Sequence[Event], network: Predictor) -> None:
        self.kind = network.kind
        self.understand = network.understand
        self._network = network
        self._following = {_notes(piece[at - KNOWN : at]): piece[at] for at in range(KNOWN, len(piece))}

    def predict(self, window: Window, moment: Moment, controls: Controls, rng: np.random.Generator) -> Event:
        """Return what follows in the piece, or what the network says."""
        known = self._following.get(_notes(window.events[-KNOWN:]))
        if known is None or controls.sampling.temperature > HOT:
            return self._network.predict(window, moment, controls, rng)
        return known if moment.ioi is None else replace(known, ioi=moment.ioi)


def _notes(events: Sequence[Event]) -> tuple[tuple[int, ...], ...]:
    return tuple(event.note_numbers for event in events)


def play(style: Style, seed: Seed, bundle: Bundle, events: int, rng_seed: int) -> Played:
    """Let a performer play so many events on virtual time."""
    settings = bundle.settings
    performance = Performance(style, seed, settings.meter, settings.bpm, length=Length(events=events))
    performer = Performer(performance, np.random.default_rng(rng_seed))
    played, planner, predict = Played(), performer._planner, style.predictor.predict
    asked = 0

    def count(*what):
        nonlocal asked
        asked += 1
        return predict(*what)

    def draw(*what, original=planner.draw):
        nonlocal asked
        asked, began = 0, time.thread_time()
        original(*what)
        played.seconds.append(time.thread_time() - began)
        played.again += asked > 1
        played.rests += planner.plan.last.spares

    style.predictor.predict, planner.draw = count, draw
    clock, last, tick = VirtualClock(), None, 0
    performer.start()
    while performer.state is not State.FINISHED:
        performer.pump(clock.now())
        status = performer.status(clock.now())
        assert status.trouble is None, status.trouble
        for entry in _since(last, status):
            played.events.append(replace(entry.event, ioi=entry.tick - tick))
            last, tick = entry, entry.tick
        clock.jump_to(max(clock.now(), performer.deadline))
    style.predictor.predict = predict
    played.longest = status.copies.longest
    return played


def _since(last: Entry | None, status: Status) -> list[Entry]:
    """Return what was played after an entry."""
    return list(takewhile(lambda entry: entry is not last, reversed(status.history)))[::-1]


def style_of(bundle: Bundle, index: OriginalityIndex, predictor: Predictor, **controls: object) -> Style:
    settings = bundle.settings
    own = replace(Controls.of(settings), **controls)
    return Style(settings.name, predictor, settings.parts, own, settings.events_kept, originality=index)


def compare(bundle: Bundle, limit: int, pieces: int, events: int) -> dict[str, object]:
    """Return the figures of a preset without the limit and with it."""
    index, predictor = bundle.network.read_index(), open_predictor(bundle)
    found: dict[int | None, list[Played]] = {None: [], limit: []}
    for number in range(pieces):
        for most in (None, limit) if number % 2 else (limit, None):
            style = style_of(bundle, index, predictor, originality=most)
            seed = bundle.seeds[number % len(bundle.seeds)]
            found[most].append(play(style, seed, bundle, events, number))
    statistics = {most: Statistics.of([piece.events for piece in played]) for most, played in found.items()}
    figures: dict[str, object] = {}
    for most, played in found.items():
        runs = sorted((index.longest_run(piece.events).length for piece in played), reverse=True)
        longest = max(
            (p.longest for p in played if p.longest), key=lambda copy: copy.run.length, default=None
        )
        about = statistics[most]
        figures["without" if most is None else f"--originality {most}"] = {
            "longest runs": runs,
            "the longest": longest and asdict(longest),
            "drawn again": sum(p.again for p in played),
            "rests": sum(p.rests for p in played),
            "drawing, ms": summarize([s for p in played for s in p.seconds]),
            "mean of drawing, ms": round(1e3 * float(np.mean([s for p in played for s in p.seconds])), 3),
            "notes an event": round(about.notes_per_event, 3),
            "lowest and highest note": [about.lowest, about.highest],
            "98 % of the notes": [about.low, about.high],
            "repeated figures": {k: round(v, 3) for k, v in asdict(Spread.of(about.repeated)).items()},
        }
    apart = Distances.between(statistics[None], statistics[limit])
    figures["bits apart, with and without"] = {k: round(v, 5) for k, v in asdict(apart).items()}
    if pieces > 1:
        one, other = (Statistics.of([p.events for p in found[None][first::2]]) for first in (0, 1))
        chance = Distances.between(one, other)
        figures["bits apart, two halves without"] = {k: round(v, 5) for k, v in asdict(chance).items()}
    return figures


def plant(bundle: Bundle, limit: int, training: Iterator[tuple[str, Sequence[Event], Position]]):
    """Return what happens after a training piece at a temperature near 0: with the network, and a reciter."""
    index, network = bundle.network.read_index(), open_predictor(bundle)
    for name, events, position in training:
        seed = Seed(Window.of(events[:SEED], bundle.settings.events_kept), position)
        row: dict[str, object] = {"piece": name}
        players: dict[str, Predictor] = {"network": network}
        if len(events) > SEED:
            players["reciter"] = Reciter(events, network)
        for who, predictor in players.items():
            for most in (None, limit):
                style = style_of(
                    bundle,
                    index,
                    predictor,
                    originality=most,
                    sampling=COLD,
                    rhythm=COLD,
                    density=0.0,
                    recall=0.0,
                )
                played = play(style, seed, bundle, 60, 0)
                run = index.longest_run(played.events)
                row[f"{who}, {most or 'without'}"] = {
                    "events": run.length,
                    "piece": run.piece,
                    "rests": played.rests,
                }
        yield row


def training_pieces(bundle: Bundle, corpora: Path) -> Iterator[tuple[str, Sequence[Event], Position]]:
    """Yield some of the pieces that a preset was trained on, and where in its bar each begins."""
    if isinstance(bundle.network, ClassicFiles):  # its seeds are how training pieces begin
        for number, seed in enumerate(bundle.seeds, 1):
            yield f"seed {number}", seed.window.events, Position(0, bundle.settings.meter.bar_ticks)
        return
    from training.corpus.description import read_about
    from training.corpus.reading import _list_files
    from training.score.learning.trainer import score_reader

    index = bundle.network.read_index()
    place = CORPORA[bundle.settings.name]
    about = read_about(Path("training/corpora") / f"{bundle.settings.name}.toml")
    reader = score_reader(about.layout)
    files = _list_files(Path(place) if ":" in place else corpora / place, reader)
    long = [name for name, events in index.pieces if events > 2 * SEED]
    for name in long[:: max(1, len(long) // PLANTED)][:PLANTED]:
        piece = reader.read(files[name], name)
        assert index.longest_run(piece.events).length == len(piece.events)
        yield name, piece.events, piece.positions[0]


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("presets", nargs="*", default=PRESETS)
    parser.add_argument("--limit", type=int, default=8)
    parser.add_argument("--pieces", type=int, default=10)
    parser.add_argument("--events", type=int, default=2000)
    parser.add_argument("--corpora", type=Path)
    arguments = parser.parse_args(argv)
    for name in arguments.presets:
        bundle = load_preset(name)
        print(
            name,
            json.dumps(compare(bundle, arguments.limit, arguments.pieces, arguments.events), indent=1),
            flush=True,
        )
        if arguments.corpora is not None:
            for row in plant(bundle, arguments.limit, training_pieces(bundle, arguments.corpora)):
                print(name, json.dumps(row), flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
