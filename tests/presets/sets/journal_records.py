"""Records of journals: a small set, and whatever hypothesis thinks of."""

from hypothesis import strategies as st

from presets.bundles.settings import Meter
from presets.sets.records import (
    Beat,
    Begun,
    Closed,
    Copied,
    Halted,
    Heard,
    Interrupted,
    Opened,
    PartPlays,
    Plays,
    Section,
    Sent,
    Use,
)

OPENED = Opened("2026-11-21T19:30:00.250+01:00", None, Meter(), 120.0, ("segue:out",), ("segue:in",))

PROGRAM = Sent(0.01, None, None, bytes.fromhex("c013"))
NOTE = Sent(0.1, 1, 0, bytes.fromhex("903c40"))
NOTE_OFF = Sent(0.35, 1, 240, bytes.fromhex("803c40"))


def note(number, at=None):
    """The note of this number, which tells it from all others."""
    return Sent(0.25 * number if at is None else at, 1, 240 * number, bytes((0x90, 60, 1 + number % 127)))


_at = st.integers(-1_000_000, 10**10).map(lambda microseconds: microseconds / 1e6)
_seconds = st.integers(0, 10**9).map(lambda microseconds: microseconds / 1e6)
_take = st.integers(0, 10_000)
_tick = st.integers(-(2**40), 2**40)
_place = st.one_of(st.just((None, None)), st.tuples(_take, _tick))
_number = st.integers(0, 2**40)
_data = st.integers(0, 127)
# Whatever a system calls its ports, and even what is no Unicode at all.
_text = st.text(max_size=20) | st.just("\u00e4 \x00\n\u2028")
_message = st.one_of(
    st.builds(lambda *some: bytes(some), st.integers(0x80, 0xBF) | st.integers(0xE0, 0xEF), _data, _data),
    st.builds(lambda *some: bytes(some), st.integers(0xC0, 0xDF), _data),
    st.sampled_from([0xF6, 0xF8, 0xFA, 0xFB, 0xFC, 0xFE, 0xFF]).map(lambda status: bytes((status,))),
    st.lists(_data).map(lambda data: bytes((0xF0, *data, 0xF7))),
)
_meters = st.builds(Meter, st.integers(1, 32), st.sampled_from([1, 2, 4, 8, 16, 32]))
_names = st.lists(_text, max_size=3).map(tuple)
_parts = st.lists(st.builds(PartPlays, _text, st.integers(0, 15), st.integers(0, 4)), max_size=4).map(tuple)

opened = st.builds(Opened, _text, st.none() | _text, _meters, st.floats(1, 1000), _names, _names)

records = st.one_of(
    opened,
    st.builds(lambda at, place, *rest: Plays(at, *place, *rest), _at, _place, _text, _parts),
    st.builds(Section, _at, _take, _tick, _text),
    st.builds(Begun, _at, _take, _tick),
    st.builds(Beat, _at, _take, _tick),
    st.builds(Halted, _at, _take, _tick),
    st.builds(
        lambda at, place, *rest: Sent(at, *place, *rest), _at, _place, _message, _number, st.booleans()
    ),
    st.builds(
        lambda at, place, *rest: Heard(at, *place, *rest),
        _at,
        _place,
        _message,
        _number,
        st.sampled_from(Use),
    ),
    st.builds(Copied, _at, _take, _tick, _number, _text, _text),
    st.builds(lambda at, place, *rest: Interrupted(at, *place, *rest), _at, _place, _seconds, _text),
    st.builds(Closed, _at, _number, _number, _number),
)
"""Any record; moments in whole microseconds."""
