"""Read the meta events of a MIDI file. Source: Standard MIDI Files 1.0, "Meta-Events"."""

from presets.bundles.settings import Meter, SettingsError
from presets.counting import count_of
from presets.midi_files.events import Event, Name, Tempo, TimeSignature
from presets.midi_files.remarks import Remarks

TRACK_NAME = 0x03
INSTRUMENT_NAME = 0x04
END_OF_TRACK = 0x2F
SET_TEMPO = 0x51
TIME_SIGNATURE = 0x58

NEEDED = {SET_TEMPO: ("tempo", 3), TIME_SIGNATURE: ("time signature", 2)}
"""What an event is called, and the bytes that it must have; the standard lets later versions add bytes."""


def read_meta_event(
    kind: int, content: bytes, at: int, tick: int, track: int, remarks: Remarks
) -> Event | None:
    """Return what a meta event says; None if it says nothing about bars, tempo or names.

    An event that cannot be used is ignored, with a remark.

    Args:
        kind: its type byte.
        content: its bytes after the length.
        at: the position of its status byte in the file.
        tick: when it is.
        track: index of its track.
        remarks: takes what was ignored.
    """
    if kind in (TRACK_NAME, INSTRUMENT_NAME):
        return Name(tick, track, content, kind == INSTRUMENT_NAME)
    if kind not in NEEDED:
        return None
    called, needed = NEEDED[kind]
    if len(content) < needed:
        remarks.add(f"ignored the {called} at byte {at}, which has only {count_of(len(content), 'byte')}")
        return None
    if kind == TIME_SIGNATURE:
        return _time_signature(content, at, tick, track, remarks)
    if tempo := int.from_bytes(content[:3]):
        return Tempo(tick, track, tempo)
    remarks.add(f"ignored the tempo at byte {at}, in which a quarter note takes 0 microseconds")
    return None


def _time_signature(content: bytes, at: int, tick: int, track: int, remarks: Remarks) -> TimeSignature | None:
    """Return a time signature; its denominator is stored as a power of two."""
    numerator, power = content[:2]
    try:
        return TimeSignature(tick, track, Meter(numerator, 1 << power))
    except SettingsError:
        denominator = str(1 << power) if power < 16 else f"2^{power}"
        remarks.add(
            f"ignored the time signature {numerator}/{denominator} at byte {at}, which segue does not know"
        )
        return None
