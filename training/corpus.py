"""Reading a whole corpus: a folder of music, in parallel processes, through the cache."""

import hashlib
import multiprocessing
import os
import signal
import threading
import tomllib
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
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
    source_folder: Path | None = None,
    processes: int | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Corpus:
    """Read every piece below a folder.

    Args:
        folder: is searched with all its folders.
        source_folder: where `corpus.toml` lies; the same folder by default.
        processes: how many read at once; each CPU core one by default, 1 reads in this process.
        progress: is told (files done, files in all) after each file.

    Raises:
        CorpusError: if there is no such folder, or nothing readable in it.
    """
    if not folder.is_dir():
        raise CorpusError(f"the corpus must be a folder of music files, got {str(folder)!r}, which is none")
    source = read_source(source_folder or folder)
    paths = {
        _printable(path.relative_to(folder)): path
        for path in sorted(folder.rglob("*"))
        if path.suffix.lower() in SUFFIXES and not path.is_dir()
    }
    names = sorted(paths)
    cache = PieceCache(user_cache_folder(), f"reader-{READER_VERSION}-music21-{music21.VERSION_STR}")
    pieces: dict[str, Piece] = {}
    unreadable: dict[str, str] = {}
    missing: list[str] = []
    for name in names:
        try:
            digest = hashlib.sha256(paths[name].read_bytes()).hexdigest()
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
        _read_all({name: paths[name] for name in missing}, processes), len(names) - len(missing) + 1
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
    """Read the folder's `corpus.toml`; without one nothing is stated.

    Raises:
        CorpusError: if it is not TOML, or has a key or a value that it should not have.
    """
    path = folder / SOURCE_FILE
    if not path.is_file():
        return Source()
    known = [field.name for field in fields(Source)]
    try:
        value = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CorpusError(f"{path} must be a TOML file, got one that cannot be read: {error}") from error
    for key, text in value.items():
        if key not in known or not isinstance(text, str) or not text.isprintable():
            raise CorpusError(f"{path} may say {', '.join(known)}, each a line of text, got {key} = {text!r}")
    return Source(**value)


def _printable(path: Path) -> str:
    """Return a path as text that any file can hold; names of old collections are not always UTF-8."""
    return os.fsencode(path.as_posix()).decode("utf-8", "backslashreplace")


def _read_all(paths: Mapping[str, Path], processes: int | None) -> Iterator[tuple[str, Piece | str]]:
    """Yield each name with its piece, or with the reason why there is none, as they are done."""
    processes = min(processes or os.cpu_count() or 1, len(paths))
    if processes <= 1:
        yield from ((name, _try_to_read(path, name)) for name, path in paths.items())
        return
    left = dict(paths)
    try:
        for name, result in _read_together(paths, processes):
            del left[name]
            yield name, result
    except BrokenProcessPool:
        # A file has killed its process, and with it the pool: the others are read one by one.
        for name, path in left.items():
            try:
                yield from _read_together({name: path}, 1)
            except BrokenProcessPool:
                yield name, "the process that read it died"


def _read_together(paths: Mapping[str, Path], processes: int) -> Iterator[tuple[str, Piece | str]]:
    # Spawned, not forked: the progress bar's thread may hold a lock at the fork.
    spawning = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, spawning, _begin_reader) as pool:
        futures = {pool.submit(_try_to_read, path, name): name for name, path in paths.items()}
        try:
            for future in as_completed(futures):
                yield futures[future], future.result()
        finally:
            pool.shutdown(cancel_futures=True)


def _begin_reader() -> None:
    """In each reading process: leave Ctrl-C to the one that shows the progress, and do not outlive it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _try_to_read(path: Path, name: str) -> Piece | str:
    """Return the piece, or the reason why there is none."""
    try:
        return read_piece(path, name)
    except Exception as error:  # music21 raises whatever a broken file trips it into
        return f"{type(error).__name__}: {error}".splitlines()[0]
