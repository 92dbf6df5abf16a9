"""The file formats for recordings, by file ending."""

import glob
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, TaskID

from export.files.soundfont import SoundFontError, find_soundfont, read_soundfont
from live.journals.midi_file import save_midi
from presets.errors import SegueError, UsageError
from presets.sets.recording import Recording

OnProgress = Callable[[float], None]
"""Called with the share of the work that is done, 0..1."""

Writer = Callable[[Recording, Path, Path | None, OnProgress], Sequence[Path]]
"""Writes a recording, with a SoundFont if the user named one; returns the files that it wrote."""


class ExportError(SegueError):
    """A file cannot be written."""


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file.

    Attributes:
        name: its name in a sentence.
        write: writes such a file.
        needs: packages of the extra `render` that are needed to write it.
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
"""The formats by file ending."""


@dataclass(frozen=True, slots=True)
class Written:
    """What became of the files of a recording.

    Attributes:
        files: every file that was written; each page of sheet music is one file.
        failures: the reason for each file that was not.
    """

    files: tuple[Path, ...]
    failures: tuple[SegueError, ...]


def check_files(
    paths: Sequence[Path], soundfont: Path | None = None, *, replace: bool = True
) -> Mapping[Path, SegueError]:
    """Check, before any work is done, which of these files can be written.

    Args:
        paths: the files to write.
        soundfont: the SoundFont for audio; None for the default.
        replace: whether to overwrite existing files.

    Returns:
        The reason for each file that cannot be written, if others can: packages for its format are missing,
        its folder is not writable, it exists and `replace` is false, or audio has no SoundFont.

    Raises:
        UsageError: if an ending belongs to no format, or if a file is named twice.
        SegueError: the first reason, if none of the files can be written.
    """
    for path in paths:
        _check_name(path, paths)
    refused: dict[Path, SegueError] = {}
    for path in paths:
        try:
            _check_place(path, replace=replace)
            _check_packages(path)
        except SegueError as error:
            refused[path] = error
    audio = [path for path in paths if path.suffix.lower() == ".wav" and path not in refused]
    if soundfont is not None or audio:
        try:
            read_soundfont(find_soundfont() if soundfont is None else soundfont)
        except SoundFontError as error:
            if not audio:
                raise
            refused |= dict.fromkeys(audio, error)
    if len(refused) == len(paths):
        raise next(iter(refused.values()))
    return refused


def _check_name(path: Path, paths: Sequence[Path]) -> None:
    """Refuse a name without a known ending, or one that appears twice."""
    if path.suffix.lower() not in FORMATS:
        raise UsageError(f"a file must end in {', '.join(FORMATS)}, got {path.name!r}")
    if sum(os.path.realpath(path) == os.path.realpath(other) for other in paths) > 1:
        raise UsageError(f"the files must have different names, got {path.as_posix()!r} twice")


def _check_place(path: Path, *, replace: bool) -> None:
    """Refuse a path that cannot be written, or an existing file that must not be overwritten."""
    if (path.exists() and not path.is_file()) or not os.access(path.parent, os.W_OK):
        raise ExportError(f"cannot write {path.as_posix()!r}: it must be a file in a writable folder")
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
    """Return the existing files with numbered pages of this file: each of several pages is a file."""
    if path.suffix.lower() != ".svg":
        return []
    return sorted(path.parent.glob(f"{glob.escape(path.stem)}-[0-9]*{path.suffix}"))


def write_files(recording: Recording, paths: Sequence[Path], soundfont: Path | None = None) -> Written:
    """Write a recording as each of these files, and show the progress on a terminal.

    Each file is complete or missing. One that cannot be written costs none of the others.

    Args:
        recording: the recording.
        paths: files that `check_files` has accepted.
        soundfont: the SoundFont for audio; None for the default.
    """
    written: list[Path] = []
    failures: list[SegueError] = []
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        for path in paths:
            task = progress.add_task(path.name, total=1.0)

            def report(done: float, task: TaskID = task) -> None:
                progress.update(task, completed=done)

            try:
                written += FORMATS[path.suffix.lower()].write(recording, path, soundfont, report)
            except SegueError as error:
                failures.append(error)
            progress.remove_task(task)
    return Written(tuple(written), tuple(failures))
