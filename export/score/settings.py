"""Make the settings of a score preset from its training music."""

from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import median

from export.default_controls import DefaultControls
from presets.bundles.settings import BPM, Meter, Part, Settings
from presets.music.event import Note
from training.score.learning.run import ScoreRun
from training.score.reading.layout import Layout
from training.score.reading.piece import ScorePiece

DRUMS = 9
"""General MIDI's drum channel."""


def make_settings(run: ScoreRun, name: str, controls: DefaultControls) -> Settings:
    """Return the settings of a run's preset.

    Raises:
        SettingsError: if the name is not allowed for a preset, or a value is out of range.
    """
    pieces = run.pieces("train")
    notes = [note for piece in pieces for event in piece.events for note in event.notes]
    tempo = round(median(piece.bpm for piece in pieces))
    corpus = run.facts()["corpus"]["name"]
    return Settings(
        name=name,
        description=f"{corpus or 'a corpus without a name'}, with rhythm and dynamics",
        kind="score",
        bpm=min(max(tempo, BPM.low), BPM.high) if controls.bpm is None else controls.bpm,
        meter=commonest_meter(pieces),
        velocity=round(sum(note.velocity for note in notes) / len(notes)),
        sampling=controls.sampling,
        chords=controls.chords,
        rhythm=controls.rhythm,
        durations=controls.durations,
        dynamics=controls.dynamics,
        bars=run.layout.bars,
        recall=controls.recall,
        density=controls.density,
        form=controls.form,
        shading=float(len({note.velocity for note in notes}) == 1),
        originality=controls.originality,
        lowest=min(note.note for note in notes),
        highest=max(note.note for note in notes),
        parts=make_parts(run.layout, notes),
    )


def commonest_meter(pieces: Iterable[ScorePiece]) -> Meter:
    """Return the time signature of most of the music, by length; the first one if several tie."""
    ticks: Counter[Meter] = Counter()
    for piece in pieces:
        ticks[piece.meter] += sum(event.ioi for event in piece.events) + 1
    return ticks.most_common(1)[0][0]


def make_parts(layout: Layout, notes: Sequence[Note]) -> tuple[Part, ...]:
    """Return the parts of the layout, each with a channel and its mean note as register; else one piano."""
    if not layout.parts:
        return (Part("piano", register=_register(notes, 0)),)
    taken = {source.channel for source in layout.parts}
    free = (channel for channel in range(16) if channel not in taken and channel != DRUMS)
    return tuple(
        Part(
            source.name,
            next(free) if source.channel is None else source.channel,
            source.program,
            _register(notes, index),
        )
        for index, source in enumerate(layout.parts)
    )


def _register(notes: Sequence[Note], part: int) -> int:
    """Return the mean note of a part, or middle C if it never plays."""
    numbers = [note.note for note in notes if note.part == part]
    return round(sum(numbers) / len(numbers)) if numbers else 60
