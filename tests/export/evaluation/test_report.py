import json
import math
from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console

from export.evaluation.baselines import Baseline, Baselines
from export.evaluation.forms import Asked, FormFacts
from export.evaluation.picture import draw_report
from export.evaluation.report import CorpusFacts, FieldBits, Report
from export.evaluation.statistics import Statistics
from export.evaluation.tables import show_report
from export.judging.counting import Difference
from export.judging.judgement import EDITION, Judgement, Judgements
from export.judging.two_sample import Score
from presets.music.event import Event, Note
from presets.music.originality import VerbatimPassage


def piece(lowest, motif, times):
    """A motif of rising notes, so many times."""
    return [Event(240, (Note(lowest + step, 240, 64),)) for step in range(motif)] * times


def baselines(bits):
    return Baselines(2 * bits, Baseline(1.5 * bits, 3, "itself"), Baseline(bits, 2, "[others]"))


# Shares of repeated motifs: none, 10 of 17 twice, 6 of 13, all.
CORPUS = Statistics.of(
    [piece(60, 20, 1), piece(50, 12, 2), piece(50, 12, 2), piece(50, 10, 2), piece(60, 5, 9)]
)
GENERATED = Statistics.of([piece(55, 12, 2)] * 3)
REPORT = Report(
    "chopin",
    CorpusFacts("Chopin", 5, 1234, ("prelude", "waltz"), 987),
    {
        "ioi": FieldBits(0.88, baselines(1.0), 0.5),
        "note": FieldBits(9.0, Baselines(12.0, Baseline(10.0, 3, "notes before"), None)),
        "duration": FieldBits(1.0, baselines(2.0)),
        "velocity": FieldBits(0.0, baselines(0.0)),
    },
    CORPUS,
    GENERATED,
    (VerbatimPassage(4, 9, "prelude", 11), VerbatimPassage(12, 30, "waltz", 99), VerbatimPassage()),
    form=FormFacts((0.2, 0.4, 0.6), (0.25, 0.35), {"loudness": Asked(12.5, 13.25, 0.875)}),
)
JUDGEMENT = Judgement(
    96,
    128,
    Score(0.912, 0.87, 0.95, 0.83),
    Score(0.8, 0.7, 0.9, 0.75),
    (
        Difference("louder the higher", 0.5, 0.5, math.inf, (0.5, 0.5, math.nan)),
        Difference("melody: steps", 0.39, 0.16, -1.25, (0.18, 0.16, 0.14)),
        Difference("melody: turns", 0.5, 0.51, 0.1, (0.5, 0.51, 0.52)),
    ),
)
JUDGED = replace(REPORT, judges=Judgements(JUDGEMENT, JUDGEMENT, (0.46, 0.52)))


def answers(report):
    return [verdict.met for verdict in report.verdicts]


def test_a_field_must_be_an_eighth_below_its_best_baseline():
    assert [field.margin for field in REPORT.bits.values()] == [
        pytest.approx(0.12),
        pytest.approx(0.1),
        pytest.approx(0.5),
        None,
    ]
    assert answers(REPORT)[:4] == [True, False, True, None]


def test_the_total_is_compared_with_the_best_of_each_field():
    assert (REPORT.total, REPORT.best_total) == (pytest.approx(10.88), pytest.approx(13))


def test_music_that_keeps_the_bars_passes():
    assert answers(REPORT)[4:] == [True] * 4


@pytest.mark.parametrize(
    ("broken", "place"),
    [
        ({"generated": replace(GENERATED, repeated=(0.0, 0.0, 1.0))}, 4),
        ({"generated": replace(GENERATED, repeated=(1.0, 1.0, 0.0))}, 4),
        ({"runs": (VerbatimPassage(13, 0, "waltz", 0),)}, 5),
        ({"generated": replace(GENERATED, lowest=49)}, 6),
        ({"generated": replace(GENERATED, highest=80)}, 6),
        ({"generated": replace(GENERATED, course=(1.0, 1.51))}, 7),
        ({"generated": replace(GENERATED, course=(1.0, 0.49, 1.0))}, 7),
    ],
)
def test_music_that_breaks_one_bar_fails_there_and_only_there(broken, place):
    assert [number for number, met in enumerate(answers(replace(REPORT, **broken))) if met is False] == [
        1,
        place,
    ]


