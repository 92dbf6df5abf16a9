"""Collects the state of a session into one frozen snapshot for the screen."""

from dataclasses import replace

from live.core.performer.status import Status
from live.ports.lateness import Lateness
from live.screen import ROLL_SECONDS, Coming, Panel, Sections, Setlist, Snapshot, Timekeeping
from live.screen.recent_notes import RecentNotes
from live.stage.notices import Notices
from live.stage.port_watch import PortWatch
from live.stage.session import Session


class SnapshotMaker:
    """Makes snapshots. Owned by the stage's thread.

    Args:
        session: the session to show.
        port_watch: has the state of the ports.
        recent_notes: has the notes of the piano roll.
        notices: chooses the notice.
    """

    def __init__(
        self, session: Session, port_watch: PortWatch, recent_notes: RecentNotes, notices: Notices
    ) -> None:
        self._session = session
        self._port_watch = port_watch
        self._recent_notes = recent_notes
        self._notices = notices

    def make(self, now: float, lateness: Lateness) -> Snapshot:
        """Return a snapshot.

        Args:
            now: seconds on the stage's clock.
            lateness: how late the recently sent notes were.
        """
        session, steering = self._session, self._session.steering
        status = session.performer.status(now)
        heard = session.master_sync.bpm if session.master_sync is not None else None
        return Snapshot(
            now=now,
            state=status.state,
            clock=replace(status.clock, bpm=heard or status.clock.bpm),
            setlist=self._setlist(status),
            ports=self._port_watch.ports,
            timekeeping=Timekeeping(lateness, session.ports.dropped, status.rested),
            mode=status.mode,
            turn=status.whose_turn,
            muted=status.muted,
            history=status.history,
            roll=self._recent_notes.notes(now - ROLL_SECONDS),
            copies=status.copies,
            panel=Panel(steering.dials(status), steering.chosen, steering.learning),
            notice=self._notices.most_urgent(status),
            help=steering.needs_help,
            sections=_sections(status),
            turn_bars=status.turn_bars,
            mine=tuple(status.style.parts[part].name for part in sorted(status.own_parts)),
            key_heard=status.key_heard if status.plays_in_key else None,
            harmony_heard=status.harmony_heard if status.plays_to_chords else None,
        )

    def _setlist(self, status: Status) -> Setlist:
        repertoire, set_name, switch = self._session.repertoire, self._session.set_name, status.switch
        offers, number = repertoire.offers, repertoire.number_of(status.style)
        coming = None
        if switch is not None:
            coming = Coming(offers[repertoire.number_of(switch.style)].name, switch.line)
        title = offers[number].name if set_name is not None else None
        return Setlist(status.style.name, offers, number, coming, set_name, title)


def _sections(status: Status) -> Sections | None:
    """Return where the form is; None if there is none, or nothing runs."""
    form, tick = status.form, status.clock.tick
    if form is None or tick is None:
        return None
    number = form.at(tick)
    after = form[number + 1]
    return Sections(form[number].label, after.label, after.begins)
