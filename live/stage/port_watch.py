"""Watches the ports: which are lost, and when the last message passed through them."""

from live.midi.inputs import Inputs
from live.output.sender import PortChanged
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
        self._inputs: Inputs | None = session.inputs
        self._system = session.system
        self._output_names = list(session.outputs.port_names)
        # By the number of each lost output: why it was lost.
        self._lost_outputs: dict[int, str] = {}

    def change(self, changed: PortChanged) -> None:
        """Record that an output was lost or reconnected."""
        self._output_names[changed.output] = changed.name or "lost"
        if changed.reason is not None:
            self._lost_outputs[changed.output] = changed.reason
        else:
            self._lost_outputs.pop(changed.output, None)

    @property
    def lost(self) -> str | None:
        """The notice about a lost port, outputs first; None while no port is lost."""
        output = next(iter(self._lost_outputs.values()), None)
        return output or (self._inputs.lost if self._inputs is not None else None)

    @property
    def ports(self) -> Ports:
        """The ports, for showing."""
        names = ", ".join(self._output_names)
        return Ports(
            f"{names} ({self._system})" if self._system is not None else names,
            self._inputs.names if self._inputs is not None else (),
            self.heard_at,
            self.sent_at,
        )
