"""The report as a picture."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from export.evaluation.report import Report
from export.evaluation.statistics import BEGINNING, MOTIF, STRETCH
from export.evaluation.verdicts import DENSITY, LONGEST_RUN
from export.judging.judgement import APART, Judgement, Judgements
from export.judging.two_sample import Score
from presets.atomic import replacing
from presets.music.encoding import DURATIONS

# Okabe and Ito 2008, "Color Universal Design": colour-blind people can also distinguish these.
GENERATED = "#0072B2"
CORPUS = "#E69F00"
FIRST_BASELINE, SECOND_BASELINE, THIRD_BASELINE = "#999999", "#BBBBBB", "#DDDDDD"
LIMIT = "#D55E00"

NAMES = ("C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B")
INTERVALS = 12
"""Number of inter-onset intervals to show: the most frequent ones."""

FEATURES = 16
"""Number of the judge's features to show: those that differ most."""


def draw_report(path: Path, report: Report) -> None:
    """Draw a report as a PNG."""
    figure = Figure(figsize=(15, 15.5), layout="constrained")
    figure.suptitle(f"{report.name}: {report.facts.name}, {len(report.runs)} generated pieces", fontsize=15)
    # Apart, so that the names of the features do not take room from the columns above them.
    (upper,), (lower,) = figure.subfigures(2, 1, squeeze=False, height_ratios=(10.5, 5))
    axes = upper.subplot_mosaic(
        [
            ["bits", "bits", "originality"],
            ["pitch_classes", "iois", "durations"],
            ["figures", "density", "verdicts"],
        ]
    ) | lower.subplot_mosaic([["judges", "differences"]])
    _draw_bits(axes["bits"], report)
    _draw_originality(axes["originality"], report)
    _draw_pitch_classes(axes["pitch_classes"], report)
    _draw_iois(axes["iois"], report)
    _draw_durations(axes["durations"], report)
    _draw_figures(axes["figures"], report)
    _draw_density(axes["density"], report)
    _write_verdicts(axes["verdicts"], report)
    _draw_judges(axes["judges"], report.judges)
    _draw_differences(axes["differences"], report.judges.generated)
    for axis in axes.values():
        axis.spines[["top", "right"]].set_visible(False)
        axis.set_axisbelow(True)
    with replacing(path) as scratch:
        figure.savefig(scratch, dpi=110)


def _draw_bits(axes: Axes, report: Report) -> None:
    axes.set_title(f"Bits per event, {report.facts.test_events:,} events of the test pieces")
    names = list(report.bits)
    rows = [
        ("network", GENERATED, [report.bits[name].network for name in names]),
        ("best baseline", FIRST_BASELINE, [report.bits[name].baselines.best for name in names]),
        ("n-gram of the field", SECOND_BASELINE, [report.bits[name].baselines.ngram.bits for name in names]),
        ("unigram", THIRD_BASELINE, [report.bits[name].baselines.unigram for name in names]),
    ]
    width = 0.8 / len(rows)
    for number, (label, colour, bits) in enumerate(rows):
        places = np.arange(len(names)) + (number - (len(rows) - 1) / 2) * width
        bars = axes.bar(places, bits, width * 0.94, color=colour, label=label)
        axes.bar_label(bars, fmt="%.2f", fontsize=9, padding=2)
    margins = [report.bits[name].margin for name in names]
    labels = [
        name if margin is None else f"{name}\n{-margin:+.1%}"
        for name, margin in zip(names, margins, strict=True)
    ]
    axes.set_xticks(range(len(names)), labels)
    axes.set_xlabel("below: the network against the best baseline")
    axes.margins(y=0.12)
    axes.legend(frameon=False)
    axes.grid(axis="y", alpha=0.3)


