"""The kinds of presets: one table that everything asks whose work depends on a preset's kind.

A new kind is a row here, the files of its network in a module beside this one, and a row in the table of each
room that does something of its own for it: `live.inference.opening` predicts, `training.kinds` trains, and
`export.exporters` makes presets.
"""

from dataclasses import dataclass

from presets.bundles.networks import ClassicFiles, Network, ScoreFiles


@dataclass(frozen=True, slots=True)
class Kind:
    """What all presets of a kind have in common.

    Attributes:
        name: as a preset's settings and the commands call it.
        network: what holds the network's files in memory.
        has_rhythm: whether the network predicts when events come and how long notes last, and knows where in
            the bar it is; if not, its events come in the preset's steps.
        settings: the settings that presets of this kind have and not all others: of a preset or of its parts.
    """

    name: str
    network: type[Network]
    has_rhythm: bool
    settings: tuple[str, ...]


CLASSIC = Kind("classic", ClassicFiles, has_rhythm=False, settings=("step", "gate"))
"""The LSTM of the two 2018 articles, which knows neither rhythm nor dynamics."""

SCORE = Kind(
    "score",
    ScoreFiles,
    has_rhythm=True,
    settings=("rhythm", "dynamics", "bars", "recall", "density", "lowest", "highest", "register"),
)
"""A network that predicts events with rhythm and dynamics, in parts."""

KINDS = {kind.name: kind for kind in (CLASSIC, SCORE)}
"""Every kind by its name."""


def foreign_settings(kind: Kind) -> frozenset[str]:
    """Return the settings that presets of other kinds have, and presets of this kind do not."""
    return frozenset(name for other in KINDS.values() for name in other.settings) - set(kind.settings)
