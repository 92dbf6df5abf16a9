import pytest

from tests.training.music import scale_piece
from training.classic.piece import ClassicPiece, collect_vocabulary, split_pieces

pytestmark = pytest.mark.studio


def piece(name: str, *events: tuple[str, tuple[int, ...]]) -> ClassicPiece:
    tokens, voicings = zip(*events, strict=True)
    return ClassicPiece(name, name, tokens, voicings)


def test_a_chord_is_voiced_as_the_corpus_voices_it_most():
    low, high = ("0.4.7", (48, 52, 55)), ("0.4.7", (60, 64, 67))
    vocabulary = collect_vocabulary([piece("a", low, high), piece("b", high, ("C4", (60,)))])
    assert vocabulary.tokens[vocabulary.id_of("0.4.7")].notes == (60, 64, 67)


def test_of_equally_common_voicings_the_lower_one_whatever_the_order_of_files():
    a, b = (
        piece("a", ("0.4.7", (60, 64, 67)), ("C4", (60,))),
        piece("b", ("0.4.7", (48, 52, 55)), ("C4", (60,))),
    )
    assert collect_vocabulary([a, b]) == collect_vocabulary([b, a])
    assert collect_vocabulary([a, b]).tokens[0].notes == (48, 52, 55)


def test_tokens_stand_from_low_to_high_by_their_top_note():
    vocabulary = collect_vocabulary(
        [piece("a", ("A5", (81,)), ("A2", (45,)), ("9.0.4", (57, 60, 64)), ("E4", (64,)), ("B3", (59,)))]
    )
    assert [token.text for token in vocabulary.tokens] == ["A2", "B3", "9.0.4", "E4", "A5"]


def test_every_tenth_distinct_piece_is_held_out():
    pieces = [scale_piece(f"{index:02}", 8, lowest=40 + index) for index in range(25)]
    training, held_out = split_pieces(pieces)
    assert [p.name for p in held_out] == ["09", "19"]
    assert training == [p for p in pieces if p not in held_out]


def test_of_fewer_than_ten_pieces_none_is_held_out():
    pieces = [scale_piece(f"{index}", 8, lowest=40 + index) for index in range(9)]
    assert split_pieces(pieces) == (pieces, [])


def test_a_piece_under_two_names_stays_on_one_side():
    pieces = [scale_piece(f"{index:02}", 8, lowest=40 + index) for index in range(10)]
    ninth, tenth = pieces[8], pieces[9]
    # The same music in another edition: simultaneous notes come in another order.
    again = ClassicPiece("99", "another file", tenth.tokens[::-1], tenth.voicings[::-1])
    training, held_out = split_pieces([*pieces, again])
    assert held_out == [tenth, again]
    training, held_out = split_pieces([*pieces, ClassicPiece("99", "x", ninth.tokens, ninth.voicings)])
    assert [p.name for p in training][-2:] == ["08", "99"]
    assert held_out == [tenth]


def test_json_keeps_a_piece():
    original = scale_piece("a/b.mid", 5)
    assert ClassicPiece.from_json(original.to_json()) == original
