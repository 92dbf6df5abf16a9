"""Watches the ports: which are lost, and when the last message passed through them."""

from live.core.input.loop_detection import NOTICE
from live.ports.reports import InputsChanged, InputsState, LoopFound, OutputChanged
from live.screen import Ports
from live.stage.session import Session


class PortWatch:
    """Keeps what the musician must know about the ports. Owned by the stage's thread.

    Args:
        session: the session with the ports.

    Attributes:
        heard_at: when the last message other than clock came in, seconds on the stage's clock; None if none
            has come in yet.
        sent_at: when the last message other than clock left, seconds on the stage's clock; None if none has
            left yet.
    """

    def __init__(self, session: Session) -> None:
        self.heard_at: float | None = None
        self.sent_at: float | None = None
        self._inputs = session.opened.inputs or InputsState()
        self._system = session.opened.system
        self._output_names = list(session.opened.outputs)
        self._hears_itself = False
        # By the number of each lost output: why it was lost.
        self._lost_outputs: dict[int, str] = {}

    def take(self, changed: OutputChanged | InputsChanged | LoopFound) -> None:
        """Record that a port was lost or reconnected, or that segue hears itself or no longer does."""
        match changed:
            case OutputChanged(name, reason, output):
                self._output_names[output] = name or "lost"
                if reason is not None:
                    self._lost_outputs[output] = reason
                else:
                    self._lost_outputs.pop(output, None)
            case InputsChanged(state):
                self._inputs = state
            case LoopFound(hears_itself):
                self._hears_itself = hears_itself

    @property
    def input_names(self) -> tuple[str, ...]:
        """The names of the inputs as other programs list them, or as they did before they were lost."""
        return self._inputs.names

    def input_name(self, number: int) -> str:
        """Return one of `input_names`."""
        return self._inputs.names[number]

    @property
    def loop(self) -> str | None:
        """The notice that segue hears itself; None if it does not."""
        return NOTICE if self._hears_itself else None

    @property
    def lost(self) -> str | None:
        """The notice about a lost port, outputs first; None while no port is lost."""
        output = next(iter(self._lost_outputs.values()), None)
        return output or self._inputs.notice

    @property
    def ports(self) -> Ports:
        """The ports, for showing."""
        names = ", ".join(self._output_names)
        return Ports(
            f"{names} ({self._system})" if self._system is not None else names,
            self._inputs.shown,
            self.heard_at,
            self.sent_at,
        )
