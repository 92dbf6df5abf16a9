"""What an evaluation found, in one value: for the tables, the picture, the model card and `--json`."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from export.evaluation.baselines import Baselines
from export.evaluation.statistics import Distances, Statistics
from export.evaluation.verdicts import Verdict, judge_field, judge_music
from presets.music.originality import VerbatimPassage

NOTHING_TO_TELL = 0.005
"""Bits an event; a field that costs less without a network (Nottingham has one velocity) judges none."""


@dataclass(frozen=True, slots=True)
class FieldBits:
    """What one field of the test pieces costs, in bits an event.

    Attributes:
        network: by the network.
        baselines: without it.
    """

    network: float
    baselines: Baselines

    @property
    def margin(self) -> float | None:
        """How far the network is below the best baseline, as a share of it; None if nothing is predicted."""
        best = self.baselines.best
        return 1 - self.network / best if best >= NOTHING_TO_TELL else None


@dataclass(frozen=True, slots=True)
class CorpusFacts:
    """What was trained on and what was asked.

    Attributes:
        name: of the corpus.
        training_pieces: how many.
        training_events: in all of them.
        test_pieces: their names.
        test_events: that were foretold: all but each test piece's first.
    """

    name: str
    training_pieces: int
    training_events: int
    test_pieces: tuple[str, ...]
    test_events: int


@dataclass(frozen=True, slots=True)
class Report:
    """An evaluation.

    Attributes:
        name: of the preset or the run.
        facts: about its corpus.
        bits: by field, in the order of prediction.
        corpus: statistics of the training pieces.
        generated: statistics of the music that the network made, without the seeds.
        runs: the longest verbatim passage of each generated piece.
    """

    name: str
    facts: CorpusFacts
    bits: Mapping[str, FieldBits]
    corpus: Statistics
    generated: Statistics
    runs: tuple[VerbatimPassage, ...]

    @property
    def total(self) -> float:
        """Bits an event by the network, all fields."""
        return sum(field.network for field in self.bits.values())

    @property
    def best_total(self) -> float:
        """Bits an event by the best baseline of each field."""
        return sum(field.baselines.best for field in self.bits.values())

    @property
    def distances(self) -> Distances:
        """How far the generated music is from the corpus."""
        return Distances.between(self.corpus, self.generated)

    @property
    def longest_run(self) -> VerbatimPassage:
        """The longest verbatim passage of all generated pieces."""
        return max(self.runs, key=lambda run: run.length)

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """Whether each bar is met."""
        fields = (judge_field(name, field.margin) for name, field in self.bits.items())
        return (*fields, *judge_music(self.corpus, self.generated, self.longest_run))

    def to_json(self) -> dict[str, Any]:
        """Return plain values, with what is computed from others."""
        return {
            "name": self.name,
            "corpus": asdict(self.facts),
            "bits": {
                **{
                    name: {
                        "network": field.network,
                        **asdict(field.baselines),
                        "best": field.baselines.best,
                        "margin": field.margin,
                    }
                    for name, field in self.bits.items()
                },
                "total": {"network": self.total, "best": self.best_total},
            },
            "statistics": {
                "corpus": asdict(self.corpus),
                "generated": asdict(self.generated),
                "distances": asdict(self.distances),
            },
            "originality": {
                "longest": asdict(self.longest_run),
                "pieces": [asdict(run) for run in self.runs],
            },
            "verdicts": [asdict(verdict) for verdict in self.verdicts],
        }
