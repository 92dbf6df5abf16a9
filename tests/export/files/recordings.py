"""Recordings in a few words, and any recording at all."""

from hypothesis import strategies as st

from presets.bundles.settings import Meter
from presets.music.event import PPQ
from presets.sets.recording import By, Recorded, Recording, Track

STEADY = ((0, 500_000),)
"""120 bpm: a tick is 1/960 s."""

COMMON_TIME = ((0, Meter()),)


def track(*notes: Recorded, name: str = "piano", by: By = By.SEGUE, controls=()) -> Track:
    return Track(name, by, tuple(sorted(notes)), tuple(controls))


def recording(*tracks: Track, tempos=STEADY, meters=COMMON_TIME, markers=()) -> Recording:
    return Recording("evening", tuple(meters), tuple(tempos), tuple(markers), tracks)


def program(channel: int, number: int, tick: int = 0) -> tuple[int, bytes]:
    return tick, bytes((0xC0 | channel, number))


def control(channel: int, number: int, value: int, tick: int = 0) -> tuple[int, bytes]:
    return tick, bytes((0xB0 | channel, number, value))


LATEST = 40 * PPQ

# Made once: a strategy that is made for each draw is looked into for each draw.
COUNTS, CHANNELS, NOTES = st.integers(1, 12), st.sampled_from((0, 3, 9)), st.integers(58, 62)
GAPS = st.one_of(st.integers(0, 3), st.integers(0, LATEST))
DURATIONS = st.one_of(st.integers(1, 3), st.integers(1, 4 * PPQ))
VELOCITIES = st.integers(1, 127)
CONTROLS = st.lists(
    st.tuples(
        st.integers(0, LATEST),
        st.builds(
            lambda channel, number, value: bytes((0xB0 | channel, number, value)),
            CHANNELS,
            st.sampled_from((7, 11, 64, 64, 6, 101)),
            st.integers(0, 127),
        ),
    ),
    max_size=12,
)
CHANGES = st.lists(st.integers(1, LATEST), unique=True, max_size=5).map(sorted)
MICROSECONDS = st.integers(150_000, 3_000_000)


@st.composite
def tracks(draw: st.DrawFn) -> Track:
    """Any track: of one channel and number, no two notes overlap."""
    found: list[Recorded] = []
    ends: dict[tuple[int, int], int] = {}
    for _ in range(draw(COUNTS)):
        channel, note = draw(CHANNELS), draw(NOTES)
        tick = ends.get((channel, note), 0) + draw(GAPS)
        duration = draw(DURATIONS)
        ends[channel, note] = tick + duration
        found.append(Recorded(tick, note, duration, draw(VELOCITIES), channel))
    return track(*found, controls=sorted(draw(CONTROLS), key=lambda pair: pair[0]))


SEVERAL_TRACKS = st.lists(tracks(), min_size=1, max_size=20)


@st.composite
def recordings(draw: st.DrawFn) -> Recording:
    """Any recording with notes, at any tempos."""
    tempos = [(tick, draw(MICROSECONDS)) for tick in (0, *draw(CHANGES))]
    return recording(*draw(SEVERAL_TRACKS), tempos=tempos)
