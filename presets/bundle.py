"""The bundle: a preset as a folder of plain files, with one reader and one writer.

    preset.json      format number and settings
    vocabulary.json  the tokens in the order of their ids
    seeds.json       windows of training music to start from
    model.onnx       float32 `window` (1, N, 1), token ids / V -> float32 `probabilities` (1, V)
    CARD.md          model card: what it was made from, by what, how well; licence and attribution
    SHA256SUMS       sha256 of each of these, as `sha256sum -c` reads it

No pickle, no code. Everything is checked once, here, when a bundle is read.
"""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from presets.errors import SegueError
from presets.event import Event
from presets.settings import Settings
from presets.vocabulary import Vocabulary
from presets.window import Window

FORMAT = 1
SETTINGS_FILE = "preset.json"
VOCABULARY_FILE = "vocabulary.json"
SEEDS_FILE = "seeds.json"
MODEL_FILE = "model.onnx"
CARD_FILE = "CARD.md"
SUMS_FILE = "SHA256SUMS"
FILES = (SETTINGS_FILE, VOCABULARY_FILE, SEEDS_FILE, MODEL_FILE, CARD_FILE)


class BundleError(SegueError):
    """A folder is not an intact bundle of this format.

    Attributes:
        folder: the folder that was read.
    """

    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(f"preset {folder.name!r} in {folder.parent}: {reason}")
        self.folder = folder


@dataclass(frozen=True, slots=True)
class Bundle:
    """A preset in memory.

    Attributes:
        settings: what the preset says of itself.
        vocabulary: V tokens.
        seeds: windows to start from, at least one, each with at least one event.
        model: the ONNX graph, serialized.
        card: the model card, Markdown.
    """

    settings: Settings
    vocabulary: Vocabulary
    seeds: tuple[Window, ...]
    model: bytes
    card: str


def write_bundle(folder: Path, bundle: Bundle, *, replace: bool = False) -> None:
    """Write a bundle; it appears whole or not at all.

    Args:
        folder: the new folder; its name must be the preset's name.
        bundle: what to write.
        replace: whether a bundle that is there already gives way.

    Raises:
        BundleError: if the folder exists and `replace` is false or it is no bundle, if its name is not the
            preset's, if there are no seeds, or if it cannot be written.
    """
    if folder.name != bundle.settings.name:
        raise BundleError(folder, f"the folder must have the preset's name, {bundle.settings.name!r}")
    if not bundle.seeds or not all(len(seed) for seed in bundle.seeds):
        raise BundleError(folder, "a preset needs at least one seed, and no empty one")
    check_place(folder, replace=replace)
    contents = {
        SETTINGS_FILE: _json_bytes({"format": FORMAT, **bundle.settings.to_json()}),
        VOCABULARY_FILE: _row_bytes(bundle.vocabulary.to_json()),
        SEEDS_FILE: _row_bytes([[event.to_json() for event in seed] for seed in bundle.seeds]),
        MODEL_FILE: bundle.model,
        CARD_FILE: bundle.card.encode(),
    }
    sums = "".join(f"{_sha256(data)}  {name}\n" for name, data in contents.items())
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        # Beside its place, so that the last step is a rename; a crash leaves the old bundle or none.
        with tempfile.TemporaryDirectory(prefix=".writing-", dir=folder.parent) as scratch:
            whole = Path(scratch) / folder.name
            whole.mkdir()
            for name, data in contents.items():
                (whole / name).write_bytes(data)
            (whole / SUMS_FILE).write_text(sums)
            if folder.exists():
                shutil.move(folder, Path(scratch) / "replaced")
            whole.rename(folder)
    except OSError as error:
        raise BundleError(folder, f"cannot write it: {error.strerror or error}") from error


def check_place(folder: Path, *, replace: bool) -> None:
    """Raise `BundleError` if a bundle must not be written here: only another bundle ever gives way to one."""
    if not folder.exists():
        return
    if not replace:
        raise BundleError(folder, "it exists already; choose another name, or replace it with --force")
    if not folder.is_dir() or {path.name for path in folder.iterdir()} - {*FILES, SUMS_FILE}:
        raise BundleError(folder, "it is no preset, or holds more than one does; choose another name")


def read_bundle(folder: Path) -> Bundle:
    """Read a bundle and check everything in it.

    Raises:
        BundleError: with the reason and the way out, if a file is missing, changed, of another format, or
            says something impossible.
    """
    contents = _read_files(folder)
    try:
        header = json.loads(contents[SETTINGS_FILE])
        found = header.pop("format", None)
        if found != FORMAT:
            raise BundleError(
                folder,
                f"its format is {found!r}, this segue reads {FORMAT}; export it again with `segue export`",
            )
        settings = Settings.from_json(header)
        vocabulary = Vocabulary.from_json(json.loads(contents[VOCABULARY_FILE]))
        seeds = tuple(
            Window.of(map(Event.from_json, seed), settings.events_kept)
            for seed in json.loads(contents[SEEDS_FILE])
        )
        card = contents[CARD_FILE].decode()
    except BundleError:
        raise
    except (AttributeError, TypeError, ValueError, SegueError) as error:
        raise BundleError(folder, f"{error}; export it again with `segue export`") from error
    if settings.name != folder.name:
        raise BundleError(folder, f"its settings name it {settings.name!r}; rename the folder back")
    if not seeds or not all(len(seed) for seed in seeds):
        raise BundleError(folder, "it has no seed to start from; export it again with `segue export`")
    return Bundle(settings, vocabulary, seeds, contents[MODEL_FILE], card)


def _read_files(folder: Path) -> dict[str, bytes]:
    """Read the bundle's files as they were written, or refuse."""
    if not folder.is_dir():
        raise BundleError(folder, "there is no such folder")
    try:
        sums = {}
        for line in (folder / SUMS_FILE).read_text().splitlines():
            digest, name = line.split("  ", 1)
            sums[name] = digest
        contents = {name: (folder / name).read_bytes() for name in FILES}
    except OSError as error:
        raise BundleError(
            folder, f"cannot read {Path(error.filename or folder).name}: {error.strerror}; export it again"
        ) from error
    except ValueError as error:
        raise BundleError(folder, f"{SUMS_FILE} is not as `sha256sum` writes it; export it again") from error
    for name, data in contents.items():
        if sums.get(name) != _sha256(data):
            raise BundleError(
                folder,
                f"{name} has changed since the preset was exported (sha256 {_sha256(data)[:12]}...); export "
                f"it again, or accept the change with `sha256sum {' '.join(FILES)} > {SUMS_FILE}`",
            )
    return contents


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _json_bytes(value: Any) -> bytes:
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()


def _row_bytes(rows: Sequence[Any]) -> bytes:
    """JSON with one row a line, so that a difference between two bundles is readable."""
    return ("[\n" + ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows) + "\n]\n").encode()