def test_as_json_nothing_is_missing():
    value = json.loads(json.dumps(REPORT.to_json()))
    assert value["bits"]["ioi"] == {
        "network": 0.88,
        "outlined": 0.5,
        "unigram": 2.0,
        "ngram": {"bits": 1.5, "order": 3, "knows": "itself"},
        "mixed": {"bits": 1.0, "order": 2, "knows": "[others]"},
        "best": 1.0,
        "margin": pytest.approx(0.12),
    }
    assert value["bits"]["note"]["mixed"] is None
    assert value["bits"]["total"]["outlined"] == 0.5
    assert value["form"]["outline"]["loudness"] == {"asked": 12.5, "played": 13.25, "agreement": 0.875}
    assert value["originality"]["longest"] == {"length": 12, "begins": 30, "piece": "waltz", "at": 99}
    assert value["statistics"]["generated"]["lowest"] == 55
    assert [verdict["met"] for verdict in value["verdicts"]] == answers(REPORT)


def test_the_tables_show_figures_and_what_fails():
    screen = StringIO()
    show_report(Console(file=screen, width=120, color_system=None), REPORT)
    lines = [" ".join(line.split()) for line in screen.getvalue().splitlines()]
    assert lines[0].startswith(
        "chopin: 987 events of 2 test pieces (prelude, waltz); trained on 1,234 events of 5"
    )
    assert "note 9.000 10.0% - 10.000 (order 3: notes before) - 12.000" in lines
    assert "bits of note below the best baseline 10.0% at least 12% NO" in lines
    assert "bits of velocity below the best baseline nothing to tell at least 12% -" in lines
    assert "quartiles 30% 40% 50% 28% 30% 32%" in lines
    assert "loudness 12.500 13.250 0.88" in lines
    assert "longest verbatim passage 12 events at most 12 events yes" in lines
    assert (
        "verbatim passages of the generated pieces: 12, 4, 0 events; the first from event 100 of waltz on"
        in (screen.getvalue())
    )


def test_the_tables_show_what_the_judges_say_and_only_what_is_apart():
    screen = StringIO()
    show_report(Console(file=screen, width=120, color_system=None), JUDGED)
    lines = [" ".join(line.split()) for line in screen.getvalue().splitlines()]
    assert "generated 0.912 [0.870, 0.950] 0.800 [0.700, 0.900]" in lines
    assert "another composer 0.912 [0.870, 0.950] 0.800 [0.700, 0.900]" in lines
    assert "random halves of the corpus (2) 0.490 (0.460..0.520)" in lines
    assert any(line.startswith("2 of 3 features are over 0.5 deviations apart corpus") for line in lines)
    assert "melody: steps 0.390 0.160 -1.25 0.180 0.160 0.140" in lines
    assert not any(line.startswith("melody: turns") for line in lines)


def test_the_tables_say_why_nobody_judged():
    screen = StringIO()
    show_report(Console(file=screen, width=200, color_system=None), REPORT)
    assert (
        "generated: judged are 5 pieces of 5 seeds or more, each of 64 events and 16 bars"
        in screen.getvalue()
    )


def test_as_json_the_judges_are_whole_and_numbers_are_numbers():
    judges = json.loads(json.dumps(JUDGED.to_json(), allow_nan=False))["judges"]
    assert judges["edition"] == EDITION
    assert judges["generated"] == judges["human"]
    assert judges["generated"]["counting"] == {"auc": 0.912, "low": 0.87, "high": 0.95, "accuracy": 0.83}
    assert (judges["generated"]["apart"], judges["generated"]["features"]) == (2, 3)
    endless = judges["generated"]["differences"][0]
    assert (endless["deviations"], endless["course"]) == (None, [0.5, 0.5, None])
    assert judges["halves"] == [0.46, 0.52]
    assert REPORT.to_json()["judges"]["generated"] is None


@pytest.mark.parametrize("report", [REPORT, JUDGED])
def test_the_picture_is_a_png(report, tmp_path):
    draw_report(tmp_path / "report.png", report)
    assert (tmp_path / "report.png").read_bytes().startswith(b"\x89PNG")
    assert list(tmp_path.iterdir()) == [tmp_path / "report.png"]
