"""Tells the port process which of the musician's messages are music, whenever that changes."""

from live.core.controls.control_map import ControlMap
from live.core.output.thru import Thru
from live.core.output.thru_rules import Handle, ThruRules
from live.stage.port_watch import PortWatch
from live.stage.session import Session


class ThruFollower:
    """Keeps the rules of the port process up to date. Owned by the stage's thread.

    Args:
        session: the parts that decide what is music.
        port_watch: knows the names of the inputs.
    """

    def __init__(self, session: Session, port_watch: PortWatch) -> None:
        self._session = session
        self._port_watch = port_watch
        self._seen: object = None

    def follow(self) -> None:
        """Send the rules if a control was learned or removed, learning began or ended, or inputs changed."""
        session = self._session
        if session.thru is None:
            return
        steering, names = session.steering, self._port_watch.input_names
        seen = (steering.surface.version, steering.learns, names)
        if seen != self._seen:
            self._seen = seen
            session.ports.set_rules(rules_of(session.thru, steering.surface, names, learns=steering.learns))


def rules_of(
    thru: Thru, surface: ControlMap, input_names: tuple[str, ...], *, learns: bool = False
) -> ThruRules:
    """Return the rules for these inputs: everything goes through that controls nothing."""
    handles: set[Handle] = set()
    for source, name in enumerate(input_names):
        handles |= {(source, *handle) for handle in surface.handles(name)}
    return ThruRules(thru, frozenset(handles), learns)
