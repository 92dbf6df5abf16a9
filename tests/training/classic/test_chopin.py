import os
from pathlib import Path

import pytest

from training.classic.piece import collect_vocabulary, split_pieces
from training.classic.trainer import READER
from training.corpus.reading import read_corpus

CORPORA = Path(os.environ.get("SEGUE_CORPORA", Path(__file__).parents[4] / "shared" / "corpora"))

pytestmark = [
    pytest.mark.studio,
    pytest.mark.corpus,
    pytest.mark.skipif(
        not (CORPORA / "chopin").is_dir(), reason="SEGUE_CORPORA names no folder with the Chopin files"
    ),
]


@pytest.mark.slow
def test_the_51_files_of_the_first_article():
    corpus = read_corpus(CORPORA / "chopin", READER)
    assert len(corpus.pieces) + len(corpus.unreadable) == 51
    # Its first instrument is empty, in the articles' reading too.
    assert corpus.unreadable == (("chpn_op35_3_format0.mid", "no notes in its first instrument"),)
    assert len(corpus) == pytest.approx(55_773, rel=0.005)
    vocabulary = collect_vocabulary(corpus.pieces)
    assert len(vocabulary) == pytest.approx(453, rel=0.005)
    chord = vocabulary.tokens[vocabulary.id_of("0.4.7")]
    assert len(chord.notes) >= 3
    assert chord.notes[0] >= 24, "chords sound in their register, not at MIDI notes 0-11"
    training, held_out = split_pieces(list(corpus.pieces))
    assert len(held_out) == 4
    names = {piece.name for piece in held_out}
    for pair in (
        {"chpn-e11_format0.mid", "chpn_op25_e11_format0.mid"},
        {"chpn-e12_format0.mid", "chpn_op10_e12_format0.mid"},
        {"chpn-p11-format0.mid", "chpn-p11_format0.mid"},
        {"chpn_op33_4_format.mid", "chpn_op33_4_format0.mid"},
        {"chpn-e01_format0.mid", "chpn_op10_e01_format0.mid"},
    ):
        assert len(pair & names) in (0, 2)
    assert len(training) == len(corpus.pieces) - 4
