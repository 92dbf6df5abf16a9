"""Chooses the one notice that the musician sees."""

from live.core.performer.status import Status
from live.stage.port_watch import PortWatch
from live.stage.session import Session


class Notices:
    """Chooses the most urgent notice. Owned by the stage's thread.

    Args:
        session: the parts that may have a notice.
        port_watch: has the notices about lost ports.
    """

    def __init__(self, session: Session, port_watch: PortWatch) -> None:
        self._session = session
        self._port_watch = port_watch
        # A notice that no event clears: shown while nothing is more urgent.
        self._lasting = session.notice

    def keep(self, notice: str | None) -> None:
        """Replace the lasting notice; None keeps the present one."""
        self._lasting = notice or self._lasting

    def most_urgent(self, status: Status) -> str | None:
        """Return the notice to show; None if all is well."""
        session = self._session
        master_sync = session.master_sync.notice if session.master_sync is not None else None
        return (
            status.trouble
            or master_sync
            or self._port_watch.loop
            or session.steering.answer(status.at)
            or self._port_watch.lost
            or session.journal_trouble()
            or (
                f"no clear tempo in your phrase: {status.clock.bpm:.0f} stays"
                if status.has_no_tempo
                else None
            )
            or self._lasting
        )
