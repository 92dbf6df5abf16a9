"""The interface of a piece of music, common to all kinds of networks."""

from typing import Any, Protocol, TypeVar


class Piece(Protocol):
    """The music of one file, as a kind of network sees it; its length is its number of tokens or events."""

    @property
    def name(self) -> str:
        """The path of the file inside the corpus, with forward slashes."""

    @property
    def sha256(self) -> str:
        """The sha256 of the file's bytes, in hexadecimal."""

    @property
    def remarks(self) -> tuple[str, ...]:
        """What the reader ignored in the file, as sentences."""

    def __len__(self) -> int: ...

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""


P = TypeVar("P", bound=Piece)
