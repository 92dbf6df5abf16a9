"""Run a performance offline: the performer plays on virtual time, as fast as the network predicts."""

from collections.abc import Callable, Iterable

from live.core.output.parts import program_changes
from live.core.output.schedule import Due, Schedule
from live.core.performer.performer import Performer
from live.core.performer.status import Status
from live.core.planning.states import State
from live.journals.recorder import Keep, Recorder
from live.ports.reports import MessageSent
from live.system.clock import VirtualClock
from presets.errors import SegueError
from presets.sets.records import Opened


def play_offline(performer: Performer, keep: Keep, on_progress: Callable[[int], None]) -> Status:
    """Let the performer play its length on virtual time, record the notes, and return the final status.

    Args:
        performer: a stopped performer that has a length.
        keep: receives every record.
        on_progress: called at least once for each event, with the number of events played so far.

    Raises:
        SegueError: if the network fails; offline there is no audience, so segue does not play on without it.
    """
    clock = VirtualClock()
    schedule = Schedule()
    recorder = Recorder(keep, clock.now())
    performance, status = performer.performance, performer.status(clock.now())
    recorder.open(Opened("", None, performance.meter, performance.bpm, ("",), ()), status)

    def sent(dues: Iterable[Due]) -> None:
        for due in dues:
            recorder.sent(MessageSent(due.at, due.message, 0.0))

    sent(Due(clock.now(), message) for message in program_changes(performer.style.parts))
    performer.start()
    while performer.state is not State.FINISHED:
        orders, status = performer.pump(clock.now()), performer.status(clock.now())
        if status.trouble:
            raise SegueError(status.trouble)
        for strike in orders.retimed:
            schedule.retime(strike)
        for strike in orders.strikes:
            schedule.add(strike)
        recorder.follow(status)
        sent(schedule.pump(clock.now()))
        on_progress(status.played)
        clock.jump_to(max(clock.now(), min(performer.deadline, schedule.deadline)))
    sent(schedule.pump(status.quiet_at))
    status = performer.status(status.quiet_at)
    recorder.close(status, schedule.dropped)
    return status
