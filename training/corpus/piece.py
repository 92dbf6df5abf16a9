"""What the pieces of all kinds have in common."""

from typing import Any, Protocol, TypeVar


class Piece(Protocol):
    """One file's music as a kind of network sees it; its length is its tokens or events."""

    @property
    def name(self) -> str:
        """The file's path inside the corpus, with forward slashes."""

    @property
    def sha256(self) -> str:
        """Of the file's bytes, in hexadecimal."""

    def __len__(self) -> int: ...

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""


P = TypeVar("P", bound=Piece)
