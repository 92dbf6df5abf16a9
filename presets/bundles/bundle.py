"""The bundle: a preset as a folder of plain files, with one reader and one writer.

Every preset has

    preset.json      format number and settings
    seeds.json       windows of training music to start from
    CARD.md          model card: how the preset was made and how well it does, licence and attribution
    SHA256SUMS       sha256 of each other file, in the format of `sha256sum -c`

A classic preset also has

    vocabulary.json  the tokens in the order of their ids
    model.onnx       float32 `window` (1, N, 1), token ids / V -> float32 `probabilities` (1, V)

A score preset also has a graph for each step of predicting an event

    trunk.onnx rhythm.onnx context.onnx note.onnx duration.onnx velocity.onnx

and, unless it is one of the first, the forms of its training music

    forms.npy        what each section is like and which of them return, no music

Both have an index of their training music; only the earliest classic presets lack it

    originality.bin  hashes, no music: it finds passages that a performance shares with the training pieces

docs/preset-format.md describes the contents of each file. A bundle holds no pickle and no code. Reading a
bundle checks everything but the shapes of the graphs, which a predictor checks when it loads them.
"""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from presets.bundles.json_rows import row_bytes
from presets.bundles.kinds import KINDS
from presets.bundles.networks import Network
from presets.bundles.seed import Seed
from presets.bundles.settings import Settings, check_kind
from presets.errors import SegueError

FORMAT = 1
SETTINGS_FILE = "preset.json"
SEEDS_FILE = "seeds.json"
CARD_FILE = "CARD.md"
SUMS_FILE = "SHA256SUMS"

FILES = {name: (SETTINGS_FILE, SEEDS_FILE, CARD_FILE, *kind.network.NAMES) for name, kind in KINDS.items()}
"""The files of each kind of preset, without SHA256SUMS."""


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
        settings: the settings of the preset.
        seeds: music to start from, at least one seed.
        card: the model card, Markdown.
        network: the network, of the same kind as the settings.
    """

    settings: Settings
    seeds: tuple[Seed, ...]
    card: str
    network: Network


def write_bundle(folder: Path, bundle: Bundle, *, replace: bool = False) -> None:
    """Write a bundle; it appears complete or not at all.

    Args:
        folder: the new folder; it must have the preset's name.
        bundle: the bundle.
        replace: whether to replace an existing bundle.

    Raises:
        BundleError: if the folder exists and `replace` is false, or it exists and is no bundle; if its name
            is not the preset's; if the network is of another kind; if there are no seeds; or if writing
            fails.
    """
    settings = bundle.settings
    if folder.name != settings.name:
        raise BundleError(folder, f"the folder must have the preset's name, {settings.name!r}")
    if not isinstance(bundle.network, KINDS[settings.kind].network):
        raise BundleError(
            folder,
            f"a {settings.kind} preset needs a {settings.kind} network, got {type(bundle.network).__name__}",
        )
    if not bundle.seeds or not all(len(seed.window) for seed in bundle.seeds):
        raise BundleError(folder, "a preset needs at least one seed, and no seed may be empty")
    check_place(folder, replace=replace)
    contents = {
        SETTINGS_FILE: _json_bytes({"format": FORMAT, **settings.to_json()}),
        SEEDS_FILE: row_bytes([seed.to_json() for seed in bundle.seeds]),
        CARD_FILE: bundle.card.encode(),
        **bundle.network.to_files(),
    }
    sums = "".join(f"{_sha256(data)}  {name}\n" for name, data in contents.items())
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        # Write into the same parent folder, so that the last step is a rename. A crash before it leaves the
        # old bundle, or none.
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
    """Raise `BundleError` if a bundle must not be written here: it may only replace another bundle."""
    if not folder.exists():
        return
    if not replace:
        raise BundleError(folder, "it exists already; choose another name, or replace it with --force")
    found = {path.name for path in folder.iterdir()} if folder.is_dir() else None
    if found is None or not any(found <= {*files, SUMS_FILE} for files in FILES.values()):
        raise BundleError(folder, "it is no preset, or it holds other files too; choose another name")


def read_bundle(folder: Path) -> Bundle:
    """Read a bundle and check everything in it.

    Raises:
        BundleError: if a file is missing, changed, of another format, or holds impossible values; the error
            names the reason and the way out.
    """
    with _naming_the_folder(folder):
        header = _read_header(folder)
        files = KINDS[header["kind"]].network
        contents = _read_files(folder, FILES[header["kind"]], files.LATER)
        settings = _own_settings(folder, header)
        network = files.from_files(contents)
        seeds = tuple(Seed.from_json(seed, settings) for seed in json.loads(contents[SEEDS_FILE]))
        card = contents[CARD_FILE].decode()
    if not seeds or not all(len(seed.window) for seed in seeds):
        raise BundleError(folder, "it has no seed to start from; export it again with `segue export`")
    return Bundle(settings, seeds, card, network)


def read_settings(folder: Path) -> Settings:
    """Read only the settings of a preset, which is fast.

    Raises:
        BundleError: if the settings are missing, changed, of another format, or impossible.
    """
    with _naming_the_folder(folder):
        header = _read_header(folder)
        _read_files(folder, [SETTINGS_FILE])
        return _own_settings(folder, header)


@contextmanager
def _naming_the_folder(folder: Path) -> Iterator[None]:
    """Turn any error about a file into a `BundleError` that names the folder and the way out."""
    try:
        yield
    except BundleError:
        raise
    except (AttributeError, KeyError, OSError, TypeError, ValueError, SegueError) as error:
        raise BundleError(folder, f"{error}; export it again with `segue export`") from error


def _own_settings(folder: Path, header: dict[str, Any]) -> Settings:
    settings = Settings.from_json(header)
    if settings.name != folder.name:
        raise BundleError(folder, f"its settings call it {settings.name!r}; rename the folder back")
    return settings


def _read_header(folder: Path) -> dict[str, Any]:
    """Read the settings as plain values, and check that this version of segue knows their kind and format."""
    if not folder.is_dir():
        raise BundleError(folder, "there is no such folder")
    header: dict[str, Any] = json.loads(_read_file(folder, SETTINGS_FILE))
    found = header.pop("format", None)
    if found != FORMAT:
        raise BundleError(
            folder, f"its format is {found!r}, this segue reads {FORMAT}; export it again with `segue export`"
        )
    check_kind(str(header.get("kind")))
    return header


def _read_files(folder: Path, names: Sequence[str], later: Sequence[str] = ()) -> dict[str, bytes]:
    """Read files of the bundle and check their sums; a bundle may lack the files in `later`."""
    try:
        lines = _read_file(folder, SUMS_FILE).decode().splitlines()
        sums = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    except ValueError as error:
        raise BundleError(folder, f"{SUMS_FILE} is not as `sha256sum` writes it; export it again") from error
    names = [name for name in names if name in sums or name not in later]
    contents = {name: _read_file(folder, name) for name in names}
    for name, data in contents.items():
        if sums.get(name) != _sha256(data):
            raise BundleError(
                folder,
                f"{name} has changed since the preset was exported (sha256 {_sha256(data)[:12]}...); export "
                f"it again, or accept the change with `sha256sum {' '.join(names)} > {SUMS_FILE}`",
            )
    return contents


def _read_file(folder: Path, name: str) -> bytes:
    try:
        return (folder / name).read_bytes()
    except OSError as error:
        raise BundleError(folder, f"cannot read {name}: {error.strerror}; export it again") from error


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _json_bytes(value: Any) -> bytes:
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()
