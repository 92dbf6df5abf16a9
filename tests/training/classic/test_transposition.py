import numpy as np
import pytest

from presets.music.encoding import TWELVE_KEYS
from presets.music.vocabulary import Token, Vocabulary
from training.classic.transposition import Transposer

pytestmark = pytest.mark.studio

CHROMATIC = Vocabulary(
    [Token(f"note{note}", (note,)) for note in range(48, 84)]
    + [
        Token(".".join(str((root + step) % 12) for step in (0, 4, 7)), (60 + root, 64 + root, 67 + root))
        for root in range(12)
    ]
)


def test_there_is_each_key_once():
    assert len({shift % 12 for shift in TWELVE_KEYS}) == len(TWELVE_KEYS) == 12


def test_notes_and_chords_move_together():
    ids = [CHROMATIC.id_of(text) for text in ("note60", "0.4.7", "note67")]
    up = Transposer(CHROMATIC).transpose(ids, 2)
    assert [CHROMATIC.tokens[token_id].text for token_id in up] == ["note62", "2.6.9", "note69"]
    assert Transposer(CHROMATIC).transpose(ids, 0).tolist() == ids


def test_at_the_end_of_the_range_a_note_moves_by_octaves():
    top = Transposer(CHROMATIC).transpose([CHROMATIC.id_of("note83")], 1)
    assert [CHROMATIC.tokens[token_id].notes for token_id in top] == [(72,)]


def test_each_piece_has_a_key_of_its_own_and_the_seed_decides_which():
    row = [CHROMATIC.id_of("note60")]
    transposer = Transposer(CHROMATIC)

    def keys(rng_seed: int) -> list[int]:
        rows = transposer.in_random_keys([row] * 500, np.random.default_rng(rng_seed))
        return [CHROMATIC.tokens[int(ids[0])].notes[0] - 60 for ids in rows]

    assert set(keys(0)) == set(TWELVE_KEYS)
    assert keys(0) == keys(0) != keys(1)
