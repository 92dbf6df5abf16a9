"""What a player can turn: values of a moment, handed to each prediction."""

from dataclasses import dataclass

from presets.event import PPQ
from presets.settings import GATE, STEP, VELOCITY, Sampling, Settings


@dataclass(frozen=True, slots=True)
class Controls:
    """How the next event is drawn and struck.

    Attributes:
        sampling: how a token is drawn.
        step: beats from one event to the next, 1/32..16.
        gate: how much of its step a note sounds, 0.05..4.
        velocity: 1..127.
    """

    sampling: Sampling
    step: float
    gate: float
    velocity: int

    def __post_init__(self) -> None:
        STEP.check(self.step)
        GATE.check(self.gate)
        VELOCITY.check(self.velocity)

    @classmethod
    def of(cls, settings: Settings) -> "Controls":
        """Return a preset's own values."""
        return cls(settings.sampling, settings.step, settings.gate, settings.velocity)

    @property
    def step_ticks(self) -> int:
        """Ticks from one event to the next."""
        return round(self.step * PPQ)

    @property
    def duration_ticks(self) -> int:
        """Ticks that a note sounds, at least 1."""
        return max(1, round(self.step * self.gate * PPQ))
