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


@st.composite
def tracks(draw: st.DrawFn, latest: int = 40 * PPQ) -> Track:
    """Any track: of one channel and number, no two notes overlap."""
    found: list[Recorded] = []
    ends: dict[tuple[int, int], int] = {}
    for _ in range(draw(st.integers(1, 12))):
        channel, note = draw(st.sampled_from((0, 3, 9))), draw(st.integers(58, 62))
        tick = ends.get((channel, note), 0) + draw(st.one_of(st.integers(0, 3), st.integers(0, latest)))
        duration = draw(st.one_of(st.integers(1, 3), st.integers(1, 4 * PPQ)))
        ends[channel, note] = tick + duration
        found.append(Recorded(tick, note, duration, draw(st.integers(1, 127)), channel))
    controls = draw(
        st.lists(
            st.tuples(
                st.integers(0, latest),
                st.builds(
                    lambda channel, number, value: bytes((0xB0 | channel, number, value)),
                    st.sampled_from((0, 3, 9)),
                    st.sampled_from((7, 11, 64, 64, 6, 101)),
                    st.integers(0, 127),
                ),
            ),
            max_size=12,
        )
    )
    return track(*found, controls=sorted(controls, key=lambda pair: pair[0]))


@st.composite
def recordings(draw: st.DrawFn) -> Recording:
    """Any recording with notes, at any tempos."""
    changes = draw(st.lists(st.integers(1, 40 * PPQ), unique=True, max_size=5).map(sorted))
    tempos = [(tick, draw(st.integers(150_000, 3_000_000))) for tick in (0, *changes)]
    return recording(*draw(st.lists(tracks(), min_size=1, max_size=20)), tempos=tempos)
