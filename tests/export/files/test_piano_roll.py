from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from matplotlib.colors import to_rgb
from matplotlib.image import imread

from export.files.piano_roll import COUNT_IN, PLAYER, SEGUE, PianoRollError, write_piano_roll
from presets.music.event import PPQ
from presets.sets.recording import By, Recorded, Recording
from tests.export.files.recordings import recording, recordings, track

BAR = 4 * PPQ


def drawn(path: Path, music: Recording) -> np.ndarray:
    write_piano_roll(music, path, progress=lambda done: None)
    return imread(path)[:, :, :3]


def has(picture: np.ndarray, colour: str) -> bool:
    return bool((np.abs(picture - to_rgb(colour)).max(axis=2) < 0.005).any())


def width_of(picture: np.ndarray, colour: str) -> list[int]:
    """Return the columns of a picture, below its legend, in which a colour is found."""
    return np.flatnonzero((np.abs(picture[110:] - to_rgb(colour)).max(axis=2) < 0.005).any(axis=0)).tolist()


def test_each_track_has_its_colour(tmp_path: Path) -> None:
    music = recording(
        track(Recorded(BAR, 72, PPQ, 90), name="bach: soprano"),
        track(Recorded(BAR, 48, PPQ, 90), name="bach: bass"),
        track(Recorded(BAR, 60, PPQ, 90), name="player", by=By.PLAYER),
        track(Recorded(0, 76, PPQ // 8, 90, 9), name="count-in", by=By.COUNT_IN),
    )

    picture = drawn(tmp_path / "a.png", music)

    for colour in (SEGUE[0], SEGUE[1], PLAYER[0], COUNT_IN[0]):
        assert has(picture, colour)
    assert not has(picture, SEGUE[2])


def test_a_note_is_as_wide_as_it_is_long(tmp_path: Path) -> None:
    # Four bars are one line; from bar 2 to the middle of bar 3.
    picture = drawn(
        tmp_path / "a.png",
        recording(track(Recorded(BAR, 60, BAR * 3 // 2, 90), Recorded(4 * BAR - 1, 40, 1, 1))),
    )

    columns = width_of(picture, SEGUE[0])

    left, right = 0.55 * 110, 17.0 * 110 - 0.25 * 110
    bar = (right - left) / 4
    assert columns[0] == pytest.approx(left + bar, abs=2)
    assert columns[-1] == pytest.approx(left + 2.5 * bar, abs=3)


@pytest.mark.slow
def test_the_shortest_note_of_a_long_set_is_seen(tmp_path: Path) -> None:
    evening = track(Recorded(BAR, 60, 1, 90), Recorded(3000 * BAR, 62, BAR, 80))

    assert has(drawn(tmp_path / "a.png", recording(evening)), SEGUE[0])


def test_softer_is_paler(tmp_path: Path) -> None:
    picture = drawn(
        tmp_path / "a.png", recording(track(Recorded(0, 60, PPQ, 20), Recorded(PPQ, 60, PPQ, 100)))
    )

    pale = 1 - 0.4 * (1 - np.array(to_rgb(SEGUE[0])))
    assert width_of(picture, SEGUE[0])[0] > width_of(picture, tuple(pale))[-1]


def test_a_loud_count_in_makes_no_music_paler(tmp_path: Path) -> None:
    music = recording(
        track(Recorded(BAR, 60, PPQ, 40)),
        track(Recorded(0, 76, PPQ // 8, 112, 9), name="count-in", by=By.COUNT_IN),
    )

    assert width_of(drawn(tmp_path / "a.png", music), SEGUE[0])


def test_a_count_in_alone_has_a_picture(tmp_path: Path) -> None:
    clicks = track(Recorded(0, 76, PPQ // 8, 112, 9), name="count-in", by=By.COUNT_IN)

    assert has(drawn(tmp_path / "a.png", recording(clicks)), COUNT_IN[0])


@pytest.mark.slow
def test_a_long_set_stays_one_picture(tmp_path: Path) -> None:
    evening = track(*(Recorded(bar * BAR, 40 + bar % 50, BAR, 1 + bar % 127) for bar in range(3600)))

    picture = drawn(tmp_path / "a.png", recording(evening))

    assert picture.shape[1] == 1870
    assert picture.shape[0] < 10_000


@pytest.mark.parametrize("name", ["$\\frac{1$", "夜の曲 ", "a\nb", "%d & <b>", ""])
def test_any_name_is_written_as_it_is(tmp_path: Path, name: str) -> None:
    music = Recording(
        name,
        recording().meters,
        recording().tempos,
        ((0, name), (1, name), (2, name)),
        (track(Recorded(0, 60, PPQ, 90), name=name),),
    )

    drawn(tmp_path / "a.png", music)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(recordings())
def test_any_recording_has_a_picture(tmp_path: Path, music: Recording) -> None:
    told: list[float] = []

    write_piano_roll(music, tmp_path / "a.png", progress=told.append)

    assert told == sorted(told)
    assert told[-1] == 1.0
    assert imread(tmp_path / "a.png").shape[1] == 1870


def test_nothing_has_no_picture(tmp_path: Path) -> None:
    with pytest.raises(PianoRollError, match=r"^cannot draw a piano roll of 'evening': it has no notes$"):
        write_piano_roll(recording(), tmp_path / "a.png", progress=lambda done: None)


def test_a_folder_that_is_gone_is_said(tmp_path: Path) -> None:
    with pytest.raises(PianoRollError, match=r"^cannot write the piano roll '.*/gone/a\.png': No such file"):
        drawn(tmp_path / "gone" / "a.png", recording(track(Recorded(0, 60, PPQ, 90))))
