from dataclasses import replace

import numpy as np
import pytest

from export.judging.hearing import Hearing
from export.judging.judgement import APART, judge, judge_halves
from export.judging.windows import EVENTS
from tests.export.judging.tunes import music

pytestmark = pytest.mark.studio


def wandering(seed, leap):
    """A melody that moves by up to so many semitones, two windows long."""
    rng = np.random.default_rng(seed)
    note, notes = 60, []
    for step in rng.integers(-leap, leap + 1, 2 * EVENTS):
        note = int(np.clip(note + step, 40, 90))
        notes.append([note])
    # Pieces of both sides have the same names.
    return music(f"{seed % 100}", *notes, velocity=int(rng.integers(40, 90)))


STEPPING = [wandering(seed, 2) for seed in range(16)]
LEAPING = [wandering(seed, 12) for seed in range(100, 116)]


@pytest.mark.slow
def test_leaps_are_told_from_steps_and_named():
    found = judge(STEPPING, LEAPING, [0])
    assert found.counting.auc > 0.95
    assert found.listening.auc > 0.8
    assert (found.corpus_windows, found.other_windows) == (32, 32)
    assert found.differences[0].feature.startswith(("melody", "bass"))
    sizes = [abs(difference.deviations) for difference in found.differences]
    assert sizes == sorted(sizes, reverse=True)
    assert all(abs(difference.deviations) > APART for difference in found.apart)
    thirds = {difference.feature: difference.course for difference in found.differences}
    assert all(value == pytest.approx(0, abs=0.35) for value in thirds["melody: steps"][:2])


def test_music_of_one_kind_is_not_told_apart():
    halves = judge_halves([*STEPPING, *(wandering(seed, 2) for seed in range(200, 216))], [0], 3)
    assert len(halves) == 3
    assert 0.3 < np.mean(halves) < 0.7
    assert judge_halves(STEPPING, [0], 2) == judge_halves(STEPPING, [0], 2)


def test_of_few_pieces_nobody_judges():
    assert judge(STEPPING, LEAPING[:4], [0]) is None
    short = [replace(piece, events=piece.events[:60], positions=piece.positions[:60]) for piece in LEAPING]
    assert judge(STEPPING, short, [0]) is None
    assert judge_halves(STEPPING[:8], [0], 1) == ()


def test_a_corpus_is_heard_alike_on_both_sides():
    hearing = Hearing.of(STEPPING, [0])
    assert hearing.has_dynamics
    assert len(hearing.piece(STEPPING[0])) == 2 * EVENTS
