"""Read a whole corpus: a folder of music, in parallel processes, with a cache."""

import gc
import hashlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from math import inf
from multiprocessing.connection import Connection
from pathlib import Path
from time import monotonic
from typing import Any, Generic

from presets.errors import SegueError
from training.corpus.cache import PieceCache, user_cache_folder
from training.corpus.description import About, CorpusError
from training.corpus.piece import P

SLOW_SECONDS = 30.0
"""After this time a file that is still being read is named."""

LEFT_OUT = (
    f"it took more than {SLOW_SECONDS:.0f} s, and you left it out with Ctrl-C; move it out of the corpus to "
    "leave it out every time"
)
"""The reason for a file that the user left out."""


def still_reading(name: str) -> str:
    """Return the sentence about a file that takes long."""
    return f"still reading {name} after {SLOW_SECONDS:.0f} s: press Ctrl-C to leave it out"


@dataclass(frozen=True)
class Reader(Generic[P]):
    """How to read music for a kind of network.

    Attributes:
        version: names the reader and everything else, apart from the file, that its pieces depend on; it is
            the key in the cache.
        suffixes: endings of the files to read, in lower case; other files in a folder are skipped.
        read: reads a file, and gives the piece a name. If it raises, the file is left out and the exception
            is the reason. It is called in other processes, so it must be picklable.
        from_json: makes a piece from what its `to_json` returned.
        empty: the reason to give for leaving out a piece without tokens or events.
        libraries: corpora that are not folders, by the prefix before the colon; each function takes the name
            of a corpus and returns its files by name.
        collections: functions for single files that hold a whole corpus, by file ending; each returns the
            pieces, and raises a `SegueError` for a file that it cannot read.
    """

    version: str
    suffixes: tuple[str, ...]
    read: Callable[[Path, str], P]
    from_json: Callable[[dict[str, Any]], P]
    empty: str
    libraries: Mapping[str, Callable[[str], Mapping[str, Path]]] = field(default_factory=dict)
    collections: Mapping[str, Callable[[Path], Sequence[P]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Corpus(Generic[P]):
    """The music of a corpus.

    Attributes:
        about: its description.
        pieces: the pieces with at least one token or event, sorted by name.
        unreadable: (name, reason) of each file that was left out.
        cached: how many of the pieces came from the cache.
        files: the file of each piece, by the piece's name; empty if one file holds the whole corpus.
    """

    about: About
    pieces: tuple[P, ...]
    unreadable: tuple[tuple[str, str], ...] = ()
    cached: int = 0
    files: Mapping[str, Path] = field(default_factory=dict)

    @property
    def remarks(self) -> tuple[tuple[str, str], ...]:
        """What was ignored in the files: (name, sentence) of each remark."""
        return tuple((piece.name, remark) for piece in self.pieces for remark in piece.remarks)

    @property
    def digest(self) -> str:
        """The sha256 of the files' names and digests; equal for equal corpora."""
        rows = "".join(f"{piece.sha256}  {piece.name}\n" for piece in self.pieces)
        return hashlib.sha256(rows.encode()).hexdigest()

    def __len__(self) -> int:
        """Tokens or events in all pieces."""
        return sum(map(len, self.pieces))


def read_corpus(
    place: Path,
    reader: Reader[P],
    about: About = About(),  # noqa: B008 - frozen
    *,
    processes: int | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
    slow: Callable[[str], None] = lambda name: None,
) -> Corpus[P]:
    """Read every piece of a folder or of a library.

    Args:
        place: a folder, which is searched with all folders inside it; a single music file; LIBRARY:CORPUS for
            one of the reader's libraries; or a file of one of its collections.
        reader: how to read a file.
        about: the description of the corpus.
        processes: the number of processes; by default one for each CPU core. 1 reads in this process.
        progress: called with (files done, files in all) after each file.
        slow: called with the name of each file that takes more than `SLOW_SECONDS`, while it is read; any
            thread may call it. From then on, Ctrl-C leaves this file out.

    Raises:
        CorpusError: if there is no such folder or library, or if it holds nothing readable.
    """
    if place.suffix.lower() in reader.collections and not place.is_dir():
        return Corpus(about, tuple(reader.collections[place.suffix.lower()](place)))
    paths = _list_files(place, reader)
    cache = PieceCache(user_cache_folder(), reader.version, reader.from_json)
    pieces, unreadable = _find_cached(paths, cache)
    cached = len(pieces)
    missing = {name: paths[name] for name in sorted(paths) if name not in pieces and name not in unreadable}
    before = len(paths) - len(missing)
    progress(before, len(paths))
    for done, (name, result) in enumerate(_read_all(missing, reader.read, processes, slow), before + 1):
        if isinstance(result, str):
            unreadable[name] = result
        else:
            pieces[name] = result
            cache.put(result)
        progress(done, len(paths))
    for name in [name for name, piece in pieces.items() if not len(piece)]:
        unreadable[name] = "; ".join((reader.empty, *pieces.pop(name).remarks))
    if not pieces:
        raise CorpusError(
            f"no readable music files ({', '.join(reader.suffixes)}) in {str(place)!r}: "
            f"{_why_nothing(unreadable)}"
        )
    return Corpus(
        about,
        tuple(pieces[name] for name in sorted(pieces)),
        tuple(sorted(unreadable.items())),
        cached,
        {name: paths[name] for name in sorted(pieces)},
    )


def _list_files(place: Path, reader: Reader[P]) -> Mapping[str, Path]:
    """Return the files of a corpus, by their names in it."""
    library, _, corpus = str(place).partition(":")
    if library in reader.libraries:
        return reader.libraries[library](corpus)
    if place.is_file() and place.suffix.lower() in reader.suffixes:
        return {_printable(Path(place.name)): place}
    if not place.is_dir():
        places = (
            "a folder of music files and journals",
            "one such file",
            *(f"{name}:NAME" for name in reader.libraries),
            *(f"a {suffix} file" for suffix in reader.collections),
        )
        raise CorpusError(
            f"the corpus must be {', or '.join(places)}, got {str(place)!r}, which "
            f"{'is none of these' if place.exists() else 'does not exist'}"
        )
    return {
        _printable(path.relative_to(place)): path
        for path in sorted(place.rglob("*"))
        if path.suffix.lower() in reader.suffixes and not path.is_dir()
    }


def _find_cached(paths: Mapping[str, Path], cache: PieceCache[P]) -> tuple[dict[str, P], dict[str, str]]:
    """Return the pieces in the cache, and the reason for each file that cannot be opened, by name."""
    pieces: dict[str, P] = {}
    unreadable: dict[str, str] = {}
    for name in sorted(paths):
        try:
            digest = hashlib.sha256(paths[name].read_bytes()).hexdigest()
        except OSError as error:
            unreadable[name] = str(error.strerror)
            continue
        if found := cache.get(digest, name):
            pieces[name] = found
    return pieces, unreadable


def _why_nothing(unreadable: Mapping[str, str]) -> str:
    """Return why a corpus has no pieces, for an error."""
    if not unreadable:
        return "there are none"
    name, reason = min(unreadable.items())
    none = f"none of its {len(unreadable)} files could" if len(unreadable) > 1 else "its file could not"
    return f"{none} be read: {name}: {reason}"


def _printable(path: Path) -> str:
    """Return a path as text that can always be written; file names in old collections may not be UTF-8."""
    return os.fsencode(path.as_posix()).decode("utf-8", "backslashreplace")


Read = Callable[[Path, str], P]


def _read_all(
    paths: Mapping[str, Path], read: Read[P], processes: int | None, slow: Callable[[str], None]
) -> Iterator[tuple[str, P | str]]:
    """Yield each name with its piece, or with the reason why there is no piece, as each file is done."""
    left = dict(paths)
    processes = min(processes or os.cpu_count() or 1, len(paths))
    alone = False
    while left:
        batch = dict([next(iter(left.items()))]) if alone else dict(left)
        # The files that are being read and take long.
        late: set[str] = set()

        def name_it(name: str, late: set[str] = late) -> None:
            late.add(name)
            slow(name)

        try:
            for name, result in _read_batch(batch, read, processes, name_it):
                late.discard(name)
                del left[name]
                yield name, result
        except BrokenProcessPool:
            # A file has killed its process, and the pool with it: read the remaining files one by one.
            if alone:
                for name in batch:
                    del left[name]
                    yield name, "the process that read it died"
            alone, processes = True, max(2, processes)
        except KeyboardInterrupt:
            if not late:
                raise
            for name in sorted(late):
                del left[name]
                yield name, LEFT_OUT


def _read_batch(
    paths: Mapping[str, Path], read: Read[P], processes: int, slow: Callable[[str], None]
) -> Iterator[tuple[str, P | str]]:
    """Yield what `_read_all` does; `slow` is called with the name of each file that takes long."""
    if processes > 1:
        yield from _read_together(paths, read, processes, slow)
        return
    for name, path in paths.items():
        timer = threading.Timer(SLOW_SECONDS, slow, (name,))
        timer.daemon = True
        timer.start()
        try:
            result = _try_to_read(read, path, name)
        finally:
            timer.cancel()
        yield name, result


def _read_together(
    paths: Mapping[str, Path], read: Read[P], processes: int, slow: Callable[[str], None]
) -> Iterator[tuple[str, P | str]]:
    # Spawn, do not fork: the thread of the progress bar may hold a lock at the time of the fork.
    spawning = multiprocessing.get_context("spawn")
    ending, end = spawning.Pipe(duplex=False)
    pool = ProcessPoolExecutor(processes, spawning, _begin_reader, (ending,))
    waiting = iter(paths.items())
    # No more files than processes: so each of them is being read. Each with its name and its deadline.
    begun: dict[Future[P | str], tuple[str, float]] = {}

    def begin() -> None:
        for name, path in islice(waiting, processes - len(begun)):
            begun[pool.submit(_try_to_read, read, path, name)] = name, monotonic() + SLOW_SECONDS

    try:
        begin()
        while begun:
            next_deadline = min(deadline for _, deadline in begun.values())
            patience = None if next_deadline == inf else max(0.0, next_deadline - monotonic())
            done, _ = wait(begun, patience, FIRST_COMPLETED)
            for future in done:
                name, _ = begun.pop(future)
                begin()
                yield name, future.result()
            for future, (name, deadline) in begun.items():
                if deadline <= monotonic():
                    begun[future] = name, inf
                    slow(name)
    finally:
        # The processes end at once, whatever they read.
        end.close()
        ending.close()
        pool.shutdown(cancel_futures=True)


def _begin_reader(ending: Connection) -> None:
    """Set up a reading process: leave Ctrl-C to the parent process, and end when it says so or ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # music21 makes millions of small objects: looking through them so often takes a sixth of the time.
    gc.set_threshold(200_000, 50, 1000)
    threading.Thread(target=_end_with_parent, args=(ending,), daemon=True).start()


def _end_with_parent(ending: Connection) -> None:
    with suppress(EOFError, OSError):
        ending.recv()
    os._exit(1)


def _try_to_read(read: Read[P], path: Path, name: str) -> P | str:
    """Return the piece, or the reason why there is no piece."""
    try:
        return read(path, name)
    except SegueError as error:
        reason = str(error)
    except Exception as error:  # music21 can raise anything for a broken file
        reason = f"{type(error).__name__}: {error}"
    return reason.splitlines()[0]
