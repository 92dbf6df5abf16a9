"""Which ports are there, and when a message passed through them last."""

from live.midi.inputs import Inputs
from live.output.sender import PortChanged
from live.screen import Ports
from live.stage.session import Session


class PortWatch:
    """Keeps what the musician must know of the ports. Owned by the stage's thread.

    Args:
        session: whose ports they are.

    Attributes:
        heard_at: when a message other than clock came in last, seconds on the stage's clock; None before.
        sent_at: when a message other than clock left last, seconds on the stage's clock; None before.
    """

    def __init__(self, session: Session) -> None:
        self.heard_at: float | None = None
        self.sent_at: float | None = None
        self._inputs: Inputs | None = session.inputs
        self._system = session.system
        self._output_names = list(session.outputs.port_names)
        # Why they are lost, by their numbers.
        self._lost_outputs: dict[int, str] = {}

    def change(self, changed: PortChanged) -> None:
        """Take note that an output is lost, or found again."""
        self._output_names[changed.output] = changed.name or "lost"
        if changed.reason is not None:
            self._lost_outputs[changed.output] = changed.reason
        else:
            self._lost_outputs.pop(changed.output, None)

    @property
    def lost(self) -> str | None:
        """What to say of a port that is lost, an output first; None while all are there."""
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
