"""A preset with the settings it is played with."""

from dataclasses import dataclass

from live.core.controls.mode import Mode
from live.core.controls.table import Controls
from live.core.generation.prediction import Predictor
from presets.bundles.kinds import Kind
from presets.bundles.seed import Seed
from presets.bundles.settings import Meter, Part
from presets.errors import UsageError
from presets.music.form import Forms
from presets.music.originality import OriginalityIndex
from presets.music.readings import Reading
from presets.music.window import WINDOW_LENGTH


@dataclass(frozen=True, slots=True, eq=False)
class Style:
    """A preset and how it is played. The performer may switch to another style while the music runs.

    A set may list one preset twice with different settings. Each is its own style: styles are compared by
    identity.

    Attributes:
        name: name of the preset.
        predictor: its network.
        parts: the instruments that play, and that the keyboard's notes are assigned to.
        controls: how events are drawn and played, until somebody changes a control.
        events_kept: how many events its window holds.
        think_seconds: the longest time it needs to read a whole window and predict an event, in seconds.
        corpus_meter: the time signature of its corpus; None if it does not matter.
        seed: the seed that it starts with when it is restarted; None to continue from what was played.
        bpm: the tempo that it brings along; None to keep the current one.
        meter: the time signature that it brings along; None to keep the current one, unless every preset
            brings its own.
        mode: the mode that it brings along; None to keep the current one.
        outputs: the number of each part's output; empty if all parts play into the first.
        originality: finds passages copied from its training set; None if there is no such index.
        forms: the forms of its training set; None if it has none.
        readings: how loudly music is played, for its shading; empty to play as the network says.

    Raises:
        UsageError: if the controls limit copying but there is no index of the training set.
    """

    name: str
    predictor: Predictor
    parts: tuple[Part, ...]
    controls: Controls
    events_kept: int = WINDOW_LENGTH
    think_seconds: float = 0.0
    corpus_meter: Meter | None = None
    seed: Seed | None = None
    bpm: float | None = None
    meter: Meter | None = None
    mode: Mode | None = None
    outputs: tuple[int, ...] = ()
    originality: OriginalityIndex | None = None
    forms: Forms | None = None
    readings: tuple[Reading, ...] = ()

    def __post_init__(self) -> None:
        if self.controls.originality is not None and self.originality is None:
            raise UsageError(
                f"--originality needs an index of the preset's training pieces, and {self.name!r} has none: "
                "export the preset again, or leave --originality out"
            )

    @property
    def kind(self) -> Kind:
        """The kind of its preset, on which depends what can be turned."""
        return self.predictor.kind
