from hypothesis import given
from hypothesis import strategies as st

from export.tempo_map import TempoMap
from presets.music.event import PPQ
from presets.sets.recording import Recording
from tests.export.files.recordings import recording, recordings


def test_a_tempo_counts_from_its_tick_on() -> None:
    moments = TempoMap(recording(tempos=((0, 500_000), (2 * PPQ, 1_000_000))))

    assert [moments.seconds_at(beat * PPQ) for beat in range(5)] == [0.0, 0.5, 1.0, 2.0, 3.0]


@given(recordings(), st.integers(0, 60 * PPQ))
def test_it_is_the_recordings_own_time(recording: Recording, tick: int) -> None:
    assert abs(TempoMap(recording).seconds_at(tick) - recording.seconds_at(tick)) < 1e-9
