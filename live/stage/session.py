"""Everything that a stage works with, connected."""

from collections.abc import Callable
from dataclasses import dataclass

from live.core.output.thru import Thru
from live.core.performer.master_sync import MasterSync
from live.core.performer.performer import Performer
from live.journals.recorder import Recorder
from live.ports.link import PortLink
from live.ports.reports import Opened
from live.screen import Display
from live.setlist.repertoire import Repertoire
from live.stage.inbox import Inbox
from live.stage.steering import Steering
from live.system.clock import Clock


@dataclass(frozen=True, slots=True)
class Session:
    """The parts of one performance. Whoever opened them must close them.

    Attributes:
        performer: decides what sounds when.
        repertoire: the presets that the musician can switch to.
        steering: carries out what the musician asks for.
        ports: the ports.
        opened: the ports that were opened at first.
        recorder: records everything that happens.
        clock: the stage's clock, which all times refer to.
        inbox: receives everything that happens.
        display: shows each snapshot.
        thru: says which output channel the musician's notes go to; None not to send them on.
        master_sync: makes the performer follow another device's clock; None if segue's own clock leads.
        set_name: name of the set file; None without one.
        notice: a notice to show from the start; None if there is none.
        journal_trouble: returns why the journal cannot be written; None while it can.
    """

    performer: Performer
    repertoire: Repertoire
    steering: Steering
    ports: PortLink
    opened: Opened
    recorder: Recorder
    clock: Clock
    inbox: Inbox
    display: Display
    thru: Thru | None = None
    master_sync: MasterSync | None = None
    set_name: str | None = None
    notice: str | None = None
    journal_trouble: Callable[[], str | None] = lambda: None