def _draw_originality(axes: Axes, report: Report) -> None:
    axes.set_title("Longest verbatim passage in each generated piece")
    lengths = sorted((run.length for run in report.runs), reverse=True)
    places = range(1, len(lengths) + 1)
    axes.bar(places, lengths, color=[LIMIT if length > LONGEST_RUN else GENERATED for length in lengths])
    axes.axhline(LONGEST_RUN, color=LIMIT, linestyle="--", linewidth=1)
    axes.annotate(
        f"at most {LONGEST_RUN}",
        (0.99, LONGEST_RUN),
        xycoords=("axes fraction", "data"),
        ha="right",
        va="bottom",
        color=LIMIT,
    )
    axes.set_ylim(0, max(*lengths, LONGEST_RUN) * 1.2)
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_ylabel("events")
    axes.set_xlabel("generated pieces, by length of the passage")
    axes.grid(axis="y", alpha=0.3)


def _draw_pitch_classes(axes: Axes, report: Report) -> None:
    axes.set_title(f"Pitch classes ({report.distances.pitch_classes:.3f} bits apart)")
    _draw_pairs(axes, report.corpus.pitch_classes, report.generated.pitch_classes, NAMES)


def _draw_iois(axes: Axes, report: Report) -> None:
    axes.set_title(f"Inter-onset intervals ({report.distances.iois:.3f} bits apart)")
    corpus, generated = report.corpus.iois, report.generated.iois
    most = np.argsort(-np.maximum(corpus, generated), kind="stable")[:INTERVALS]
    shown = sorted(most.tolist())
    _draw_pairs(
        axes, [corpus[ioi] for ioi in shown], [generated[ioi] for ioi in shown], list(map(_beats, shown))
    )
    axes.set_xlabel("quarter notes")


def _draw_durations(axes: Axes, report: Report) -> None:
    axes.set_title(f"Durations ({report.distances.durations:.3f} bits apart)")
    for shares, colour, label in (
        (report.corpus.durations, CORPUS, "corpus"),
        (report.generated.durations, GENERATED, "generated"),
    ):
        axes.step(range(len(shares)), shares, where="mid", color=colour, linewidth=1.8, label=label)
        axes.fill_between(range(len(shares)), shares, step="mid", color=colour, alpha=0.2)
    marked = [DURATIONS.index(ticks) for ticks in (1, 6, 12, 24, 48, 96, 192, 384)]
    axes.set_xticks(marked, [_beats(DURATIONS[place]) for place in marked])
    axes.set_xlabel("quarter notes")
    axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axes.legend(frameon=False)
    axes.grid(alpha=0.3)


def _draw_pairs(
    axes: Axes, corpus: Sequence[float], generated: Sequence[float], labels: Sequence[str]
) -> None:
    places = np.arange(len(labels))
    axes.bar(places - 0.2, corpus, 0.4, color=CORPUS, label="corpus")
    axes.bar(places + 0.2, generated, 0.4, color=GENERATED, label="generated")
    axes.set_xticks(places, labels, fontsize=9)
    axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axes.margins(y=0.2)
    axes.legend(frameon=False, ncols=2, loc="upper right")
    axes.grid(axis="y", alpha=0.3)


def _draw_figures(axes: Axes, report: Report) -> None:
    axes.set_title(f"{MOTIF}-event motifs that come back in {BEGINNING} events")
    axes.boxplot(
        [report.corpus.repeated],
        positions=[0],
        whis=(10, 90),
        widths=0.5,
        patch_artist=True,
        boxprops={"facecolor": CORPUS, "alpha": 0.5},
        medianprops={"color": "black"},
        flierprops={"markersize": 3, "alpha": 0.4},
    )
    shares = np.array(report.generated.repeated)
    # Spread them out in the order of the pieces, so that they do not overlap.
    places = 1 + np.linspace(-0.25, 0.25, len(shares))
    axes.scatter(places, shares, color=GENERATED, s=28, alpha=0.7, linewidths=0)
    axes.hlines(np.median(shares), 0.7, 1.3, color="black")
    axes.set_xticks([0, 1], ["corpus", "generated"])
    axes.set_xlim(-0.5, 1.5)
    axes.set_ylim(-0.02, 1.02)
    axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axes.set_xlabel("box: middle half, whiskers: eight of ten pieces, black: median")
    axes.grid(axis="y", alpha=0.3)


