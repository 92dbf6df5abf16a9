import dataclasses

import keras
import numpy as np
import pytest

from presets.bundles.settings import Meter
from presets.music.encoding import BEAT, DURATIONS, IOIS, KEYS, VELOCITIES, encode
from presets.music.event import PPQ, Event, Note
from training.runs.examples import Batch
from training.score.learning.batches import make_batch
from training.score.learning.examples import ScoreExamples, batch_of
from training.score.learning.network import ScoreNetwork, build_network
from training.score.learning.plan import ScorePlan, ScoreRecipe
from training.score.learning.shared_heads import CHANNELS
from training.score.learning.stream import join
from training.score.reading.piece import ScorePiece

TINY = dataclasses.replace(
    ScoreRecipe("score"), lstm_units=16, event_units=12, head_units=16, dropout=0.0, batch=4
)


def melody(name: str, length: int, parts: int = 1) -> ScorePiece:
    steps = (0, 4, 7, 12, 7, 4)
    events = tuple(
        Event.of(
            PPQ // 2 if i else 0,
            [
                Note(60 + steps[i % 6], PPQ // 2, 64, part=parts - 1),
                *([Note(48, PPQ, 50)] if i % 3 == 0 else []),
            ],
        )
        for i in range(length)
    )
    return ScorePiece(name, name, events, (BEAT,) * length, 120.0, Meter())


def whole(piece: ScorePiece, parts: int) -> Batch:
    stream = join([encode(piece.events, piece.positions, parts)])
    return batch_of(make_batch(stream, np.arange(len(stream.blank))[np.newaxis], None))


@pytest.fixture(scope="module", params=[1, 2])
def parts(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture(scope="module")
def network(parts: int) -> ScoreNetwork:
    keras.utils.set_random_seed(1)
    return build_network(TINY, parts)


def test_the_default_network_weighs_no_more_than_seven_megabytes() -> None:
    assert build_network(ScoreRecipe("score"), 1).training.count_params() == 1_692_268


def test_the_logits_have_the_classes_of_the_encoding(network: ScoreNetwork, parts: int) -> None:
    batch = whole(melody("a", 20, parts), parts)
    logits = network.training.predict_on_batch(batch.inputs)
    slots = batch.inputs["symbol"].shape[1]
    assert {field: values.shape for field, values in logits.items()} == {
        "ioi": (1, 20, IOIS),
        "note": (1, slots, parts * KEYS + 1),
        "duration": (1, slots, len(DURATIONS)),
        "velocity": (1, slots, VELOCITIES),
    }


def test_no_note_comes_that_was_told_or_passed_by_and_no_event_begins_with_stop(
    network: ScoreNetwork, parts: int
) -> None:
    batch = whole(melody("a", 20, parts), parts)
    logits = network.training.predict_on_batch(batch.inputs)["note"][0]
    for below, row, told in zip(batch.inputs["below"][0], logits, batch.weights["note"][0], strict=True):
        if told:
            highest = np.flatnonzero(below).max() if below.any() else -1
            assert (row[: highest + 1] < -1e8).all()
            assert (row[highest + 1 : -1] > -1e8).all()
            assert (row[-1] > -1e8) == below.any()


def test_step_by_step_says_what_the_whole_row_says(network: ScoreNetwork, parts: int) -> None:
    batch = whole(melody("a", 20, parts), parts)
    at_once = network.training.predict_on_batch(batch.inputs)
    state = np.zeros((1, 4, TINY.lstm_units), dtype=np.float32)
    for place in range(20):
        row = {name: values[:, place] for name, values in batch.inputs.items() if values.shape[1] == 20}
        hidden, state = network.trunk.predict_on_batch([row["events"][:, np.newaxis], state])
        row["hidden"] = hidden[:, 0]
        ioi = step(network.rhythm, row)
        np.testing.assert_allclose(ioi, at_once["ioi"][:, place], atol=1e-5)
        context, keyboard = step(network.context, row)
        of_event = (batch.inputs["event"][0] == place) & (batch.weights["note"][0] > 0)
        for slot in np.flatnonzero(of_event):
            given = {name: values[:, slot] for name, values in batch.inputs.items() if values.shape[1] != 20}
            key = keyboard.reshape(1, KEYS, CHANNELS)[:, int(given["symbol"][0]) % KEYS]
            given |= {"context": context, "keyboard": keyboard, "key": key}
            for field in ("note", "duration", "velocity"):
                found = step(getattr(network, field), given)
                np.testing.assert_allclose(found, at_once[field][:, slot], atol=1e-5, rtol=1e-5)


def step(form: keras.Model, given):
    """Return what one form says, of all that is known."""
    return form.predict_on_batch([given[tensor.name] for tensor in form.inputs])


@pytest.fixture(scope="module")
def learnt() -> tuple[ScoreExamples, keras.Model, list[float]]:
    """A course of one melody, a network that has heard it thirty times, and its losses."""
    recipe = dataclasses.replace(TINY, learning_rate=2e-2)
    examples = ScoreExamples(ScorePlan(recipe, epochs=30, window=16), [melody("a", 64)], [], 1)
    network = examples.new_network()
    losses = []
    for epoch in range(1, 31):
        for batch in examples.epoch(epoch):
            network.reset_metrics()
            given = network.train_on_batch(batch.inputs, batch.targets, batch.weights, return_dict=True)
            losses.append(given["loss"])
    return examples, network, losses


@pytest.mark.slow
def test_dropout_aside_a_network_learns_a_melody_by_heart(learnt) -> None:
    _, _, losses = learnt
    # From the surprise of 385 intervals, 89 symbols, 40 durations and 32 velocities a note to little more
    # than that of the key, which each row has of its own.
    assert losses[-1] < losses[0] / 4


def test_the_loss_is_the_sum_of_its_fields_in_nats_an_event(learnt) -> None:
    examples, network, _ = learnt
    batch = next(examples.epoch(1))
    network.reset_metrics()
    found = network.test_on_batch(batch.inputs, batch.targets, sample_weight=batch.weights, return_dict=True)
    logits = network.predict_on_batch(batch.inputs)
    total = 0.0
    for field, values in logits.items():
        exact = values.astype(np.float64)
        exact -= exact.max(axis=-1, keepdims=True)
        logs = exact - np.log(np.exp(exact).sum(axis=-1, keepdims=True))
        chosen = np.take_along_axis(logs, batch.targets[field][..., np.newaxis], axis=-1)[..., 0]
        counted = batch.weights[field] > 0
        total -= chosen[counted].sum() / batch.count
    assert found["loss"] == pytest.approx(total, rel=1e-4)


def test_the_same_plan_gives_the_same_network_and_the_same_epochs() -> None:
    plan = ScorePlan(TINY, epochs=2, window=16, rng_seed=7)
    one, other = (ScoreExamples(plan, [melody("a", 64)], [], 1) for _ in range(2))
    for mine, yours in zip(one.new_network().get_weights(), other.new_network().get_weights(), strict=True):
        np.testing.assert_array_equal(mine, yours)
    for mine, yours in zip(one.epoch(2), other.epoch(2), strict=True):
        for name in mine.inputs:
            np.testing.assert_array_equal(mine.inputs[name], yours.inputs[name])
    symbols = [next(one.epoch(number)).inputs["symbol"] for number in (1, 2)]
    assert symbols[0].shape != symbols[1].shape or (symbols[0] != symbols[1]).any()


def test_a_course_says_how_many_updates_an_epoch_has() -> None:
    examples = ScoreExamples(ScorePlan(TINY, epochs=1, window=16), [melody("a", 200)], [], 1)
    batches = list(examples.epoch(1))
    assert len(batches) == examples.updates
    assert sum(batch.count for batch in batches) in range(examples.targets - 1, examples.targets + 1)
    assert list(examples.held_out()) == []
