"""The requirements for a preset, and whether it meets them."""

from dataclasses import dataclass

from export.evaluation.statistics import Spread, Statistics
from presets.music.originality import VerbatimPassage

LEAST_MARGIN = 0.12
"""Minimum distance of each field below the best baseline, as a share of it."""

LONGEST_RUN = 12
"""Maximum number of successive events that a generated piece may share with the training set."""

DENSITY = 0.5
"""Maximum distance of the notes per event from the mean of the corpus, as a share of it."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The verdict on one requirement.

    Attributes:
        rule: the requirement.
        found: the measurement, for people.
        limit: the limit, for people.
        met: whether the requirement is met; None if there was nothing to judge.
    """

    rule: str
    found: str
    limit: str
    met: bool | None


def judge_field(field: str, margin: float | None) -> Verdict:
    """Judge the cost of a field.

    Args:
        field: the name of the field.
        margin: how far the network is below the best baseline, as a share of it; None if there is
            nothing to predict.
    """
    rule, limit = f"bits of {field} below the best baseline", f"at least {LEAST_MARGIN:.0%}"
    if margin is None:
        return Verdict(rule, "nothing to tell", limit, None)
    return Verdict(rule, f"{margin:.1%}", limit, margin >= LEAST_MARGIN)


def judge_music(corpus: Statistics, generated: Statistics, longest: VerbatimPassage) -> tuple[Verdict, ...]:
    """Judge generated music by comparing it with its corpus.

    Args:
        corpus: the training pieces.
        generated: the music that the network made.
        longest: the longest verbatim passage in it.
    """
    usual = Spread.of(corpus.repeated)
    median = Spread.of(generated.repeated).median
    mean = corpus.notes_per_event
    thinnest, thickest = (1 - DENSITY) * mean, (1 + DENSITY) * mean
    return (
        Verdict(
            "median share of repeated figures",
            f"{median:.0%}",
            # Leave out the outermost tenths: some pieces never repeat a motif, and some do nothing else.
            f"{usual.tenth:.0%}..{usual.nine_tenths:.0%}, as in eight of ten pieces of the corpus",
            usual.tenth <= median <= usual.nine_tenths,
        ),
        Verdict(
            "longest verbatim passage",
            f"{longest.length} events",
            f"at most {LONGEST_RUN} events",
            longest.length <= LONGEST_RUN,
        ),
        Verdict(
            "lowest and highest note",
            f"{generated.lowest}..{generated.highest}",
            f"inside {corpus.lowest}..{corpus.highest}",
            corpus.lowest <= generated.lowest and generated.highest <= corpus.highest,
        ),
        Verdict(
            "notes an event, in each hundred events",
            f"{min(generated.course):.2f}..{max(generated.course):.2f}",
            f"inside {thinnest:.2f}..{thickest:.2f}",
            thinnest <= min(generated.course) and max(generated.course) <= thickest,
        ),
    )
