"""Recordings to write down: any that there can be, and short ones that read like the score."""

from collections.abc import Iterable

from hypothesis import strategies as st

from presets.bundles.settings import Meter
from presets.music.event import PPQ
from presets.sets.recording import By, Recorded, Recording, Track

METERS = [
    Meter(*fraction)
    for fraction in (
        (4, 4),
        (3, 4),
        (2, 4),
        (6, 8),
        (12, 8),
        (5, 8),
        (7, 8),
        (5, 4),
        (2, 2),
        (3, 16),
        (7, 32),
    )
]


def recording(
    *tracks: Iterable[Recorded],
    meter: Meter = METERS[0],
    bpm: float = 120,
    markers: tuple[tuple[int, str], ...] = (),
    by: By = By.SEGUE,
) -> Recording:
    return Recording(
        "Piece",
        ((0, meter),),
        ((0, round(60e6 / bpm)),),
        markers,
        tuple(Track(f"track {i}", by, tuple(sorted(notes))) for i, notes in enumerate(tracks)),
    )


def melody(*notes: tuple[float, float, int]) -> list[Recorded]:
    """Return notes of (beats from the beginning, beats, MIDI note)."""
    return [Recorded(round(at * PPQ), note, max(1, round(beats * PPQ)), 64) for at, beats, note in notes]


@st.composite
def notes(draw: st.DrawFn, end: int) -> tuple[Recorded, ...]:
    """Notes of one track; two of the same number never overlap."""
    grid = draw(st.sampled_from([1, 20, 40, 120]))
    drawn = draw(
        st.lists(
            st.tuples(
                st.integers(0, end // grid),
                st.integers(24, 108),
                st.integers(1, 4 * PPQ),
                st.integers(1, 127),
            ),
            min_size=1,
            max_size=40,
        )
    )
    free = dict.fromkeys(range(128), 0)
    found = []
    for at, note, duration, velocity in sorted(drawn):
        if at * grid >= free[note]:
            found.append(Recorded(at * grid, note, duration, velocity))
            free[note] = at * grid + duration
    return tuple(found)


@st.composite
def recordings(draw: st.DrawFn) -> Recording:
    meters, tick = [], 0
    for meter in draw(st.lists(st.sampled_from(METERS), min_size=1, max_size=4)):
        meters.append((tick, meter))
        tick += meter.bar_ticks * draw(st.integers(1, 4))
    whos = draw(st.lists(st.sampled_from(list(By)), max_size=3))
    tempos = draw(st.lists(st.tuples(st.integers(1, tick), st.integers(1, 2**24 - 1)), max_size=3))
    markers = draw(st.lists(st.tuples(st.integers(0, tick), st.sampled_from(["bach", "pop"])), max_size=3))
    return Recording(
        draw(st.text(max_size=5)),
        tuple(meters),
        ((0, 500_000), *sorted(dict(tempos).items())),
        tuple(sorted(markers)),
        tuple(Track(f"track {i}", by, draw(notes(tick))) for i, by in enumerate(whos)),
    )
