"""What a player can turn: values of a moment, handed to each prediction."""

from dataclasses import dataclass

from live.core.controls.scales import Key
from presets.bundles.settings import (
    DENSITY,
    GATE,
    RECALL,
    STEP,
    VELOCITY,
    Range,
    Sampling,
    Settings,
    check_note_range,
)
from presets.music.event import PPQ

PLAIN = Sampling()
"""As the network says."""

MAX_NOTES = Range("the most notes of a chord", 1, 20, whole=True)
TRANSPOSE = Range("the transposition (semitones)", -12, 12, whole=True)
REGISTER = Range("the register", -1, 1)
ORIGINALITY = Range("the originality (events)", 4, 64, whole=True)


@dataclass(frozen=True, slots=True)
class Controls:
    """How the next event is drawn and struck.

    A classic network tells one token and no rhythm: of the fields from `rhythm` on, only the range,
    `originality` and `avoid` say something to it.

    Attributes:
        sampling: how a token is drawn (classic), or which notes sound (score).
        step: beats from one event of a classic preset to the next, 1/32..16; for any preset, how long it
            rests where the network fails.
        gate: 0.05..4; how much of its step a note of a classic preset sounds; of a score preset, how much of
            the duration that the network told.
        velocity: 1..127; classic: of every note; score: the mean.
        rhythm: how inter-onset intervals and durations are drawn.
        dynamics: how velocities are drawn.
        key: only notes of this key sound; None for any.
        lowest: the lowest MIDI note that may sound, 0..127.
        highest: the highest, 0..127, not below `lowest`.
        max_notes: the most notes that one event may have, 1..20.
        density: -1..1; above 0 favours shorter inter-onset intervals, below 0 longer ones.
        transpose: semitones by which the network's notes sound higher, -12..12.
        recall: how readily figures that were played come back, 0..1.
        register: -1..1; above 0 favours higher notes, below 0 lower ones.
        follow_key: whether only notes of the key that the player is in sound, once it is known; `key` until
            then.
        originality: so many events in a row are never as in a piece of the training set, in any key, 4..64;
            None for however many.
        avoid: notes that must not sound, as MIDI numbers: those that the player holds.
        resting_parts: indices of the parts that leave the music to the player.
    """

    sampling: Sampling
    step: float
    gate: float
    velocity: int
    rhythm: Sampling = PLAIN
    dynamics: Sampling = PLAIN
    key: Key | None = None
    lowest: int = 0
    highest: int = 127
    max_notes: int = 20
    density: float = 0.0
    transpose: int = 0
    recall: float = 0.0
    register: float = 0.0
    follow_key: bool = False
    originality: int | None = None
    avoid: frozenset[int] = frozenset()
    resting_parts: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        STEP.check(self.step)
        GATE.check(self.gate)
        VELOCITY.check(self.velocity)
        check_note_range(self.lowest, self.highest)
        MAX_NOTES.check(self.max_notes)
        DENSITY.check(self.density)
        TRANSPOSE.check(self.transpose)
        RECALL.check(self.recall)
        REGISTER.check(self.register)
        if self.originality is not None:
            ORIGINALITY.check(self.originality)

    @classmethod
    def of(cls, settings: Settings) -> "Controls":
        """Return a preset's own values."""
        return cls(
            settings.sampling,
            settings.step,
            # A preset that knows rhythm predicts durations; the share of a step is for the others.
            1.0 if settings.has_rhythm else settings.gate,
            settings.velocity,
            rhythm=settings.rhythm,
            dynamics=settings.dynamics,
            lowest=settings.lowest,
            highest=settings.highest,
            recall=settings.recall,
            density=settings.density,
        )

    @property
    def step_ticks(self) -> int:
        """Ticks from one event to the next."""
        return round(self.step * PPQ)

    @property
    def duration_ticks(self) -> int:
        """Ticks that a note sounds, at least 1."""
        return max(1, round(self.step * self.gate * PPQ))
