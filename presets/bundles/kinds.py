"""The kinds of presets, in one table; all code that depends on a preset's kind looks it up here.

A new kind needs a row here, a class for the files of its network in `presets.bundles.networks`, and a row in
each of three other tables: `live.inference.opening` predicts, `training.kinds` trains, and `export.exporters`
makes presets.
"""

from dataclasses import dataclass

from presets.bundles.networks import ClassicFiles, Network, ScoreFiles


@dataclass(frozen=True, slots=True)
class Kind:
    """The common properties of all presets of a kind.

    Attributes:
        name: its name in the settings of a preset and in commands.
        network: the class that holds the network's files in memory.
        has_rhythm: whether the network predicts when events come and how long notes last, and knows the
            position in the bar; if not, events come in the preset's steps.
        settings: the settings, of a preset or of its parts, that this kind has and some other kind lacks.
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
    settings=(
        *("chords", "rhythm", "durations", "dynamics"),
        *("bars", "recall", "density", "form", "shading", "originality", "lowest", "highest", "register"),
    ),
)
"""A network that predicts events with rhythm and dynamics, in parts."""

KINDS = {kind.name: kind for kind in (CLASSIC, SCORE)}
"""Every kind by its name."""


def foreign_settings(kind: Kind) -> frozenset[str]:
    """Return the settings that presets of other kinds have, and presets of this kind do not."""
    return frozenset(name for other in KINDS.values() for name in other.settings) - set(kind.settings)
