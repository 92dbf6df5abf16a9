"""The choices of one call of `segue export`."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from export.default_controls import DefaultControls
from export.weights import Weights


@dataclass(frozen=True, slots=True)
class ExportOrder:
    """The preset to make from a run.

    Attributes:
        name: the name of the preset.
        weights: which weights to use: those of the best epoch or of the last.
        command: the command line, for the card.
        controls: the default controls. Score presets only.
        int8: whether to store the weights as 8-bit integers. Score presets only.
        report_lines: the report of `segue evaluate`, for the card. Score presets only.
    """

    name: str
    weights: Weights
    command: str
    controls: DefaultControls = field(default_factory=DefaultControls)
    int8: bool = False
    report_lines: Sequence[str] = ()
