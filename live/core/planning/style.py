"""A preset as it is played tonight."""

from dataclasses import dataclass

from live.core.controls.mode import Mode
from live.core.controls.values import Controls
from live.core.generation.prediction import Predictor
from presets.bundles.kinds import Kind
from presets.bundles.seed import Seed
from presets.bundles.settings import Meter, Part
from presets.errors import UsageError
from presets.music.originality import OriginalityIndex
from presets.music.window import WINDOW_LENGTH


@dataclass(frozen=True, slots=True, eq=False)
class Style:
    """What the performer plays by; one may give way to another in the middle of the music.

    The same preset may stand in a set twice, played differently: each is a style of its own, and two are the
    same only if they are one object.

    Attributes:
        name: of the preset.
        predictor: its network.
        parts: the instruments that play, and that the keyboard's notes are given to.
        controls: how events are drawn and struck, until a player turns them.
        events_kept: how many events its window holds.
        think_seconds: what it needs at worst to hear a whole window anew and to tell an event.
        meter: the time signature of its corpus; None if that is nobody's concern.
        seed: what it begins with when it is begun anew; None to go on from what was played.
        bpm: the tempo that it brings along; None to leave the one there is.
        mode: the way of playing that it brings along; None to leave it.
        outputs: the number of the output that each part plays into; empty if all play into the first.
        originality: finds what is copied from the music that it was trained on; None if that is unknown.

    Raises:
        UsageError: if it is to copy no more than so much, and it is unknown what it was trained on.
    """

    name: str
    predictor: Predictor
    parts: tuple[Part, ...]
    controls: Controls
    events_kept: int = WINDOW_LENGTH
    think_seconds: float = 0.0
    meter: Meter | None = None
    seed: Seed | None = None
    bpm: float | None = None
    mode: Mode | None = None
    outputs: tuple[int, ...] = ()
    originality: OriginalityIndex | None = None

    def __post_init__(self) -> None:
        if self.controls.originality is not None and self.originality is None:
            raise UsageError(
                f"--originality needs an index of what a preset was trained on, and {self.name!r} has none: "
                "export it again, or leave it out"
            )

    @property
    def kind(self) -> Kind:
        """The kind of its preset, on which depends what can be turned."""
        return self.predictor.kind
