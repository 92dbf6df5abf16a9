from dataclasses import replace

import pytest

from export.default_controls import DefaultControls
from export.score.settings import commonest_meter, make_parts, make_settings
from presets.bundles.settings import Meter, Part, Sampling
from presets.music.event import Event, Note
from tests.export.score.conftest import waltz
from training.score.reading.layout import Layout, PartSource

pytestmark = pytest.mark.studio

PLAIN = DefaultControls()


def test_a_preset_says_what_its_training_music_is(run):
    settings = make_settings(run, "waltzes", PLAIN)
    assert settings.kind == "score"
    assert settings.description == "Waltzes, with rhythm and dynamics"
    assert settings.bpm == 131  # 126..136 but for the pieces of 130 and 135
    assert settings.meter == Meter(3, 4)
    assert settings.bars
    notes = [note for piece in run.pieces("train") for event in piece.events for note in event.notes]
    assert settings.velocity == round(sum(note.velocity for note in notes) / len(notes))
    assert settings.shading == 0


def test_a_corpus_with_one_velocity_is_shaded(run, monkeypatch):
    piece = waltz("a", 8, 40, 0)
    alike = [
        Event.of(event.ioi, [replace(note, velocity=90) for note in event.notes]) for event in piece.events
    ]
    monkeypatch.setattr(type(run), "pieces", lambda self, role: [replace(piece, events=tuple(alike))])
    settings = make_settings(run, "waltzes", PLAIN)
    assert (settings.velocity, settings.shading) == (90, 1)


def test_a_manner_stands_before_what_the_music_says(run):
    controls = DefaultControls(
        Sampling(0.9),
        Sampling(0.8, top_p=0.95),
        Sampling(1.1),
        recall=0.5,
        density=-0.25,
        bpm=60,
        chords=Sampling(1.2),
        durations=Sampling(1.15, top_p=0.99),
    )
    settings = make_settings(run, "waltzes", controls)
    assert (settings.sampling, settings.rhythm, settings.dynamics) == (
        Sampling(0.9),
        Sampling(0.8, top_p=0.95),
        Sampling(1.1),
    )
    assert (settings.chords, settings.durations) == (Sampling(1.2), Sampling(1.15, top_p=0.99))
    assert (settings.recall, settings.density, settings.bpm) == (0.5, -0.25, 60)


def test_the_commonest_meter_is_that_of_most_music_and_not_of_most_pieces():
    short = [replace(waltz(name, 2, 40, 0), meter=Meter(6, 8)) for name in "ab"]
    assert commonest_meter([*short, waltz("c", 8, 40, 0)]) == Meter(3, 4)


NOTES = [Note(72, 1, 1), Note(75, 1, 1), Note(40, 1, 1, 2)]


def test_parts_stand_in_their_registers_on_channels_of_their_own():
    layout = Layout(
        parts=(
            PartSource("melody", ("a",), None, 73),
            PartSource("silent", ("b",), 0, None),
            PartSource("bass", ("c",), None, None),
        )
    )
    assert make_parts(layout, NOTES) == (
        Part("melody", 1, 73, 74),
        Part("silent", 0, None, 60),
        Part("bass", 2, None, 40),
    )


def test_no_part_lands_among_the_drums():
    layout = Layout(parts=tuple(PartSource(f"{number}", (number,)) for number in range(10)))
    assert [part.channel for part in make_parts(layout, NOTES)] == [*range(9), 10]


def test_a_corpus_without_parts_is_for_the_piano():
    assert make_parts(Layout(), NOTES[:2]) == (Part("piano", 0, None, 74),)
