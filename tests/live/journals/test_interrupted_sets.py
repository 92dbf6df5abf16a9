"""A set whose process is killed, and with which another one goes on, as its journal and exports tell it."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mido import Message, MidiFile

from live.core.performer.state_line import from_line, to_line
from live.journals.archive import Archive
from live.journals.journal import Journal
from live.journals.recorder import Recorder, RecorderState
from live.ports.reports import MessageSent
from presets.bundles.settings import Meter
from presets.music.event import PPQ
from presets.music.form import Forms
from presets.sets.reader import read_journal
from presets.sets.records import Beat, Begun, Closed, Heard, Interrupted, Opened, Section, Use
from presets.sets.transcription import transcribe
from tests.live.core.performer.carried_on import Player, style
from tests.presets.music.bars import piece

WHY = "killed by SIGKILL"
OPENED = Opened("2026-11-21T19:30:00.250+01:00", None, Meter(), 120.0, ("segue:out",), ("segue:in",))
PUMPED = 0.05


class Recorded:
    """A player whose music is sent and recorded.

    Attributes:
        records: what its recorder has kept.
        state: the newest line of its recorder.
    """

    def __init__(self, player, keep=None, origin=0.0):
        self.player = player
        self.records = []
        self.recorder = Recorder(keep or self.records.append, origin)
        self.sounding = {}
        self._played = 0

    def open(self):
        self.recorder.open(OPENED, self.player.status)
        self.player.performer.start(self.player.now)
        return self

    def play_until(self, until):
        while self.player.now < until:
            self.player.play_until(min(until, self.player.now + PUMPED))
            self.recorder.follow(self.player.status)
            self.send()
            self.line = self.player.line, to_line(self.recorder.state)

    def send(self):
        """Send what is due."""
        due = []
        for strike in self.player.strikes:
            on = Message("note_on", channel=strike.channel, note=strike.note, velocity=strike.velocity)
            off = Message("note_off", channel=strike.channel, note=strike.note)
            due += [(strike.at, 1, on), (strike.until, 0, off)]
        due = [each for each in sorted(due, key=lambda each: each[:2]) if each[0] <= self.player.now]
        for at, _, message in due[self._played :]:
            self.report(MessageSent(at, message, 0.0))
        self._played = len(due)

    def report(self, sent):
        key = sent.message.channel, sent.message.note
        if sent.message.type == "note_on":
            self.sounding[key] = sent.at
        else:
            self.sounding.pop(key, None)
        self.recorder.sent(sent)

    def hear(self, at, kind, note):
        message = Message(kind, note=note)
        do = self.player.performer.press if kind == "note_on" else self.player.performer.release
        arguments = ((0, 0, note), 90, at) if kind == "note_on" else ((0, 0, note), at)
        do(*arguments)
        self.recorder.heard(at, message, 0, Use.MUSIC)

    def killed(self, away=2.0, keep=None, sent=()):
        """Return what goes on so many seconds after this one was killed, now."""
        checkpoint, recorder = self.line
        died_at = self.player.now
        other, _ = self.player.go_on(away)
        assert checkpoint == self.player.line
        state = from_line(RecorderState, recorder)
        again = Recorded(other, keep, state.origin)
        again.recorder.go_on(state, other.status, died_at, WHY, sent)
        return again

    def close(self):
        self.recorder.close(self.player.status, 0)


def kinds(records, *some):
    return [record for record in records if isinstance(record, some)]


def test_the_take_goes_on_and_no_beat_is_missing():
    first = Recorded(Player.of()).open()
    first.play_until(2.3)
    second = first.killed()
    second.play_until(9.0)
    second.close()
    records = first.records + second.records
    (interrupted,) = kinds(records, Interrupted)
    assert interrupted == Interrupted(2.3, 1, 2112, 2.0, WHY)
    assert {begun.take for begun in kinds(records, Begun)} == {1}
    beats = {(beat.take, beat.tick): beat.at for beat in kinds(records, Beat)}
    assert beats == {(1, PPQ * n): pytest.approx(0.1 + 0.5 * n) for n in range(18)}
    assert isinstance(records[-1], Closed)


def test_an_export_has_bars_of_silence_and_every_note_at_its_place():
    first = Recorded(Player.of()).open()
    first.play_until(2.3)
    assert first.sounding == {}
    second = first.killed()
    second.play_until(9.0)
    recording = transcribe(first.records + second.records, "set")
    (track,) = recording.tracks
    assert [note.tick for note in track.notes] == [*range(0, 2160, 240), *range(3 * 1920, 8640, 240)]
    assert {note.duration for note in track.notes[:-1]} == {120}
    assert recording.markers == ((0, "letters"),)
    assert recording.tempos == ((0, 500_000),)


def test_a_note_that_sounded_ends_at_that_moment():
    first = Recorded(Player.of()).open()
    first.play_until(2.15)
    assert first.sounding != {}
    second = first.killed()
    second.play_until(9.0)
    track = transcribe(first.records + second.records, "set").tracks[0]
    assert [note.duration for note in track.notes if note.tick == 1920] == [48]


def test_what_the_ports_sent_since_is_recorded_where_it_was():
    first = Recorded(Player.of()).open()
    first.play_until(2.15)
    ((channel, note),) = first.sounding
    end = MessageSent(2.16, Message("note_off", channel=channel, note=note), None)
    second = first.killed(sent=[end])
    second.play_until(9.0)
    track = transcribe(first.records + second.records, "set").tracks[0]
    assert [note.duration for note in track.notes if note.tick == 1920] == [58]


def test_a_stopped_set_goes_on_with_the_next_take():
    first = Recorded(Player.of()).open()
    first.play_until(2.3)
    first.player.performer.stop(2.3)
    first.play_until(2.5)
    second = first.killed()
    second.player.performer.resume()
    second.play_until(7.0)
    records = first.records + second.records
    assert kinds(records, Interrupted) == [Interrupted(2.5, None, None, 2.0, WHY)]
    assert [begun.take for begun in kinds(records, Begun)] == [1, 2]


def test_the_section_that_runs_and_those_to_come_are_recorded():
    forms = Forms.build([piece(*(60, 65, 67, 60) * 3), piece(*(57, 64, 50, 57, 52, 59, 60, 50))], 1)
    first = Recorded(Player.of(style(forms=forms))).open()
    first.play_until(10.0)
    second = first.killed()
    second.play_until(26.0)
    sections = kinds(first.records + second.records, Section)
    form = second.player.status.form
    assert {(section.tick, section.label) for section in sections} == {
        (7680 * number, form[number].label) for number in range(4)
    }


@settings(max_examples=25)
@given(
    st.lists(
        st.tuples(st.integers(200, 5000), st.integers(60, 64), st.sampled_from([0.05, 0.4, 9.0])),
        max_size=8,
        unique_by=lambda key: key[0] // 100,
    ),
    st.integers(150, 6000),
    st.integers(300, 5000),
    st.sampled_from([97.0, 120.0]),
)
def test_whenever_it_is_killed_no_note_hangs_and_all_stand_at_their_ticks(keys, died, away, bpm):
    first = Recorded(Player.of(bpm=bpm)).open()
    second = None
    died_at = died / 1000
    presses = [(at / 1000, "note_on", note) for at, note, _ in keys]
    releases = [(at / 1000 + held, "note_off", note) for at, note, held in keys]
    for at, kind, note in sorted(presses + releases):
        if at < died_at:
            first.play_until(at)
            first.hear(at, kind, note)
    first.play_until(died_at)
    second = first.killed(away / 1000)
    second.play_until(second.player.now + 6.0)
    second.close()
    records = first.records + second.records
    recording = transcribe(records, "set")
    death = kinds(records, Interrupted)[0]
    beats = {beat.tick: beat.at for beat in kinds(records, Beat)}
    assert all(later - earlier == PPQ for earlier, later in pairwise(sorted(beats)))
    for track in recording.tracks:
        for note in track.notes:
            if note.tick < death.tick:
                assert note.tick + note.duration <= death.tick + 1
            else:
                assert note.duration <= 120
    heard = [record for record in kinds(records, Heard) if record.message[0] == 0x90]
    assert sum(len(track.notes) for track in recording.tracks if track.name == "player") == len(heard)


@pytest.mark.parametrize("torn", [b"", b'{"type":"sent","at":2.2,"mi'])
def test_a_recording_has_the_whole_set(tmp_path, torn):
    journal = Journal(tmp_path / "journals")
    first = Recorded(Player.of(), journal.put).open()
    first.play_until(2.3)
    assert journal.close() is None
    with journal.path.open("ab") as file:
        file.write(torn)
    again = Journal(tmp_path / "journals", goes_on=True)
    target = tmp_path / "set.mid"
    with Archive(again, target, "set") as archive:
        second = first.killed(keep=archive.keep)
        second.play_until(9.0)
        second.close()
    assert archive.loss is None
    assert again.path == journal.path
    assert read_journal(again.path).unreadable == 0
    onsets = [note.tick for note in transcribe(read_journal(again.path).records, "set").tracks[0].notes]
    ticks, tick = [], 0
    for message in MidiFile(target).tracks[1]:
        tick += message.time
        if message.type == "note_on":
            ticks.append(tick)
    assert ticks == onsets == [*range(0, 2160, 240), *range(3 * 1920, 8640, 240)]


def test_a_recording_whose_journal_is_gone_says_what_it_lacks(tmp_path):
    journal = Journal(tmp_path / "journals")
    first = Recorded(Player.of(), journal.put).open()
    first.play_until(2.3)
    journal.close()
    again = Journal(tmp_path / "journals", goes_on=True)
    target = tmp_path / "set.mid"
    with Archive(again, target, "set") as archive:
        second = first.killed(keep=archive.keep)
        second.play_until(9.0)
        assert again.close() is None
        again.path.write_bytes(b"nothing\n")
    assert archive.loss.startswith(
        "the recording lacks what was played before segue was interrupted: journal"
    )
    assert target.exists()