def _draw_density(axes: Axes, report: Report) -> None:
    axes.set_title("Notes per event")
    mean = report.corpus.notes_per_event
    axes.axhspan((1 - DENSITY) * mean, (1 + DENSITY) * mean, color=CORPUS, alpha=0.2)
    axes.axhline(mean, color=CORPUS, linewidth=1.8, label="corpus, mean")
    course = report.generated.course
    middles = [STRETCH * (number + 0.5) for number in range(len(course))]
    axes.plot(middles, course, marker="o", color=GENERATED, label=f"generated, each {STRETCH} events")
    axes.set_xlim(0, STRETCH * len(course))
    axes.set_ylim(bottom=0)
    axes.set_xlabel("events since the seed")
    axes.legend(frameon=False, loc="lower right")
    axes.grid(alpha=0.3)


def _draw_judges(axes: Axes, judges: Judgements) -> None:
    axes.set_title("How well judges tell it from the corpus")
    places: list[tuple[str, str, Score]] = []
    for label, colour, judgement in (
        ("generated", GENERATED, judges.generated),
        ("another composer", CORPUS, judges.human),
    ):
        if judgement is not None:
            places.append((f"{label},\ncounting", colour, judgement.counting))
            places.append((f"{label},\nlistening", colour, judgement.listening))
    labels = [label for label, _, _ in places]
    for row, (_, colour, score) in enumerate(places):
        axes.plot([score.low, score.high], [row, row], color=colour, linewidth=4, alpha=0.5)
        axes.plot([score.auc], [row], "o", color=colour, markersize=9)
    if judges.halves:
        row, low, high = len(places), min(judges.halves), max(judges.halves)
        axes.plot([low, high], [row, row], color=FIRST_BASELINE, linewidth=4, alpha=0.5)
        axes.plot([np.mean(judges.halves)], [row], "o", color=FIRST_BASELINE, markersize=9)
        labels.append("halves of the corpus,\ncounting")
    if not labels:
        axes.axis("off")
        return
    axes.axvline(0.5, color="grey", linestyle="--", linewidth=1)
    axes.set_yticks(range(len(labels)), labels)
    axes.set_ylim(len(labels) - 0.5, -0.5)
    axes.set_xlim(0.2, 1.02)
    axes.set_xlabel("area under the ROC curve, 95 % interval (halves: all); dashed: nobody can tell")
    axes.grid(axis="x", alpha=0.3)


def _draw_differences(axes: Axes, judgement: Judgement | None) -> None:
    if judgement is None:
        axes.set_title("Too little music to judge")
        axes.axis("off")
        return
    axes.set_title(f"{judgement.count_apart} are over {APART:g} deviations apart")
    shown = judgement.differences[:FEATURES]
    sizes = [max(-4.0, min(4.0, difference.deviations)) for difference in shown]
    axes.barh(
        range(len(shown)), sizes, color=[LIMIT if abs(size) > APART else FIRST_BASELINE for size in sizes]
    )
    axes.set_yticks(
        range(len(shown)),
        [f"{item.feature}: {item.corpus:.2f} -> {item.other:.2f}" for item in shown],
        fontsize=9,
    )
    axes.set_ylim(len(shown) - 0.5, -0.5)
    axes.axvline(0, color="grey", linewidth=1)
    axes.set_xlabel("standard deviations of the corpus's windows, corpus -> generated")
    axes.grid(axis="x", alpha=0.3)


def _write_verdicts(axes: Axes, report: Report) -> None:
    axes.axis("off")
    signs = {True: ("✓", "#009E73"), False: ("✗", LIMIT), None: ("-", "grey")}
    step = 1 / max(len(report.verdicts), 1)
    for number, verdict in enumerate(report.verdicts):
        top = 1 - number * step
        sign, colour = signs[verdict.met]
        axes.text(0, top, sign, color=colour, fontsize=15, fontweight="bold", va="top")
        axes.text(0.07, top, f"{verdict.rule}: {verdict.found}", fontsize=10, va="top")
        axes.text(0.07, top - 0.42 * step, verdict.limit, fontsize=8.5, va="top", color="grey")


def _beats(ticks: int) -> str:
    """Return grid ticks as quarter notes: 8 is 1/3."""
    return str(Fraction(ticks, 24))
