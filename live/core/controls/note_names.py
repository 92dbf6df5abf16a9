"""Notes as musicians write them: middle C, MIDI note 60, is C4."""

import re

from presets.bundles.settings import SettingsError

NAMES = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")

_LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_ACCIDENTALS = {"": 0, "#": 1, "b": -1}


def note_name(note: int) -> str:
    """Return a MIDI note number as musicians write it; 60 is C4."""
    return f"{NAMES[note % 12]}{note // 12 - 1}"


def read_pitch_class(text: str) -> int:
    """Return the pitch class 0..11 of a name such as `C`, `f#` or `Bb`; `SettingsError` for anything else."""
    if not re.fullmatch(r"[A-Ga-g][#b]?", text):
        raise SettingsError(f"a note name must be A..G, optionally with # or b, got {text!r}")
    return (_LETTERS[text[0].upper()] + _ACCIDENTALS[text[1:]]) % 12


def read_range(text: str) -> tuple[int, int]:
    """Return the two MIDI notes of `C3-C6` or `48-84`; `SettingsError` for anything else."""
    note = r"([A-Ga-g][#b]?-?\d|\d{1,3})"
    ends = re.fullmatch(f"{note}-{note}", text)
    if ends is None:
        raise SettingsError(f"a range must be two notes, such as C3-C6 or 48-84, got {text!r}")
    return read_note(ends[1]), read_note(ends[2])


def read_note(text: str) -> int:
    """Return the MIDI note number 0..127 of `C4`, `Bb-1` or `60`; `SettingsError` for anything else."""
    if named := re.fullmatch(r"([A-Ga-g])([#b]?)(-?\d)", text):
        letter, accidental, octave = named.groups()
        note = 12 * (int(octave) + 1) + _LETTERS[letter.upper()] + _ACCIDENTALS[accidental]
    else:
        note = int(text) if re.fullmatch(r"\d{1,3}", text) else -1
    if not 0 <= note <= 127:
        raise SettingsError(f"a note must be C-1..G9 (C4 is middle C) or 0..127, got {text!r}")
    return note
