"""Performances of the golden score preset on virtual time, as a listener on the port hears them."""

from dataclasses import replace
from pathlib import Path

import pytest
from mido import Message

from live.core.planning.states import Length, State
from live.ports.reports import MessageReceived
from presets.bundles.bundle import read_bundle
from presets.music.readings import shipped_readings
from presets.sets.transcription import transcribe
from tests.live.stage.transcript import transcript
from tests.live.stage.virtual_stage import VirtualStage

STEPS = read_bundle(Path(__file__).parents[2] / "golden" / "steps")


def on_stage(**options):
    stage = VirtualStage(preset=STEPS, **options)
    if not options.get("wait"):
        stage.performer.start()
    return stage


def test_a_golden_bar_of_two_parts_in_a_dotted_rhythm():
    stage = on_stage(length=Length(ticks=4 * 480))
    stage.play_until(60)
    assert transcript(stage.sent) == [
        "0.000 ch1 program 73",
        "0.000 ch2 program 32",
        # On the bar line, from C and D of the seed: E, over a low C for the whole bar.
        "0.100 ch1 on 64",
        "0.100 ch2 on 36",
        "0.350 ch1 off 64",
        "0.475 ch1 on 66",
        "0.600 ch1 on 68",
        "0.725 ch1 off 66",
        "0.850 ch1 off 68",
        "0.975 ch1 on 70",
        "1.100 ch1 on 72",
        "1.225 ch1 off 70",
        "1.350 ch1 off 72",
        "1.475 ch1 on 74",
        "1.600 ch1 on 76",
        "1.725 ch1 off 74",
        "1.850 ch1 off 76",
        "1.975 ch1 on 78",
        "2.100 ch2 off 36",
        "2.225 ch1 off 78",
    ]


def struck(stage, since=0.0):
    """Return `seconds note` of the melody, and `seconds note/bass` where the bass strikes, too."""
    chords: dict[float, list[int]] = {}
    for at, message in stage.sent:
        if message.type == "note_on" and at >= since:
            chords.setdefault(round(at, 3), []).append(message.note)
    return [f"{at:.3f} {'/'.join(map(str, notes))}" for at, notes in chords.items()]


def test_a_phrase_is_taken_up_with_its_step_on_the_next_bar_line():
    stage = on_stage(wait=True)
    # A3 and C4, a quarter apart; the keys come up a quarter later, and two beats of rest end the phrase.
    for at, note in ((1.0, 57), (1.5, 60)):
        stage.at(at, MessageReceived(at, 0, Message("note_on", note=note, velocity=90)))
        stage.at(at + 0.5, MessageReceived(at + 0.5, 0, Message("note_off", note=note)))
    stage.play_until(4.1)
    assert struck(stage) == ["3.100 63/36", "3.475 66", "3.600 69", "3.975 72", "4.100 75"]


def test_a_key_in_between_turns_the_melody():
    stage = on_stage()
    # F4 after E4 on the bar line: what was planned gives way, and the step from E to F goes on from there.
    stage.at(0.3, MessageReceived(0.3, 0, Message("note_on", note=65, velocity=90)))
    stage.at(0.4, MessageReceived(0.4, 0, Message("note_off", note=65)))
    stage.play_until(1.2)
    assert struck(stage) == ["0.100 64/36", "0.600 66", "0.975 67", "1.100 68"]


def test_a_key_is_held_for_its_real_length_and_heard_anew_when_it_comes_up():
    stage = on_stage()
    stage.at(0.3, MessageReceived(0.3, 0, Message("note_on", note=65, velocity=90)))
    stage.at(1.3, MessageReceived(1.3, 0, Message("note_off", note=65)))
    stage.play_until(1.4)
    [played] = [entry.event for entry in stage.status.history if entry.source.name == "PLAYER"]
    [held] = [event for event in stage.status.window if event.note_numbers == played.note_numbers]
    assert (held.ioi, held.notes[0].duration, held.notes[0].part) == (192, 960, 0)
    assert struck(stage)[-1] == "1.100 68"


