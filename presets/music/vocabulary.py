"""The tokens of a classic preset: note names and chord classes, each with the notes that it plays.

A token is written as in the 2018 articles. A note is a name and octave in music21's spelling (`E4`, `B-3`). A
chord is its pitch classes in normal order, joined by dots (`4.7.11`; an octave is `0`). This name does not
include the octaves, so each token has a voicing: the notes that the corpus uses most often for it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Self

from presets.errors import SegueError


class VocabularyError(SegueError):
    """A token is unknown, or a vocabulary contradicts itself."""


@dataclass(frozen=True, slots=True)
class Token:
    """One word of the vocabulary.

    Attributes:
        text: the token in the articles' spelling.
        notes: MIDI note numbers 0..127 that it plays, from low to high; one for a note, one or more for a
            chord class.
    """

    text: str
    notes: tuple[int, ...]

    def __post_init__(self) -> None:
        if not self.notes or list(self.notes) != sorted(set(self.notes)):
            raise VocabularyError(
                f"a token's notes must be one or more, rising, got {self.text!r} with {list(self.notes)}"
            )
        if not 0 <= self.notes[0] <= self.notes[-1] <= 127:
            raise VocabularyError(
                f"a token's notes must be 0..127, got {self.text!r} with {list(self.notes)}"
            )

    @property
    def is_chord(self) -> bool:
        """Whether the text names pitch classes rather than a note with its octave."""
        return self.text[0].isdigit()

    @property
    def pitch_classes(self) -> frozenset[int]:
        """The pitch classes 0..11 that it plays."""
        return frozenset(note % 12 for note in self.notes)


@dataclass(frozen=True, slots=True)
class TokenMatch:
    """The token that stands for some notes.

    Attributes:
        token_id: 0..V-1.
        exact: whether the vocabulary has these notes; if not, the token is the nearest.
    """

    token_id: int
    exact: bool


class Vocabulary:
    """The ordered tokens of one preset; a token's id is its index. Immutable, so any thread may use it.

    Raises:
        VocabularyError: if there are fewer than two tokens, or two with the same text.
    """

    def __init__(self, tokens: Iterable[Token]) -> None:
        self._tokens = tuple(tokens)
        self._ids = {token.text: token_id for token_id, token in enumerate(self._tokens)}
        if len(self._tokens) < 2:
            raise VocabularyError(f"a vocabulary must have at least 2 tokens, got {len(self._tokens)}")
        if len(self._ids) < len(self._tokens):
            raise VocabularyError("each token of a vocabulary must have a different text, got one twice")
        self._notes = {t.notes[0]: i for i, t in enumerate(self._tokens) if not t.is_chord}
        self._chords = {t.pitch_classes: i for i, t in enumerate(self._tokens) if t.is_chord}
        self._nearest = lru_cache(maxsize=1024)(self._search)

    def __len__(self) -> int:
        return len(self._tokens)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Vocabulary) and self._tokens == other._tokens

    def __hash__(self) -> int:
        return hash(self._tokens)

    @property
    def tokens(self) -> tuple[Token, ...]:
        """All tokens in the order of their ids."""
        return self._tokens

    def id_of(self, text: str) -> int:
        """Return the id of the token with this text.

        Raises:
            VocabularyError: if there is none.
        """
        try:
            return self._ids[text]
        except KeyError:
            raise VocabularyError(
                f"the vocabulary of {len(self)} tokens has no {text!r}; `match` finds the nearest"
            ) from None

    def match(self, note_numbers: Sequence[int]) -> TokenMatch:
        """Return the token for these MIDI note numbers (at least one, in any order), or the nearest token.

        The nearest token shares the most pitch classes. Ties are decided by the fewest other pitch classes,
        then the closest top note (so a note out of range moves by octaves), then the closest number of notes,
        then the lower id.
        """
        notes = tuple(sorted(set(note_numbers)))
        if len(notes) == 1:
            exact = self._notes.get(notes[0])
        else:
            exact = self._chords.get(frozenset(note % 12 for note in notes))
        if exact is not None:
            return TokenMatch(exact, exact=True)
        return TokenMatch(self._nearest(notes), exact=False)

    def _search(self, notes: tuple[int, ...]) -> int:
        wanted = frozenset(note % 12 for note in notes)

        def distance(token_id: int) -> tuple[int, int, int, int, int]:
            token = self._tokens[token_id]
            shared = len(wanted & token.pitch_classes)
            return (
                -shared,
                len(token.pitch_classes) - shared,
                abs(token.notes[-1] - notes[-1]),
                abs(len(token.notes) - len(notes)),
                token_id,
            )

        return min(range(len(self)), key=distance)

    def to_json(self) -> list[dict[str, Any]]:
        """Return the tokens in order as `{"token": text, "notes": [...]}`."""
        return [{"token": token.text, "notes": list(token.notes)} for token in self._tokens]

    @classmethod
    def from_json(cls, value: Any) -> Self:
        """Read the form that `to_json` returns.

        Raises:
            VocabularyError: if the value has another form or is not a valid vocabulary.
        """
        try:
            return cls(Token(str(row["token"]), tuple(map(int, row["notes"]))) for row in value)
        except (KeyError, TypeError, ValueError, IndexError) as error:
            raise VocabularyError(
                'a vocabulary is stored as [{"token": text, "notes": [note, ...]}, ...]: '
                f"{type(error).__name__} {error}"
            ) from error
