"""What returns in a preset's music, and whether it plays what its form asks for."""

from dataclasses import replace

import numpy as np
import pytest

from export.evaluation.forms import form_facts
from export.judging.hearing import Music
from live.core.planning.form_ahead import form_after
from presets.bundles.bundle import Bundle
from presets.bundles.networks import GRAPHS, ScoreFiles
from presets.bundles.seed import Seed
from presets.bundles.settings import Settings
from presets.music.encoding import KEYS, LOWEST_KEY, Position
from presets.music.event import PPQ, Event, Note
from presets.music.form import Forms
from presets.music.outline import BASS
from presets.music.sections import SECTION_BARS
from presets.music.window import Window
from tests.presets.music.bars import BAR, piece

A, B, C = (60, 65, 67, 60), (81, 74, 67, 79), (40, 47, 40, 33)
FORMS = Forms.build([piece(*A, *B, *A, *C), piece(*C, *C, *B), piece(*B, *A, *C, *B, *A)], 1)
SEED = Seed(Window.of(Event.of(PPQ, [Note(60, PPQ, 64)]) for _ in range(3)), Position(PPQ, BAR))


def bundle(forms: Forms | None = FORMS) -> Bundle:
    files = ScoreFiles(dict.fromkeys(GRAPHS, b""), b"", None if forms is None else forms.to_bytes())
    return Bundle(Settings("told", "for tests", kind="score"), (SEED,), "", files)


def music(notes: list[int]) -> Music:
    """Return a note for each bar, struck on its four beats."""
    events = [Event.of(PPQ, [Note(note, PPQ, 64)]) for note in notes for _ in range(4)]
    return Music("made", events, [Position(index * PPQ % BAR, BAR) for index in range(len(events))])


def test_a_seed_ends_where_its_newest_event_is():
    assert SEED.newest(BAR) == Position(3 * PPQ, BAR)


@pytest.mark.parametrize("sign", [1, -1])
def test_music_that_does_what_was_asked_agrees_and_its_opposite_does_not(sign):
    form = form_after(FORMS, SEED, bundle().settings, 7)
    middle = 60
    notes = []
    for number in range(14):
        section = form[number]
        lowest = middle + sign * (round(float(section.outline[BASS])) - middle)
        notes += [min(max(lowest, LOWEST_KEY), LOWEST_KEY + KEYS - 1)] * SECTION_BARS
    found = form_facts(bundle(), 7, [music(notes)], [])
    assert found.outline["lowest voice"].agreement == pytest.approx(sign, abs=0.1)
    assert found.outline["loudness"].agreement == 0, "it was equally loud everywhere"


def test_sections_that_return_are_counted_in_pieces_that_are_long_enough():
    new = [int(note) for note in np.random.default_rng(1).permutation(40)[:32] + 40]
    again = new[:16] * 2
    found = form_facts(bundle(), 0, [music(new), music(again), music(new[:8])], [music(again)])
    assert found.returns == (0.0, 0.5)
    assert found.corpus_returns == (0.5,)


def test_a_preset_without_forms_asks_for_nothing():
    assert form_facts(bundle(None), 0, [music([60] * 40)], []).outline == {}


def test_music_without_bars_has_sections_of_four_bars_of_its_meter():
    settings = Settings("told", "for tests", kind="score", bars=False)
    form = form_after(FORMS, replace(SEED, position=Position(240, PPQ)), settings, 1)
    assert (form.begins, form.section_ticks) == (240, 4 * BAR)
