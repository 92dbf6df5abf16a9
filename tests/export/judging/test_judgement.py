from dataclasses import replace

import numpy as np
import pytest

from export.judging.judgement import APART, judge, judge_halves
from export.judging.windows import EVENTS
from presets.music.event import Event, Note
from tests.export.judging.tunes import music

pytestmark = pytest.mark.studio


def wandering(seed, leap, windows=2):
    """A melody that moves by up to so many semitones."""
    rng = np.random.default_rng(seed)
    note, notes = 60, []
    for step in rng.integers(-leap, leap + 1, windows * EVENTS):
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


@pytest.mark.slow
def test_neither_length_nor_a_seed_gives_music_away():
    """The same walk on both sides: whole pieces, and longer ones cut out of the middle, six for each seed."""
    whole = [wandering(seed, 2) for seed in range(40)]
    longer = [wandering(seed, 2, windows=4) for seed in range(200, 242)]
    cut = [
        replace(piece, events=piece.events[4:], positions=piece.positions[4:], origin=f"seed {number // 6}")
        for number, piece in enumerate(longer)
    ]
    found = judge(whole, cut, [0])
    assert found.counting.low < 0.6
    assert found.listening.low < 0.6


def test_of_few_pieces_nobody_judges():
    assert judge(STEPPING, LEAPING[:4], [0]) is None
    assert judge(STEPPING, [replace(piece, origin="one seed") for piece in LEAPING], [0]) is None
    short = [replace(piece, events=piece.events[:60], positions=piece.positions[:60]) for piece in LEAPING]
    assert judge(STEPPING, short, [0]) is None
    assert judge_halves(STEPPING[:8], [0], 1) == ()


def test_a_feature_that_few_pieces_have_is_no_stumbling_block():
    one_chord = replace(
        LEAPING[0], events=[Event.of(0, [Note(60, 480, 64), Note(64, 480, 64)]), *LEAPING[0].events[1:]]
    )
    assert judge(STEPPING, [one_chord, *LEAPING[1:6]], [0]) is not None
