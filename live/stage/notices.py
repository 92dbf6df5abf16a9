"""What the musician must know now, in one sentence."""

from live.core.performer.status import Status
from live.stage.port_watch import PortWatch
from live.stage.session import Session


class Notices:
    """Chooses the most urgent of all that could be said. Owned by the stage's thread.

    Args:
        session: whose parts may have something to say.
        port_watch: knows the ports that are lost.
    """

    def __init__(self, session: Session, port_watch: PortWatch) -> None:
        self._session = session
        self._port_watch = port_watch
        # What nothing takes back: said while there is nothing more urgent.
        self._lasting = session.notice

    def keep(self, notice: str | None) -> None:
        """Take a notice that lasts, in place of the one before; None changes nothing."""
        self._lasting = notice or self._lasting

    def most_urgent(self, status: Status) -> str | None:
        """Return the notice to show; None if all is well."""
        session = self._session
        master_sync = session.master_sync.notice if session.master_sync is not None else None
        return (
            status.trouble
            or master_sync
            or session.loop_detector.notice(status.at)
            or session.steering.answer(status.at)
            or self._port_watch.lost
            or session.journal_trouble()
            or self._lasting
        )
