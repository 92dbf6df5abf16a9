"""What one call of `segue export` asks for."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from export.default_controls import DefaultControls
from export.weights import Weights


@dataclass(frozen=True, slots=True)
class ExportOrder:
    """The preset that is to be made of a run.

    Attributes:
        name: the preset's.
        weights: of the best epoch or of the last.
        command: the command line, for the card.
        controls: how the preset plays unless the player says otherwise. Score presets only.
        int8: whether to store the weights as 8-bit integers. Score presets only.
        report_lines: what `segue evaluate` says of the preset, for the card. Score presets only.
    """

    name: str
    weights: Weights
    command: str
    controls: DefaultControls = field(default_factory=DefaultControls)
    int8: bool = False
    report_lines: Sequence[str] = ()
