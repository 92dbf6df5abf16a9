"""One table of the functions that make a preset from a run, by kind. Loads Keras and ONNX."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from export.classic.pack import make_bundle as make_classic_bundle
from export.default_controls import DEFAULT_CONTROLS
from export.order import ExportOrder
from export.score.pack import make_bundle as make_score_bundle
from presets.bundles.bundle import Bundle
from presets.bundles.kinds import CLASSIC, SCORE


@dataclass(frozen=True, slots=True)
class Exporter:
    """How to make a preset from a run of one kind.

    Attributes:
        make_bundle: returns the preset of a run of this kind, and a sentence, without its full stop, that
            states the proof.
        options: the options of `segue export` that not all kinds accept but this one does, as argparse names
            them.
    """

    make_bundle: Callable[[Any, ExportOrder], tuple[Bundle, str]]
    options: tuple[str, ...] = ()


EXPORTERS: Mapping[str, Exporter] = {
    CLASSIC.name: Exporter(make_classic_bundle),
    SCORE.name: Exporter(make_score_bundle, options=(*DEFAULT_CONTROLS, "int8", "report")),
}
"""The exporter of each kind, by the kind's name."""
