"""The bars that a preset has to meet, and whether it does."""

from dataclasses import dataclass

from export.evaluation.statistics import Spread, Statistics
from presets.music.originality import VerbatimPassage

LEAST_MARGIN = 0.12
"""How far below the best baseline each field has to be, as a share of it."""

LONGEST_RUN = 12
"""Events that a generated piece may share with the training set in a row."""

DENSITY = 0.5
"""How far the notes an event may be from the corpus's mean, as a share of it."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One bar.

    Attributes:
        rule: what is judged.
        found: its figure, for people.
        limit: what it had to be, for people.
        met: whether it is; None if there was nothing to judge.
    """

    rule: str
    found: str
    limit: str
    met: bool | None


def judge_field(field: str, margin: float | None) -> Verdict:
    """Judge what a field costs.

    Args:
        field: its name.
        margin: how far the network is below the best baseline, as a share of it; None if there is
            nothing to predict.
    """
    rule, limit = f"bits of {field} below the best baseline", f"at least {LEAST_MARGIN:.0%}"
    if margin is None:
        return Verdict(rule, "nothing to tell", limit, None)
    return Verdict(rule, f"{margin:.1%}", limit, margin >= LEAST_MARGIN)


def judge_music(corpus: Statistics, generated: Statistics, longest: VerbatimPassage) -> tuple[Verdict, ...]:
    """Judge generated music by its corpus.

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
            # The outermost tenths of a corpus hold a few that never repeat, or do nothing else.
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
