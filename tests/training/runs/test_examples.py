import math

import pytest

from tests.training.still import StillExamples, StillPlan, StillRun, still_run
from training.runs.fitting import fit
from training.runs.history import read_history
from training.runs.run_folder import RunError

pytestmark = pytest.mark.studio


class Nobody:
    def updated(self, *_: object) -> None:
        pass

    def ended_epoch(self, *_: object) -> None:
        pass


def test_a_loss_is_a_mean_over_targets_and_not_over_batches(tmp_path):
    run = still_run(tmp_path)
    fit(run, StillExamples(2.0, 4.0), 1, math.inf, Nobody())
    [epoch] = read_history(run.history_path)
    assert epoch.loss == pytest.approx((1 + 3 * 9) / 4)
    assert epoch.held_out_loss == pytest.approx((4 + 16) / 2)


def test_where_nothing_is_held_out_there_is_no_loss_of_it(tmp_path):
    run = still_run(tmp_path)
    fit(run, StillExamples(), 1, math.inf, Nobody())
    assert math.isnan(read_history(run.history_path)[0].held_out_loss)


def test_patience_ends_what_does_not_get_better(tmp_path):
    run, examples = still_run(tmp_path, StillPlan(patience=2)), StillExamples(2.0)
    assert fit(run, examples, 9, math.inf, Nobody()) == "patience"
    assert examples.trained == [1, 2, 3]  # the first is the best; two more were hoped for
    assert run.facts()["best_epoch"] == 1
    assert fit(StillRun.open(run.path), examples, 9, math.inf, Nobody()) == "patience"
    assert examples.trained == [1, 2, 3]


def test_without_patience_it_goes_on_to_the_end(tmp_path):
    examples = StillExamples(2.0)
    assert fit(still_run(tmp_path), examples, 4, math.inf, Nobody()) == "epochs"
    assert examples.trained == [1, 2, 3, 4]


def test_a_run_is_opened_by_its_own_kind(tmp_path):
    run = still_run(tmp_path)
    facts = run.facts()
    run.add_facts(family="other", plan={"recipe": {"name": "another"}})
    with pytest.raises(
        RunError,
        match=r"^this needs a run of the kind 'still', got one of the kind 'other' in '.*run': choose",
    ):
        StillRun.open(run.path)
    run.add_facts(**facts)
    assert StillRun.open(run.path) == run
