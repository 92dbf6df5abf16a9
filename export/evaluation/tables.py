"""The report as tables, for people."""

from collections.abc import Iterator
from statistics import fmean

import numpy as np
from rich.console import Console
from rich.table import Table

from export.evaluation.baselines import Baseline
from export.evaluation.forms import FormFacts
from export.evaluation.report import Report
from export.evaluation.statistics import BEGINNING, EVEN_STRETCH, FEW_INTERVALS, MOTIF, Spread, Statistics
from export.judging.judgement import APART, TOO_FEW, Judgement, Judgements
from presets.counting import count_of

ANSWERS = {True: "yes", False: "NO", None: "-"}


def show_report(console: Console, report: Report) -> None:
    """Print a report."""
    facts = report.facts
    console.print(
        f"{report.name}: {facts.test_events:,} events of {count_of(len(facts.test_pieces), 'test piece')} "
        f"({', '.join(facts.test_pieces)}); trained on {facts.training_events:,} events of "
        f"{count_of(facts.training_pieces, 'piece')} of {facts.name}",
        highlight=False,
        markup=False,
    )
    tables = _bits(report), _statistics(report), *_form(report.form), *_judges(report.judges)
    for table in (*tables, _verdicts(report)):
        console.print()
        console.print(table)
    longest = report.longest_run
    if longest.length:
        lengths = sorted((run.length for run in report.runs), reverse=True)
        console.print(
            f"\nlongest verbatim passages of the generated pieces: {', '.join(map(str, lengths))} events; "
            f"the first from event {longest.at + 1} of {longest.piece} on",
            highlight=False,
            markup=False,
        )


def _bits(report: Report) -> Table:
    table = _table(
        "bits an event", "network", "below the best", "outlined", "n-gram", "with other fields", "unigram"
    )
    for name, field in report.bits.items():
        baselines = field.baselines
        table.add_row(
            name,
            f"{field.network:.3f}",
            "-" if field.margin is None else f"{field.margin:.1%}",
            _or_dash(field.outlined),
            _baseline(baselines.ngram),
            _baseline(baselines.mixed) if baselines.mixed else "-",
            f"{baselines.unigram:.3f}",
        )
    margin = 1 - report.total / report.best_total
    outlined = _or_dash(report.outlined_total)
    table.add_row("total", f"{report.total:.3f}", f"{margin:.1%}", outlined, "", "", "")
    return table


def _or_dash(bits: float | None) -> str:
    return "-" if bits is None else f"{bits:.3f}"


def _baseline(baseline: Baseline) -> str:
    return f"{baseline.bits:.3f} (order {baseline.order}: {baseline.knows})"


def _statistics(report: Report) -> Table:
    table = _table("statistics", "corpus", "generated", "bits apart")
    both = report.corpus, report.generated
    for label, *cells in zip(_labels(), *map(_cells, both), strict=True):
        table.add_row(label, *cells, "")
    distances = report.distances
    for label, bits in (
        ("pitch classes", distances.pitch_classes),
        ("inter-onset intervals", distances.iois),
        ("durations", distances.durations),
    ):
        table.add_row(label, "", "", f"{bits:.3f}")
    return table


def _form(form: FormFacts) -> Iterator[Table]:
    if form.corpus_returns and form.returns:
        table = _table("sections of a piece that repeat an earlier one", "corpus", "generated")
        table.add_row("mean", f"{fmean(form.corpus_returns):.0%}", f"{fmean(form.returns):.0%}")
        both = (np.percentile(side, [25, 50, 75]) for side in (form.corpus_returns, form.returns))
        table.add_row("quartiles", *(" ".join(f"{share:.0%}" for share in side) for side in both))
        yield table
    if form.outline:
        table = _table("outline of a section", "asked", "played", "rank correlation")
        for name, number in form.outline.items():
            table.add_row(name, f"{number.asked:.3f}", f"{number.played:.3f}", f"{number.agreement:.2f}")
        yield table


def _labels() -> tuple[str, ...]:
    return (
        "pieces",
        "events",
        "lowest and highest note",
        "98 % of the notes",
        "notes an event",
        "... of a piece",
        "semitones from lowest to highest, of a piece",
        f"{MOTIF}-event figures that come back, in {BEGINNING} events",
        f"stretches of {EVEN_STRETCH} events with under {FEW_INTERVALS} different intervals",
    )


def _cells(statistics: Statistics) -> Iterator[str]:
    yield f"{statistics.pieces:,}"
    yield f"{statistics.events:,}"
    yield f"{statistics.lowest}..{statistics.highest}"
    yield f"{statistics.low}..{statistics.high}"
    yield f"{statistics.notes_per_event:.2f}"
    yield _spread(statistics.density, ".2f")
    yield _spread(statistics.ambitus, ".0f")
    yield _spread(Spread.of(statistics.repeated), ".0%")
    yield "-" if statistics.even is None else f"{statistics.even:.0%}"


def _spread(spread: Spread, form: str) -> str:
    """Return the minimum, the middle half with the median, and the maximum."""
    return (
        f"{spread.least:{form}} [{spread.quarter:{form}} {spread.median:{form}} "
        f"{spread.three_quarters:{form}}] {spread.most:{form}}"
    )


def _judges(judges: Judgements) -> Iterator[Table]:
    """Yield how well judges tell music from the corpus, and by which features."""
    scores = _table("told from the corpus by (0.5: not at all, 1: always)", "counting", "listening")
    for label, judgement in (("generated", judges.generated), ("another composer", judges.human)):
        if judgement is not None:
            scores.add_row(label, str(judgement.counting), str(judgement.listening))
    if judges.halves:
        low, high = min(judges.halves), max(judges.halves)
        scores.add_row(
            f"random halves of the corpus ({len(judges.halves)})",
            f"{fmean(judges.halves):.3f} ({low:.3f}..{high:.3f})",
            "",
        )
    if judges.generated is None:
        scores.add_row(f"generated: {TOO_FEW}", "-", "-")
    yield scores
    if judges.generated is not None:
        yield _differences(judges.generated)


def _differences(judgement: Judgement) -> Table:
    table = _table(
        f"{judgement.count_apart} are over {APART:g} deviations apart",
        "corpus",
        "generated",
        "deviations",
        "first third",
        "second",
        "last",
    )
    for difference in judgement.apart:
        table.add_row(
            difference.feature,
            f"{difference.corpus:.3f}",
            f"{difference.other:.3f}",
            f"{difference.deviations:+.2f}",
            *(f"{value:.3f}" for value in difference.course),
        )
    return table


def _verdicts(report: Report) -> Table:
    table = _table("bar", "found", "has to be", "met")
    for verdict in report.verdicts:
        table.add_row(verdict.rule, verdict.found, verdict.limit, ANSWERS[verdict.met])
    return table


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    return table
