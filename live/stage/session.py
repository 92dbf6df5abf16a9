"""Everything that a stage works with, wired together."""

from collections.abc import Callable
from dataclasses import dataclass

from live.core.input.echo import LoopDetector
from live.core.output.thru import Thru
from live.core.performer.master_sync import MasterSync
from live.core.performer.performer import Performer
from live.journals.recorder import Recorder
from live.midi.inputs import Inputs
from live.output.outputs import Outputs
from live.screen import Display
from live.setlist.repertoire import Repertoire
from live.stage.inbox import Inbox
from live.stage.steering import Steering
from live.system.clock import Clock


@dataclass(frozen=True, slots=True)
class Session:
    """The parts of one performance. Whoever opened them closes them.

    Attributes:
        performer: decides what sounds when.
        repertoire: the presets that can be switched to.
        steering: obeys the musician.
        outputs: send; already started, or pumped by a test.
        inputs: where MIDI comes in; None if nothing can be heard.
        loop_detector: tells what segue sent, and hears again, from what the musician plays.
        recorder: writes down what happens.
        clock: the time of all moments.
        inbox: whatever happens.
        display: shows each moment.
        thru: says which output channel the musician's notes go to; None to keep them.
        master_sync: lets the performer follow a master; None if segue's own clock leads.
        system: name of the MIDI system; None if there is none.
        set_name: of the set file that is played; None without one.
        notice: what the musician must know from the start.
        journal_trouble: says why the journal cannot be written; None while all is well.
    """

    performer: Performer
    repertoire: Repertoire
    steering: Steering
    outputs: Outputs
    inputs: Inputs | None
    loop_detector: LoopDetector
    recorder: Recorder
    clock: Clock
    inbox: Inbox
    display: Display
    thru: Thru | None = None
    master_sync: MasterSync | None = None
    system: str | None = None
    set_name: str | None = None
    notice: str | None = None
    journal_trouble: Callable[[], str | None] = lambda: None
