import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from export.files import stretches, wav
from export.files.instruments import RATE
from export.files.soundfont import SoundFontError
from export.files.synthesizer import Synthesizer
from export.files.wav import WavError, mix, write_wav
from presets.music.event import PPQ
from presets.sets.recording import By, Recorded, Recording
from tests.export.files.recordings import control, program, recording, track
from tests.export.files.tiny_soundfont import CLICK, TONE, TONE_HZ, tiny_soundfont

SECOND = 2 * PPQ
"""Ticks, at 120 bpm."""

Heard = Callable[..., NDArray[np.float64]]


@pytest.fixture
def soundfont(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.sf2"
    path.write_bytes(tiny_soundfont())
    return path


@pytest.fixture
def heard(tmp_path: Path, soundfont: Path) -> Heard:
    """Plays a recording into a file, and returns the file's left channel, -1..1."""

    def play(music: Recording) -> NDArray[np.float64]:
        path = tmp_path / "evening.wav"
        write_wav(music, path, soundfont=soundfont, progress=lambda done: None)
        with wave.open(str(path)) as file:
            assert file.getparams()[:3] == (2, 2, RATE)
            samples = np.frombuffer(file.readframes(file.getnframes()), "<i2")
        return samples.reshape(-1, 2)[:, 0] / 32768

    return play


def onsets(sound: NDArray[np.float64]) -> list[float]:
    """Return the moments of clicks: what is loud after 10 ms that were not."""
    loud = np.flatnonzero(np.abs(sound) > 0.3)
    return [frame / RATE for before, frame in zip([-RATE, *loud], loud, strict=False) if frame - before > 480]


def test_clicks_stand_where_the_tempo_map_says(heard: Heard) -> None:
    music = recording(
        track(*(Recorded(number * 487, 60, 100, 90) for number in range(12))),
        tempos=((0, 500_000), (4 * PPQ, 1_000_000), (6 * PPQ + 77, 333_333)),
    )

    found = onsets(heard(music))

    meant = [music.seconds_at(number * 487) for number in range(12)]
    assert len(found) == len(meant)
    # Half a block, and the first frames of the click, which are not yet loud.
    assert np.abs(np.subtract(found, meant)).max() < 0.00075


def test_a_note_lasts_and_rings_out(heard: Heard) -> None:
    sound = heard(recording(track(Recorded(0, 60, 2 * SECOND, 90), controls=[program(0, TONE)])))

    assert np.abs(sound[: 2 * RATE]).reshape(-1, 480).max(axis=1).min() > 0.1
    assert 2 * RATE < len(sound) < 6 * RATE
    assert np.abs(sound[-480:]).max() < 0.01


def test_a_pedal_holds_what_it_holds(heard: Heard) -> None:
    pedal = [control(0, 64, 127, 10), control(0, 64, 0, 3 * SECOND)]
    sound = heard(
        recording(track(Recorded(0, 60, SECOND // 2, 90), controls=[program(0, TONE), *pedal])),
    )

    assert np.abs(sound[: 3 * RATE]).reshape(-1, 480).max(axis=1).min() > 0.1


def test_soft_music_is_as_loud_as_any(heard: Heard) -> None:
    for velocity in (64, 127):
        sound = heard(recording(track(Recorded(0, 60, 100, velocity))))

        assert np.abs(sound).max() == pytest.approx(10 ** (-1 / 20), abs=0.001)


def test_what_is_too_loud_for_the_renderer_is_not_cut_off(heard: Heard) -> None:
    # 60 clicks on one moment are ten times what its 16 bits hold.
    loud = heard(recording(track(*(Recorded(0, 30 + key, 100, 127) for key in range(60)))))
    soft = heard(recording(track(*(Recorded(0, 30 + key, 100, 20) for key in range(60)))))

    assert np.corrcoef(loud[:200], soft[:200])[0, 1] > 0.999


def test_what_was_played_again_more_softly_is_as_loud_as_it_was() -> None:
    synthesizer = Synthesizer(tiny_soundfont(), "tiny.sf2")
    clicks = [(0, bytes((0x90, 30 + key, 127))) for key in range(60)]

    few, many = (np.abs(synthesizer.play(cues, 10)).max() for cues in (clicks[:4], clicks))

    assert many > 4
    assert many / few == pytest.approx(15, rel=0.05)


def test_the_players_program_is_not_segues(heard: Heard) -> None:
    """Both are on channel 1: one clicks and the other one holds its tone."""
    clicks = track(Recorded(0, 60, SECOND, 127), controls=[program(0, CLICK)])
    tone = track(Recorded(SECOND, 64, SECOND, 127), controls=[program(0, TONE, 5)])

    sound = heard(recording(clicks, tone))

    assert np.abs(sound[RATE // 2 : RATE]).max() < 0.1
    assert share_of_tone(sound[RATE : 2 * RATE]) > 0.9


def test_twenty_tracks_all_sound(heard: Heard) -> None:
    tracks = [track(Recorded(number * SECOND, 60, 100, 90)) for number in range(20)]

    assert [round(moment) for moment in onsets(heard(recording(*tracks)))] == list(range(20))


def test_drums_on_channel_10_are_drums(heard: Heard) -> None:
    sound = heard(recording(track(Recorded(0, 76, SECOND, 90, 9), controls=[program(9, TONE)])))

    assert share_of_tone(sound[: RATE // 2]) < 0.5


def test_a_count_in_is_silence_as_long(heard: Heard) -> None:
    clicks = track(
        *(Recorded(beat * PPQ, 76, 60, 127, 9) for beat in range(4)), name="count-in", by=By.COUNT_IN
    )
    music = recording(clicks, track(Recorded(4 * PPQ, 60, 100, 40)))

    sound = heard(music)

    assert not sound[: 2 * RATE - 32].any()
    assert onsets(sound) == [pytest.approx(2.0, abs=0.00075)]
    assert np.abs(sound).max() == pytest.approx(10 ** (-1 / 20), abs=0.001)


def test_stretches_sound_as_the_whole(heard: Heard, monkeypatch: pytest.MonkeyPatch) -> None:
    music = recording(
        track(
            *(Recorded(number * 301, 60 + number % 12, 200 + 50 * (number % 7), 90) for number in range(40)),
            controls=[
                program(0, TONE),
                control(0, 64, 127, SECOND),
                control(0, 64, 0, 3 * SECOND),
                control(0, 7, 70, 4 * SECOND),
            ],
        )
    )
    whole = heard(music)
    monkeypatch.setattr(stretches, "STRETCH", 750)
    monkeypatch.setattr(wav, "PIECE", 10_000)

    parts = heard(music)

    assert abs(len(whole) - len(parts)) < RATE // 10
    length = min(len(whole), len(parts))
    assert np.abs(whole[:length] - parts[:length]).max() < 0.003


def test_silence_of_minutes_lasts_minutes(heard: Heard) -> None:
    sound = heard(
        recording(track(Recorded(0, 60, 100, 90), Recorded(200 * SECOND, 60, 100, 90))),
    )

    assert [round(moment, 2) for moment in onsets(sound)] == [0.0, 200.0]


def test_nothing_is_no_sound(tmp_path: Path) -> None:
    clicks = track(Recorded(0, 76, 60, 127, 9), by=By.COUNT_IN)
    wanted = r"^cannot write audio: 'evening' has no notes besides the count-in$"
    with pytest.raises(WavError, match=wanted):
        write_wav(recording(clicks), tmp_path / "a.wav", soundfont=None, progress=lambda done: None)


def test_a_soundfont_that_the_renderer_cannot_play_is_named(tmp_path: Path) -> None:
    path = tmp_path / "broken.sf2"
    path.write_bytes(tiny_soundfont().replace(b"shdr", b"junk"))

    with pytest.raises(SoundFontError, match=r"^a SoundFont must be a \.sf2 file .* got '.*broken\.sf2'"):
        write_wav(
            recording(track(Recorded(0, 60, 9, 9))),
            tmp_path / "a.wav",
            soundfont=path,
            progress=lambda done: None,
        )
    assert not (tmp_path / "a.wav").exists()


def test_more_than_a_file_holds_is_refused(
    tmp_path: Path, soundfont: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    music = recording(track(Recorded(7 * 3600 * SECOND, 60, 9, 9)))

    with pytest.raises(WavError, match=r"^a WAV file holds at most 6\.2 hours, got 7\.0 hours of music"):
        write_wav(music, tmp_path / "a.wav", soundfont=soundfont, progress=lambda done: None)


def test_a_folder_that_is_gone_is_said(tmp_path: Path, soundfont: Path) -> None:
    with pytest.raises(
        WavError, match=r"^cannot write the audio '.*/gone/a\.wav': No such file or directory$"
    ):
        write_wav(
            recording(track(Recorded(0, 60, 9, 9))),
            tmp_path / "gone" / "a.wav",
            soundfont=soundfont,
            progress=lambda done: None,
        )


def test_a_file_is_there_whole_or_not_at_all(tmp_path: Path, soundfont: Path) -> None:
    def interrupt(done: float) -> None:
        raise KeyboardInterrupt

    (tmp_path / "a.wav").write_bytes(b"last night's")

    with pytest.raises(KeyboardInterrupt):
        write_wav(
            recording(track(Recorded(0, 60, 9, 9))),
            tmp_path / "a.wav",
            soundfont=soundfont,
            progress=interrupt,
        )
    assert (tmp_path / "a.wav").read_bytes() == b"last night's"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.wav", "tiny.sf2"]


def test_progress_grows_to_one(tmp_path: Path, soundfont: Path) -> None:
    told: list[float] = []
    write_wav(
        recording(track(*(Recorded(minute * 60 * SECOND, 60, 9, 9) for minute in range(4)))),
        tmp_path / "a.wav",
        soundfont=soundfont,
        progress=told.append,
    )

    assert told == sorted(told)
    assert (len(told), told[-1]) == (5, 1.0)


def test_the_renderers_panic_is_an_error_as_any(monkeypatch: pytest.MonkeyPatch) -> None:
    class PanicException(BaseException):
        """By its name, and no Exception."""

    def panic(soundfont: bytes, midi: bytes) -> bytes:
        raise PanicException("index out of bounds")

    monkeypatch.setattr("export.files.synthesizer.render_wave_from", panic)

    with pytest.raises(SoundFontError, match=r"'x\.sf2', which cannot be played \(index out of bounds\)$"):
        Synthesizer(b"", "x.sf2")


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 20)), max_size=8).map(sorted), st.integers(1, 9))
def test_a_mix_is_the_sum(places: list[tuple[int, int]], piece: int) -> None:
    sounds = [
        (begin, np.full((length, 2), number + 1, np.float32)) for number, (begin, length) in enumerate(places)
    ]
    meant = np.zeros((max((begin + length for begin, length in places), default=0), 2))
    for begin, sound in sounds:
        meant[begin : begin + len(sound)] += sound

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wav, "PIECE", piece)
        pieces = list(mix((begin, sound.copy()) for begin, sound in sounds))

    found = np.concatenate(pieces)
    assert np.array_equal(found[: len(meant)], meant)
    assert not found[len(meant) :].any()


def share_of_tone(sound: NDArray[np.float64]) -> float:
    spectrum = np.abs(np.fft.rfft(sound)) ** 2
    hertz = np.fft.rfftfreq(len(sound), 1 / RATE)
    return float(spectrum[np.abs(hertz - TONE_HZ) < 20].sum() / spectrum.sum())
