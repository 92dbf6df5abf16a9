"""The main thread's loop: it takes everything that happens from one inbox and handles it in order."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from queue import Empty

from live.core.output.orders import Orders
from live.core.performer.checkpoint import Checkpoint
from live.core.planning.states import State
from live.inference.preset_loader import PresetFailed, PresetReady
from live.ports.lateness import LatenessMeter
from live.ports.reports import (
    Abandoned,
    InputsChanged,
    LoopFound,
    MessageReceived,
    MessageSent,
    OutputChanged,
)
from live.screen import REFRESH_SECONDS, Snapshot
from live.screen.recent_notes import RecentNotes
from live.stage.inbox import Item, Signalled, Typed, take_all
from live.stage.message_router import MessageRouter
from live.stage.notices import Notices
from live.stage.port_watch import PortWatch
from live.stage.session import Session
from live.stage.snapshot_maker import SnapshotMaker
from live.stage.stage_state import LatePresets, StageState
from live.stage.thru_follower import ThruFollower

LAST_WORDS_SECONDS = 1.5
"""How long leaving may take: Stop leaves after the clock messages that the port already has."""


class Stage:
    """Runs a performance until its length is over or the musician quits. Owned by the main thread.

    Args:
        session: the parts to work with. The stage closes none of them; whoever opened them does.

    Attributes:
        lateness: measures how late messages left.
        signal: number of the signal that ended the performance; None if none did.
        is_leaving: whether the performance is over.
    """

    def __init__(self, session: Session) -> None:
        self.lateness = LatenessMeter()
        self.signal: int | None = None
        self.is_leaving = False
        self._session = session
        self._performer = session.performer
        self._ports = session.ports
        self._clock = session.clock
        self._recent_notes = RecentNotes()
        self._port_watch = PortWatch(session)
        self._router = MessageRouter(session, self._port_watch, self._recent_notes)
        self._notices = Notices(session, self._port_watch)
        self._thru = ThruFollower(session, self._port_watch)
        self._snapshots = SnapshotMaker(session, self._port_watch, self._recent_notes, self._notices)
        self._show_at = self._clock.now()
        self._leave_at = float("inf")
        self._late_presets: LatePresets | None = None
        # Whether anything has happened since the state was handed over, and when to do that again.
        self._has_news = True
        self._remember_at = self._clock.now()

    def go_on(self, checkpoint: Checkpoint) -> None:
        """Go on with a performance that was interrupted; its performer has been recovered."""
        session, now = self._session, self._clock.now()
        self._late_presets = LatePresets(checkpoint, session.performer, session.repertoire)
        if session.master_sync is not None:
            session.master_sync.recover(now)
        if checkpoint.switch is not None and session.repertoire.is_loading(checkpoint.switch.preset):
            session.steering.request(checkpoint.switch.preset, now)

    @property
    def deadline(self) -> float:
        """When to pump again, seconds on the stage's clock."""
        sync = self._session.master_sync
        synced = sync.deadline if sync is not None else float("inf")
        return min(self._performer.deadline, self._show_at, self._ends_at, synced)

    def run(self) -> None:
        """Perform until the end."""
        while not self.is_leaving:
            came: list[Item] = []
            with suppress(Empty):
                came.append(self._session.inbox.get(timeout=max(0.0, self.deadline - self._clock.now())))
            self.pump(came)
        self._show()

    def pump(self, came: Sequence[Item] = ()) -> None:
        """Handle these items and those in the inbox, then do everything that is due."""
        for item in self._in_order(came):
            self._take(item)
            # What left changes nothing that another engine would need.
            self._has_news |= not isinstance(item, MessageSent)
        now = self._clock.now()
        if self._session.master_sync is not None:
            self._session.master_sync.pump(now)
        orders = self._performer.pump(now, self._ports.lead_seconds)
        self._session.recorder.follow(self._performer.status(now))
        self._remember(now, at_once=not orders.is_empty)
        self._give(orders)
        self._thru.follow()
        self._ports.keep_alive()
        now = self._clock.now()
        if now >= self._ends_at:
            self.is_leaving = True
        if now >= self._show_at:
            self._show()
            # Count from now, not from the last refresh: a slow terminal needs a pause between two.
            self._show_at = self._clock.now() + REFRESH_SECONDS

    @property
    def dropped(self) -> int:
        """Notes left out because they were too late."""
        return self._ports.dropped

    @property
    def _ends_at(self) -> float:
        """When to leave: when asked to, or once the last note of a finished performance has ended."""
        if self._performer.state is not State.FINISHED:
            return self._leave_at
        return min(self._leave_at, self._performer.status(self._clock.now()).quiet_at)

    def _in_order(self, came: Sequence[Item]) -> list[Item]:
        """Return all waiting items; MIDI messages come last, sorted by time because inputs interleave."""
        items = [*came, *take_all(self._session.inbox)]
        if len(items) < 2:
            return items
        received = [item for item in items if isinstance(item, MessageReceived)]
        others = [item for item in items if not isinstance(item, MessageReceived)]
        return [*others, *sorted(received, key=lambda item: item.at)]

    def _remember(self, now: float, *, at_once: bool) -> None:
        """Hand over what another engine needs to go on, before the orders that this one gives after it."""
        if not self._ports.is_supervised or not (at_once or (self._has_news and now >= self._remember_at)):
            return
        self._has_news, self._remember_at = False, now + REFRESH_SECONDS
        session = self._session
        state = StageState.of(self._performer, session.repertoire, session.recorder, now)
        self._ports.remember(state.to_line())

    def _give(self, orders: Orders) -> None:
        """Pass orders to the outputs, and their notes to the piano roll."""
        if orders.is_empty:
            return
        self._ports.give(orders)
        now = self._clock.now()
        if orders.silence:
            self._recent_notes.silence(now)
        for strike in orders.ended:
            self._recent_notes.retime(replace(strike, until=max(strike.at, now)))
        for strike in orders.retimed:
            self._recent_notes.retime(strike)
        for strike in orders.strikes:
            self._recent_notes.strike(strike)

    def _take(self, item: Item) -> None:
        match item:
            case MessageReceived():
                self._router.hear(item)
            case Typed(character, at):
                self._session.steering.type(character, at, self._clock.now())
                if self._session.steering.wants_to_leave:
                    self._leave(self._clock.now())
            case Signalled(number):
                self.signal = number
                self._leave(self._clock.now())
            case MessageSent():
                self._take_sent(item)
            case OutputChanged():
                self._take_output(item)
            case InputsChanged(_, released):
                self._port_watch.take(item)
                for number in released:
                    self._router.let_go(number, self._clock.now())
            case LoopFound():
                self._port_watch.take(item)
            case Abandoned():
                self._leave(self._clock.now())
            case PresetReady() | PresetFailed():
                self._notices.keep(self._session.repertoire.take(item))
                if self._late_presets is not None:
                    self._late_presets.preset_came()
                self._session.steering.preset_came(self._clock.now())

    def _take_sent(self, sent: MessageSent) -> None:
        if sent.late is not None:
            self.lateness.add(sent.late)
        if not sent.message.is_realtime:
            self._port_watch.sent_at = sent.at
        self._session.recorder.sent(sent)

    def _take_output(self, changed: OutputChanged) -> None:
        """Send a reconnected output its sounds: another preset may have taken over while it was lost."""
        self._port_watch.take(changed)
        if changed.name is None:
            return
        self._ports.select_sounds(self._performer.sounds, changed.output)
        if changed.output == 0:  # the first output carries MIDI clock
            self._performer.resend_clock(self._clock.now())

    def _leave(self, now: float) -> None:
        """Stop the music, and leave as soon as Stop has gone to the devices that follow segue's clock."""
        self._performer.stop(now)
        quiet_at = self._performer.status(now).quiet_at
        self._leave_at = min(self._leave_at, quiet_at, now + LAST_WORDS_SECONDS)

    def _show(self) -> None:
        try:
            self._session.display.show(self._snapshot())
        except OSError:
            # The terminal is gone: the musician can no longer see or type anything.
            self._leave(self._clock.now())

    def _snapshot(self) -> Snapshot:
        return self._snapshots.make(self._clock.now(), self.lateness.summary())
