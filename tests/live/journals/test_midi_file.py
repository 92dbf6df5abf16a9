"""A recording as a MIDI file: what is in it comes back out of it, to the tick."""

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mido import MidiFile, tick2second

from live.journals.midi_file import MidiFileError, save_midi, to_midi
from presets.bundles.settings import Meter
from presets.music.event import PPQ
from presets.sets.recording import By, Recorded, Recording, Track
from presets.sets.transcription import transcribe
from tests.presets.sets.hypothesis_records import note, off, on, opened, plays, pressed, sent, take


def read(data):
    """Read a file as any program would: everything with its ticks, and who has which note."""
    file = MidiFile(file=BytesIO(data), charset="utf-8")
    assert (file.type, file.ticks_per_beat) == (1, PPQ)
    conductor, *tracks = [_timed(track) for track in file.tracks]
    return Recording(
        _name(conductor),
        tuple(
            (tick, Meter(message.numerator, message.denominator))
            for tick, message in conductor
            if message.type == "time_signature"
        ),
        tuple((tick, message.tempo) for tick, message in conductor if message.type == "set_tempo"),
        tuple((tick, message.text) for tick, message in conductor if message.type == "marker"),
        tuple(
            # A file does not say who plays.
            Track(_name(track), By.SEGUE, _notes(track), _controls(track))
            for track in tracks
        ),
    )


def _timed(track):
    tick = 0
    return [(tick := tick + message.time, message) for message in track]


def _name(track):
    return next(message.name for _, message in track if message.type == "track_name")


def _notes(track):
    begun, notes = {}, []
    for tick, message in track:
        if message.type == "note_on":
            assert (message.channel, message.note) not in begun
            begun[message.channel, message.note] = tick, message.velocity
        elif message.type == "note_off":
            onset, velocity = begun.pop((message.channel, message.note))
            notes.append(Recorded(onset, message.note, tick - onset, velocity, message.channel))
    assert not begun
    return tuple(sorted(notes))


def _controls(track):
    return tuple(
        (tick, bytes(message.bin()))
        for tick, message in track
        if not message.is_meta and not message.type.startswith("note")
    )


def saved(recording):
    file = BytesIO()
    to_midi(recording).save(file=file)
    return file.getvalue()


names = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)


@st.composite
def tracks(draw):
    lines = draw(
        st.dictionaries(
            st.tuples(st.integers(0, 15), st.integers(0, 127)),
            st.lists(
                st.tuples(st.integers(0, 3000), st.integers(1, 3000), st.integers(1, 127)),
                min_size=1,
                max_size=4,
            ),
            min_size=1,
            max_size=5,
        )
    )
    notes = []
    for (channel, number), line in lines.items():
        end = 0
        for rest, duration, velocity in line:
            notes.append(Recorded(end + rest, number, duration, velocity, channel))
            end += rest + duration
    controls = draw(
        st.lists(
            st.tuples(
                st.integers(0, 9000),
                st.sampled_from(
                    (b"\xc1\x05", b"\xb0\x40\x7f", b"\xe2\x00\x40", b"\xd0\x11", b"\xa0\x3c\x01")
                ),
            ),
            max_size=5,
        )
    )
    ordered = tuple(sorted(controls, key=lambda control: control[0]))
    return Track(draw(names), By.SEGUE, tuple(sorted(notes)), ordered)


def changes(values):
    """At rising ticks, the first at 0."""
    return st.lists(st.tuples(st.integers(1, 5000), values), min_size=1, max_size=6).map(
        lambda rows: tuple((sum(step for step, _ in rows[1 : n + 1]), row[1]) for n, row in enumerate(rows))
    )


recordings = st.builds(
    Recording,
    names,
    st.builds(Meter, st.integers(1, 32), st.sampled_from((1, 2, 4, 8, 16, 32))).map(lambda m: ((0, m),)),
    changes(st.integers(1, 2**24 - 1)),
    changes(names),
    st.lists(tracks(), max_size=3).map(tuple),
)


@given(recordings)
def test_what_is_written_is_read_again(recording):
    assert read(saved(recording)) == recording


@given(recordings)
def test_the_file_takes_as_long_as_the_music(recording):
    file = MidiFile(file=BytesIO(saved(recording)))
    until = max((tick for track in recording.tracks for tick, _ in track.controls), default=0)
    until = max([until, recording.end, *(tick for tick, _ in (*recording.tempos, *recording.markers))])
    assert file.length == pytest.approx(recording.seconds_at(until))


def test_a_set_becomes_a_file():
    records = [
        *[opened(Meter(3, 4)), plays("chopin", ("piano", 2))],
        *take(1, sent(0, 0xC2, 5), note(0, 60, 480, channel=2), pressed(480, 72)),
        plays("bach", ("organ", 0), at=30.0),
        *take(2, on(0, 62, take=2), off(480, 62, take=2), at=60.0, seconds=0.4),
    ]
    file = to_midi(transcribe(records, "Freitag, Bühne"))
    assert [str(message) for track in file.tracks for message in track] == [
        "MetaMessage('track_name', name='Freitag, Bühne', time=0)",
        "MetaMessage('time_signature', numerator=3, denominator=4, clocks_per_click=24, "
        "notated_32nd_notes_per_beat=8, time=0)",
        "MetaMessage('set_tempo', tempo=500000, time=0)",
        "MetaMessage('marker', text='chopin', time=0)",
        "MetaMessage('set_tempo', tempo=400000, time=1440)",
        "MetaMessage('marker', text='bach', time=0)",
        "MetaMessage('track_name', name='chopin', time=0)",
        "program_change channel=2 program=5 time=0",
        "note_on channel=2 note=60 velocity=64 time=0",
        "note_off channel=2 note=60 velocity=0 time=480",
        "MetaMessage('track_name', name='bach', time=0)",
        "note_on channel=0 note=62 velocity=64 time=1440",
        "note_off channel=0 note=62 velocity=0 time=480",
        "MetaMessage('track_name', name='player', time=0)",
        "note_on channel=0 note=72 velocity=80 time=480",
        "note_off channel=0 note=72 velocity=0 time=240",
    ]
    assert tick2second(1440, PPQ, 500_000) == 1.5


def test_names_of_ports_need_not_be_text():
    recording = transcribe([opened(), *take(1, note(0, 60))], "a\udcffb")
    assert MidiFile(file=BytesIO(saved(recording))).tracks[0].name == "a?b"


def test_a_file_gives_way_to_a_whole_one_or_stays(tmp_path):
    recording = transcribe([opened(), *take(1, note(0, 60))], "one")
    path, link = tmp_path / "set.mid", tmp_path / "link.mid"
    path.write_bytes(b"old")
    link.symlink_to(path)
    save_midi(recording, link)
    assert read(path.read_bytes()) == recording
    assert link.is_symlink()
    assert sorted(tmp_path.iterdir()) == [link, path]


def test_what_cannot_be_written_is_said_and_leaves_nothing(tmp_path):
    recording = transcribe([opened(), *take(1, note(0, 60))], "one")
    with pytest.raises(MidiFileError, match=r"^cannot write '.*missing/set.mid': No such file or directory$"):
        save_midi(recording, tmp_path / "missing" / "set.mid")
    (tmp_path / "folder.mid").mkdir()
    with pytest.raises(MidiFileError, match=r"^cannot write '.*folder.mid': Is a directory$"):
        save_midi(recording, tmp_path / "folder.mid")
    assert [path.name for path in tmp_path.iterdir()] == ["folder.mid"]
