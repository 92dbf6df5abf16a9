"""The files of a bundle's network in memory, for each kind of preset."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Protocol, Self

from presets.bundles.json_rows import row_bytes
from presets.music.form import Forms
from presets.music.originality import OriginalityIndex
from presets.music.vocabulary import Vocabulary

VOCABULARY_FILE = "vocabulary.json"
MODEL_FILE = "model.onnx"
ORIGINALITY_FILE = "originality.bin"
FORMS_FILE = "forms.npy"

GRAPHS = ("trunk", "rhythm", "context", "note", "duration", "velocity")
"""The graphs of a score preset, in the order in which they predict an event; each is stored in NAME.onnx."""


class Network(Protocol):
    """The files of a preset's network in memory.

    Attributes:
        NAMES: the names of its files.
        LATER: the files that the first presets of its kind lack.
    """

    NAMES: ClassVar[tuple[str, ...]]
    LATER: ClassVar[tuple[str, ...]]

    @property
    def size(self) -> int:
        """Bytes of the network."""

    def to_files(self) -> dict[str, bytes]:
        """Return the content of each of its files."""

    def read_index(self) -> OriginalityIndex | None:
        """Return the index of the music that it was trained on, or None if the preset has no index.

        Raises:
            OriginalityError: if the index is damaged.
        """

    def read_forms(self, parts: int) -> Forms | None:
        """Return the forms of the music that it was trained on, or None if the preset has none.

        Raises:
            FormError: if they are damaged, or not for this many parts.
        """

    @classmethod
    def from_files(cls, contents: Mapping[str, bytes]) -> Self:
        """Read what `to_files` returned; `contents` may also hold other files."""


@dataclass(frozen=True, slots=True)
class ClassicFiles:
    """The network of a classic preset; a `Network`.

    Attributes:
        vocabulary: V tokens.
        model: the ONNX graph, serialized.
        originality: index of the training music as its tokens sound, without rhythm, serialized; None if the
            preset was exported before there was an index.
    """

    NAMES: ClassVar[tuple[str, ...]] = (VOCABULARY_FILE, MODEL_FILE, ORIGINALITY_FILE)
    LATER: ClassVar[tuple[str, ...]] = (ORIGINALITY_FILE,)

    vocabulary: Vocabulary
    model: bytes
    originality: bytes | None = None

    @property
    def size(self) -> int:
        """Bytes of the network."""
        return len(self.model)

    def to_files(self) -> dict[str, bytes]:
        """Return the content of each of its files."""
        files = {VOCABULARY_FILE: row_bytes(self.vocabulary.to_json()), MODEL_FILE: self.model}
        return files if self.originality is None else {**files, ORIGINALITY_FILE: self.originality}

    def read_index(self) -> OriginalityIndex | None:
        """Return the index of the music that it was trained on; `OriginalityError` if it is damaged."""
        if self.originality is None:
            return None
        return OriginalityIndex.from_bytes(self.originality, has_rhythm=False)

    def read_forms(self, parts: int) -> None:
        """Return None: a classic preset has no forms."""

    @classmethod
    def from_files(cls, contents: Mapping[str, bytes]) -> Self:
        """Read what `to_files` returned, among others."""
        vocabulary = Vocabulary.from_json(json.loads(contents[VOCABULARY_FILE]))
        return cls(vocabulary, contents[MODEL_FILE], contents.get(ORIGINALITY_FILE))


@dataclass(frozen=True, slots=True)
class ScoreFiles:
    """The network of a score preset; a `Network`.

    Attributes:
        graphs: the ONNX graph of each of `GRAPHS`, serialized.
        originality: index of the training music, serialized.
        forms: the forms of the training music, serialized; None if the preset was exported before there were
            forms: its heads do not see them.
    """

    NAMES: ClassVar[tuple[str, ...]] = (*(f"{graph}.onnx" for graph in GRAPHS), ORIGINALITY_FILE, FORMS_FILE)
    LATER: ClassVar[tuple[str, ...]] = (FORMS_FILE,)

    graphs: Mapping[str, bytes]
    originality: bytes
    forms: bytes | None = None

    @property
    def size(self) -> int:
        """Bytes of the network."""
        return sum(map(len, self.graphs.values()))

    def to_files(self) -> dict[str, bytes]:
        """Return the content of each of its files."""
        files = {f"{graph}.onnx": self.graphs[graph] for graph in GRAPHS}
        files[ORIGINALITY_FILE] = self.originality
        return files if self.forms is None else {**files, FORMS_FILE: self.forms}

    def read_index(self) -> OriginalityIndex:
        """Return the index of the music that it was trained on; `OriginalityError` if it is damaged."""
        return OriginalityIndex.from_bytes(self.originality)

    def read_forms(self, parts: int) -> Forms | None:
        """Return the forms of the training music, or None if the preset has none; `FormError` if damaged."""
        return None if self.forms is None else Forms.from_bytes(self.forms, parts)

    @classmethod
    def from_files(cls, contents: Mapping[str, bytes]) -> Self:
        """Read what `to_files` returned, among others."""
        graphs = {graph: contents[f"{graph}.onnx"] for graph in GRAPHS}
        return cls(graphs, contents[ORIGINALITY_FILE], contents.get(FORMS_FILE))
