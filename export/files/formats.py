"""The files that a recording can become, by their endings."""

import glob
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, TaskID

from export.files.soundfont import find_soundfont, read_soundfont
from live.journals.midi_file import save_midi
from presets.errors import SegueError, UsageError
from presets.sets.recording import Recording

OnProgress = Callable[[float], None]
"""Called with how much is done, 0..1."""

Writer = Callable[[Recording, Path, Path | None, OnProgress], Sequence[Path]]
"""Writes a recording, with a SoundFont if one was named; returns the files that it has become."""


class ExportError(SegueError):
    """A file cannot be written."""


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file.

    Attributes:
        name: what it is called in a sentence.
        write: writes one.
        needs: packages of the extra `render` that it is made with.
    """

    name: str
    write: Writer
    needs: tuple[str, ...] = ()


def _midi(recording: Recording, path: Path, soundfont: Path | None, report: OnProgress) -> Sequence[Path]:
    save_midi(recording, path)
    report(1.0)
    return (path,)


def _wav(recording: Recording, path: Path, soundfont: Path | None, report: OnProgress) -> Sequence[Path]:
    from export.files.wav import write_wav

    write_wav(recording, path, soundfont=soundfont, progress=report)
    return (path,)


def _musicxml(recording: Recording, path: Path, soundfont: Path | None, report: OnProgress) -> Sequence[Path]:
    from export.files.musicxml import write_musicxml

    write_musicxml(recording, path, progress=report)
    return (path,)


def _pages(recording: Recording, path: Path, soundfont: Path | None, report: OnProgress) -> Sequence[Path]:
    from export.files.pages import write_pages

    return write_pages(recording, path, progress=report)


def _piano_roll(
    recording: Recording, path: Path, soundfont: Path | None, report: OnProgress
) -> Sequence[Path]:
    from export.files.piano_roll import write_piano_roll

    write_piano_roll(recording, path, progress=report)
    return (path,)


FORMATS: Mapping[str, Format] = {
    ".mid": Format("MIDI", _midi),
    ".wav": Format("audio", _wav, ("midirenderer",)),
    ".musicxml": Format("sheet music for a notation program", _musicxml, ("music21",)),
    ".svg": Format("pages of sheet music", _pages, ("music21", "verovio")),
    ".png": Format("a piano roll", _piano_roll, ("matplotlib",)),
}
"""By the ending of the file's name."""


def check_files(paths: Sequence[Path], soundfont: Path | None = None, *, replace: bool = True) -> None:
    """Refuse, before any work is done, what could not be written in the end.

    Args:
        paths: files that are wanted.
        soundfont: the SoundFont that is named for the audio.
        replace: whether a file that is there already gives way.

    Raises:
        UsageError: if an ending says no format, a file is wanted twice, or exists and does not give way.
        SoundFontError: if audio is wanted and there is no SoundFont, or the one that is named is none.
        ExportError: if the packages for a format are missing, or its folder cannot be written to.
    """
    for path in paths:
        _check_name(path, paths)
        _check_place(path, replace=replace)
        _check_packages(path)
    if soundfont is not None or any(path.suffix.lower() == ".wav" for path in paths):
        read_soundfont(find_soundfont() if soundfont is None else soundfont)


def _check_name(path: Path, paths: Sequence[Path]) -> None:
    """Refuse a name that says no format, or that another of the files has."""
    if path.suffix.lower() not in FORMATS:
        raise UsageError(f"a file must end in {', '.join(FORMATS)}, got {path.name!r}")
    if sum(os.path.realpath(path) == os.path.realpath(other) for other in paths) > 1:
        raise UsageError(f"each file must have a name of its own, got {path.as_posix()!r} twice")


def _check_place(path: Path, *, replace: bool) -> None:
    """Refuse a place where no file can be written, or where one is that must stay."""
    if (path.exists() and not path.is_file()) or not os.access(path.parent, os.W_OK):
        raise ExportError(f"a file must be in a folder that can be written, got {path.as_posix()!r}")
    if not replace and (old := [file for file in (path, *_pages_of(path)) if file.exists()]):
        raise UsageError(
            f"{old[0].as_posix()!r} exists already: choose another name, or replace it with --force"
        )


def _check_packages(path: Path) -> None:
    """Refuse a format whose packages are not installed."""
    form = FORMATS[path.suffix.lower()]
    if missing := [name for name in form.needs if find_spec(name) is None]:
        packages = " and ".join(missing)
        raise ExportError(
            f"writing {form.name} ({path.suffix}) needs {packages}: "
            "pip install '.[render]' in segue's own folder"
        )


def _pages_of(path: Path) -> list[Path]:
    """Return the pages that stand under a file's name already: several pages are a file each."""
    if path.suffix.lower() != ".svg":
        return []
    return sorted(path.parent.glob(f"{glob.escape(path.stem)}-[0-9]*{path.suffix}"))


def write_files(recording: Recording, paths: Sequence[Path], soundfont: Path | None = None) -> list[Path]:
    """Write a recording as each of these files, and show on a terminal how far that is.

    Args:
        recording: what was played.
        paths: files that `check_files` has let pass.
        soundfont: what audio sounds with; None for the default.

    Returns:
        Every file that was written: pages are one file each.

    Raises:
        SegueError: if one cannot be written; each is there whole or not at all.
    """
    written: list[Path] = []
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        for path in paths:
            task = progress.add_task(path.name, total=1.0)

            def report(done: float, task: TaskID = task) -> None:
                progress.update(task, completed=done)

            written += FORMATS[path.suffix.lower()].write(recording, path, soundfont, report)
            progress.remove_task(task)
    return written
