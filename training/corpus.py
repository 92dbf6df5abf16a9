"""Reading a whole corpus: a folder of music, in parallel processes, through the cache."""

import hashlib
import multiprocessing
import os
import signal
import tomllib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass, fields
from pathlib import Path

import music21

from presets.errors import SegueError
from training.cache import PieceCache, user_cache_folder
from training.piece import Piece
from training.reader import READER_VERSION, SUFFIXES, read_piece

SOURCE_FILE = "corpus.toml"
"""Says beside the music what it is; the model card quotes it."""


class CorpusError(SegueError):
    """A corpus is missing, empty, too small, or wrongly described."""


@dataclass(frozen=True, slots=True)
class Source:
    """What `corpus.toml` says of the music; each is one line of text, empty when nobody said it.

    Attributes:
        name: of the corpus.
        author: whoever must be named.
        licence: of the files.
        source: where they are from.
    """

    name: str = ""
    author: str = ""
    licence: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Corpus:
    """What was read.

    Attributes:
        source: what `corpus.toml` says.
        pieces: those with at least one token, sorted by name.
        unreadable: (name, reason) of each file that was left out.
        cached: how many of the pieces came from the cache.
    """

    source: Source
    pieces: tuple[Piece, ...]
    unreadable: tuple[tuple[str, str], ...] = ()
    cached: int = 0

    @property
    def digest(self) -> str:
        """The sha256 of the files' names and digests: the same corpus has the same."""
        rows = "".join(f"{piece.sha256}  {piece.name}\n" for piece in self.pieces)
        return hashlib.sha256(rows.encode()).hexdigest()

    def __len__(self) -> int:
        """Tokens in all pieces."""
        return sum(map(len, self.pieces))


def read_corpus(
    folder: Path,
    *,
    processes: int | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Corpus:
    """Read every piece below a folder.

    Args:
        folder: is searched with all its folders.
        processes: how many read at once; each CPU core one by default, 1 reads in this process.
        progress: is told (files done, files in all) after each file.

    Raises:
        CorpusError: if there is no such folder, or nothing readable in it.
    """
    if not folder.is_dir():
        raise CorpusError(f"the corpus must be a folder of music files, got {str(folder)!r}, which is none")
    source = read_source(folder)
    names = sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix.lower() in SUFFIXES
    )
    cache = PieceCache(user_cache_folder(), f"reader-{READER_VERSION}-music21-{music21.VERSION_STR}")
    pieces: dict[str, Piece] = {}
    unreadable: dict[str, str] = {}
    missing: list[str] = []
    for name in names:
        try:
            digest = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        except OSError as error:
            unreadable[name] = str(error.strerror)
            continue
        if found := cache.get(digest, name):
            pieces[name] = found
        else:
            missing.append(name)
    cached = len(pieces)
    progress(len(names) - len(missing), len(names))
    for done, (name, result) in enumerate(
        _read_all(folder, missing, processes), len(names) - len(missing) + 1
    ):
        if isinstance(result, Piece):
            pieces[name] = result
            cache.put(result)
        else:
            unreadable[name] = result
        progress(done, len(names))
    for name in [name for name, piece in pieces.items() if not len(piece)]:
        del pieces[name]
        unreadable[name] = "no notes in its first instrument"
    if not pieces:
        count = "it holds none"
        if unreadable:
            name, reason = min(unreadable.items())
            count = f"none of its {len(unreadable)} files could be read: {name}: {reason}"
        raise CorpusError(
            f"a corpus must hold music files ({', '.join(SUFFIXES)}), in {str(folder)!r} {count}"
        )
    return Corpus(
        source, tuple(pieces[name] for name in sorted(pieces)), tuple(sorted(unreadable.items())), cached
    )


def read_source(folder: Path) -> Source:
    """Read the folder's `corpus.toml`, or the one in the folder above it; without one nothing is stated.

    Raises:
        CorpusError: if it is not TOML, or has a key or a value that it should not have.
    """
    path = next((p for p in (folder / SOURCE_FILE, folder.parent / SOURCE_FILE) if p.is_file()), None)
    if path is None:
        return Source()
    known = [field.name for field in fields(Source)]
    try:
        value = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CorpusError(
            f"{SOURCE_FILE} must be a TOML file, got one that cannot be read: {error}"
        ) from error
    for key, text in value.items():
        if key not in known or not isinstance(text, str):
            raise CorpusError(f"{SOURCE_FILE} may say {', '.join(known)}, each a text, got {key} = {text!r}")
    return Source(**value)


def _read_all(folder: Path, names: list[str], processes: int | None) -> Iterator[tuple[str, Piece | str]]:
    """Yield each name with its piece, or with the reason why there is none, as they are done."""
    processes = min(processes or os.cpu_count() or 1, len(names))
    if processes <= 1:
        yield from ((name, _try_to_read(folder / name, name)) for name in names)
        return
    # Spawned, not forked: the progress bar's thread may hold a lock at the fork.
    spawning = multiprocessing.get_context("spawn")
    # Ctrl-C reaches every process of the terminal; this one alone answers it.
    with ProcessPoolExecutor(processes, spawning, signal.signal, (signal.SIGINT, signal.SIG_IGN)) as pool:
        futures: dict[Future[Piece | str], str] = {
            pool.submit(_try_to_read, folder / name, name): name for name in names
        }
        try:
            yield from _in_order_of_completion(futures)
        finally:
            pool.shutdown(cancel_futures=True)


def _in_order_of_completion(
    futures: dict[Future[Piece | str], str],
) -> Iterable[tuple[str, Piece | str]]:
    for future in as_completed(futures):
        yield futures[future], future.result()


def _try_to_read(path: Path, name: str) -> Piece | str:
    """Return the piece, or the reason why there is none."""
    try:
        return read_piece(path, name)
    except Exception as error:  # music21 raises whatever a broken file trips it into
        return f"{type(error).__name__}: {error}".splitlines()[0]
