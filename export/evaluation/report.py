"""The result of an evaluation, for the tables, the picture, the model card and `--json`."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from export.evaluation.baselines import Baselines
from export.evaluation.forms import NO_FORM, FormFacts
from export.evaluation.statistics import Distances, Statistics
from export.evaluation.verdicts import Verdict, judge_field, judge_music
from export.judging.judgement import EDITION, NOT_JUDGED, Judgement, Judgements
from presets.music.originality import VerbatimPassage

NOTHING_TO_PREDICT = 0.005
"""Bits per event; a field that costs less than this without a network is not judged: Nottingham, for example,
has only one velocity."""


@dataclass(frozen=True, slots=True)
class FieldBits:
    """The cost of one field of the test pieces, in bits per event.

    Attributes:
        network: the cost with the network.
        baselines: the costs without it.
        outlined: the cost with the network if it is told the outline of each bar; None if it knows none.
    """

    network: float
    baselines: Baselines
    outlined: float | None = None

    @property
    def margin(self) -> float | None:
        """How far the network is below the best baseline, as a share of it; None if nothing is to predict."""
        best = self.baselines.best
        return 1 - self.network / best if best >= NOTHING_TO_PREDICT else None


@dataclass(frozen=True, slots=True)
class CorpusFacts:
    """The sizes of the training and the test music.

    Attributes:
        name: the name of the corpus.
        training_pieces: number of training pieces.
        training_events: number of events in all training pieces.
        test_pieces: names of the test pieces.
        test_events: number of predicted events: all but the first of each test piece.
    """

    name: str
    training_pieces: int
    training_events: int
    test_pieces: tuple[str, ...]
    test_events: int


@dataclass(frozen=True, slots=True)
class Report:
    """The report of an evaluation.

    Attributes:
        name: the name of the preset or the run.
        facts: facts about its corpus.
        bits: the cost of each field, in the order of prediction.
        corpus: statistics of the training pieces.
        generated: statistics of the music that the network made, without the seeds.
        runs: the longest verbatim passage of each generated piece.
        judges: how well judges tell the generated pieces from the corpus.
        form: which sections return, and whether the music is as its form asks for.
    """

    name: str
    facts: CorpusFacts
    bits: Mapping[str, FieldBits]
    corpus: Statistics
    generated: Statistics
    runs: tuple[VerbatimPassage, ...]
    judges: Judgements = NOT_JUDGED
    form: FormFacts = NO_FORM

    @property
    def total(self) -> float:
        """Bits per event of all fields, with the network."""
        return sum(field.network for field in self.bits.values())

    @property
    def outlined_total(self) -> float | None:
        """Bits per event of all fields, if the network is told the outlines; None if it knows none."""
        told = [field.outlined for field in self.bits.values() if field.outlined is not None]
        return sum(told) if told else None

    @property
    def best_total(self) -> float:
        """Bits per event of all fields, each with its best baseline."""
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
        """The verdict on each requirement."""
        fields = (judge_field(name, field.margin) for name, field in self.bits.items())
        return (*fields, *judge_music(self.corpus, self.generated, self.longest_run))

    def to_json(self) -> dict[str, Any]:
        """Return plain values, including computed ones."""
        return {
            "name": self.name,
            "corpus": asdict(self.facts),
            "bits": {
                **{
                    name: {
                        "network": field.network,
                        "outlined": field.outlined,
                        **asdict(field.baselines),
                        "best": field.baselines.best,
                        "margin": field.margin,
                    }
                    for name, field in self.bits.items()
                },
                "total": {
                    "network": self.total,
                    "outlined": self.outlined_total,
                    "best": self.best_total,
                },
            },
            "form": asdict(self.form),
            "statistics": {
                "corpus": asdict(self.corpus),
                "generated": asdict(self.generated),
                "distances": asdict(self.distances),
            },
            "originality": {
                "longest": asdict(self.longest_run),
                "pieces": [asdict(run) for run in self.runs],
            },
            "judges": {
                "edition": EDITION,
                "generated": _judgement_json(self.judges.generated),
                "human": _judgement_json(self.judges.human),
                "halves": self.judges.halves,
            },
            "verdicts": [asdict(verdict) for verdict in self.verdicts],
        }


def _judgement_json(judgement: Judgement | None) -> dict[str, Any] | None:
    """Return a judgement as plain values; None stands for what is no number, or has no end."""
    if judgement is None:
        return None
    value: dict[str, Any] = _finite(asdict(judgement))
    return {**value, "apart": len(judgement.apart), "features": len(judgement.differences)}


def _finite(value: Any) -> Any:
    match value:
        case dict():
            return {name: _finite(of_it) for name, of_it in value.items()}
        case list() | tuple():
            return [_finite(of_it) for of_it in value]
        case float() if not math.isfinite(value):
            return None
    return value
