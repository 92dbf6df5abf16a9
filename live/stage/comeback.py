"""Goes on with a performance whose engine died, from the state that it had handed over."""

from collections.abc import Sequence

from live.core.performer.performer import Performer
from live.core.performer.recovery import Comeback
from live.core.performer.state_line import StateLineError
from live.journals.recorder import Recorder
from live.ports.link import PortLink
from live.ports.reports import MessageSent
from live.setlist.repertoire import Repertoire
from live.stage.inbox import Inbox, take_all
from live.stage.stage_state import StageState

WHY = "the process that played ended"
"""What the journal says."""


def interrupted_state(ports: PortLink, entries: int) -> StageState | None:
    """Return the state of a performance that another engine has left; None if this is the first engine.

    A state that cannot be read, or is of a set with fewer presets, is passed over: segue then begins the
    performance again.

    Args:
        ports: the open ports.
        entries: number of entries in the programme.
    """
    gone_on = ports.opened.gone_on if ports.opened is not None else None
    if gone_on is None:
        return None
    try:
        state = StageState.from_line(gone_on.state)
    except StateLineError:
        return None
    return state if state.checkpoint.preset < entries else None


def come_back(
    state: StageState,
    performer: Performer,
    repertoire: Repertoire,
    recorder: Recorder,
    ports: PortLink,
    inbox: Inbox,
) -> None:
    """Let the performer go on from a state, and the recorder with its set.

    Args:
        state: what the engine that died had handed over.
        performer: made for the preset that played; it has not begun.
        repertoire: has the numbers of the presets.
        recorder: has not been opened.
        ports: the open ports.
        inbox: has what left meanwhile; the rest stays there.
    """
    assert ports.opened is not None
    gone_on = ports.opened.gone_on
    assert gone_on is not None
    sent = _sent_meanwhile(inbox)
    now = ports.clock.now()
    comeback = Comeback(gone_on.died_at, now, ports.lead_seconds, clock=gone_on.clock)
    performer.recover(state.checkpoint, repertoire.ready, comeback)
    recorder.go_on(state.recorder, performer.status(now), gone_on.died_at, WHY, sent=sent)


def _sent_meanwhile(inbox: Inbox) -> Sequence[MessageSent]:
    """Take the messages that left out of the inbox."""
    items = take_all(inbox)
    for item in items:
        if not isinstance(item, MessageSent):
            inbox.put(item)
    return [item for item in items if isinstance(item, MessageSent)]