def test_stop_and_start_go_on_at_the_first_bar():
    stage = on_stage()
    stage.type(" ", at=0.7)
    stage.type("s", at=5.0)
    stage.play_until(6.0)
    # E, F# and G# were struck; the music goes on from G# with the whole tone, and the bass begins a bar.
    assert struck(stage, since=5.0) == ["5.100 70/36", "5.475 72", "5.600 74", "5.975 76"]
    # The programs are sent at every start.
    assert [line for line in transcript(stage.sent) if "5.000" in line] == [
        "5.000 ch1 program 73",
        "5.000 ch2 program 32",
    ]


@pytest.mark.parametrize("at", [0.5, 0.65, 2.05])
def test_stopping_anywhere_leaves_silence(at):
    stage = on_stage()
    stage.type(" ", at=at)
    stage.play_until(at + 1)
    assert stage.sounding() == set()
    assert stage.performer.state is State.STOPPED


@pytest.mark.slow
def test_ten_minutes_of_bars_have_a_bass_note_on_every_bar_line():
    bars = 300
    stage = on_stage(length=Length(ticks=bars * 1920))
    stage.play_until(700)
    bass = [round(at, 6) for at, message in stage.sent if message.type == "note_on" and message.channel == 1]
    assert bass == [round(0.1 + 2 * bar, 6) for bar in range(bars)]
    assert stage.status.rested == 0
    assert stage.sounding() == set()


def test_a_recording_has_a_track_for_each_part_with_its_program():
    stage = on_stage(length=Length(ticks=1920))
    stage.play_until(60)
    tracks = transcribe(stage.records, "steps").tracks
    assert [(track.controls, {note.channel for note in track.notes}) for track in tracks] == [
        (((0, bytes([0xC0, 73])),), {0}),
        (((0, bytes([0xC1, 32])),), {1}),
    ]


class TestShading:
    def notes(self, shading, *, velocity=None, redrawn=False, seconds=20.0, **options):
        """Return (seconds, channel, note, velocity) of each note-on; `redrawn` throws many plans away."""
        stage = on_stage(readings=shipped_readings(), **options)
        stage.set_controls(
            replace(
                stage.performer.control_state(0.0).controls,
                shading=shading,
                **({} if velocity is None else {"velocity": velocity}),
            )
        )
        if redrawn:
            for at in range(1, int(5 * seconds)):
                stage.play_until(at / 5)
                stage.set_controls(stage.performer.control_state(at / 5).controls)
        stage.play_until(seconds)
        return [
            (round(at, 3), message.channel, message.note, message.velocity)
            for at, message in stage.sent
            if message.type == "note_on"
        ]

    def test_at_0_a_performance_is_as_without_it_note_for_note(self):
        plain = on_stage()
        plain.play_until(20)
        notes = [
            (round(at, 3), message.channel, message.note, message.velocity)
            for at, message in plain.sent
            if message.type == "note_on"
        ]
        assert self.notes(0.0) == notes

    def test_in_full_the_same_notes_sound_more_and_less_loudly(self):
        plain, shaded = self.notes(0.0), self.notes(1.0)
        assert [note[:3] for note in shaded] == [note[:3] for note in plain]
        assert len({note[3] for note in shaded}) > 10

    def test_plans_that_are_thrown_away_leave_no_trace(self):
        assert self.notes(1.0, redrawn=True) == self.notes(1.0)

    def test_another_rng_seed_shades_otherwise(self):
        assert self.notes(1.0, rng_seed=1) != self.notes(1.0, rng_seed=2)

    def test_velocity_still_sets_the_mean(self):
        def mean(velocity):
            notes = [note for seed in range(2) for note in self.notes(1.0, velocity=velocity, rng_seed=seed)]
            return sum(velocity for *_, velocity in notes) / len(notes)

        assert mean(70) - mean(50) == pytest.approx(20, abs=1)

    def test_what_is_notified_is_what_sounds(self):
        stage = on_stage(readings=shipped_readings())
        stage.set_controls(replace(stage.performer.control_state(0.0).controls, shading=1.0))
        stage.play_until(5)
        told = [note.velocity for entry in stage.status.history for note in entry.event.notes]
        assert len(set(told)) > 1
