import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from presets.music.vocabulary import Token, TokenMatch, Vocabulary, VocabularyError

WORDS = Vocabulary(
    [
        Token("C4", (60,)),
        Token("E4", (64,)),
        Token("G4", (67,)),
        Token("C5", (72,)),
        Token("0.4.7", (48, 64, 67)),
        Token("9.0.4", (57, 60, 64)),
        Token("0", (36, 48)),
    ]
)


def text(*notes):
    match = WORDS.match(notes)
    return WORDS.tokens[match.token_id].text, match.exact


@pytest.mark.parametrize(
    ("notes", "token"),
    [
        ((60,), "C4"),
        ((60, 64, 67), "0.4.7"),  # a chord class has no octaves
        ((76, 48, 67), "0.4.7"),  # nor an order
        ((24, 96), "0"),
    ],
)
def test_what_the_vocabulary_has_is_exact(notes, token):
    assert text(*notes) == (token, True)


@pytest.mark.parametrize(
    ("notes", "token"),
    [
        ((96,), "C5"),  # out of range: octaves down
        ((24,), "0"),  # the octave's top note is nearer than C4
        ((60, 64), "9.0.4"),  # two shared, before fewer foreign; and its top note is the nearer
        ((60, 64, 67, 71), "0.4.7"),  # three shared, none foreign
        ((61,), "C4"),  # nothing shared: the nearest top note
    ],
)
def test_what_it_lacks_is_the_nearest(notes, token):
    assert text(*notes) == (token, False)


def test_a_chord_of_one_note_in_two_voices_counts_once():
    assert WORDS.match((60, 60)) == TokenMatch(0, exact=True)


@given(st.lists(st.integers(0, 127), min_size=1, max_size=10))
def test_anything_that_can_be_played_has_a_token(notes):
    match = WORDS.match(notes)
    assert 0 <= match.token_id < len(WORDS)
    if match.exact:
        assert WORDS.tokens[match.token_id].pitch_classes == {note % 12 for note in notes}


def test_every_token_is_its_own_exact_match():
    for token_id, token in enumerate(WORDS.tokens):
        assert WORDS.match(token.notes) == TokenMatch(token_id, exact=True)


def test_a_vocabulary_comes_back_from_json_as_it_went():
    assert Vocabulary.from_json(json.loads(json.dumps(WORDS.to_json()))) == WORDS


def test_an_unknown_token_names_the_way_out():
    with pytest.raises(
        VocabularyError, match=r"^the vocabulary of 7 tokens has no 'F4'; `match` finds the ne"
    ):
        WORDS.id_of("F4")
    assert WORDS.id_of("G4") == 2


@pytest.mark.parametrize(
    ("tokens", "message"),
    [
        ([Token("C4", (60,))], r"^a vocabulary must have at least 2 tokens, got 1$"),
        ([Token("C4", (60,))] * 2, r"^each token of a vocabulary must have a different text"),
    ],
)
def test_a_vocabulary_that_contradicts_itself_is_refused(tokens, message):
    with pytest.raises(VocabularyError, match=message):
        Vocabulary(tokens)


@pytest.mark.parametrize("notes", [(), (67, 60), (60, 60), (128,), (-1,)])
def test_a_token_must_play_rising_midi_notes(notes):
    with pytest.raises(VocabularyError, match=r"^a token's notes must be"):
        Token("x", notes)


@pytest.mark.parametrize(
    "value", [None, 3, [{"token": "C4"}], [["C4", [60]]], [{"token": "", "notes": [60]}]]
)
def test_what_is_no_stored_vocabulary_is_refused(value):
    with pytest.raises(VocabularyError):
        Vocabulary.from_json(value)
