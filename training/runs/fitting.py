"""Fitting a network: epoch by epoch, each one kept, so that nothing is lost by stopping."""

import math
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from typing import Literal, Protocol

import keras

from presets.atomic import replacing
from training.runs.examples import Batch, Examples
from training.runs.history import Epoch, best_epoch, draw_history, read_history, write_history
from training.runs.interrupt import deferred_interrupt
from training.runs.run_folder import Run, RunError

Ending = Literal["epochs", "patience", "minutes", "interrupted"]
"""Why a fitting ended: all epochs done, no better one in sight, the time was up, or Ctrl-C."""


class Audience(Protocol):
    """Who is told how the fitting goes; called from the fitting thread."""

    def updated(self, epoch: int, loss: float, targets: int, seconds: float) -> None:
        """Hear of an update: mean loss, targets and seconds of this epoch so far."""

    def ended_epoch(self, epoch: Epoch, best: bool) -> None:
        """Hear of a finished epoch, and whether it is the best so far."""


def fit(
    run: Run,
    examples: Examples,
    epochs: int,
    minutes: float,
    audience: Audience,
    clock: Callable[[], float] = time.monotonic,
) -> Ending:
    """Train the run's network up to `epochs` in all, from its last checkpoint or from the beginning.

    Each epoch ends with its losses in the history, its weights kept if they are the best so far, and a
    checkpoint to resume from. An interrupted epoch counts for nothing: resuming begins it anew, in the same
    order and with the same dropout.

    Args:
        run: is written to; its plan says when no better epoch is to be hoped for.
        examples: the network and what it learns from.
        epochs: ends when so many are done, those of earlier fittings included.
        minutes: begins no epoch that would not end within so many minutes of this call, judged by the one
            before; the first of a new run always goes on to its end.
        audience: is told how it goes.
        clock: seconds, monotonic.
    """
    began = clock()
    patience = run.plan.patience
    history = read_history(run.history_path)
    if run.last_path.exists():
        try:
            network = keras.saving.load_model(run.last_path)
        except (OSError, ValueError) as error:
            raise RunError(
                f"the checkpoint {run.last_path.as_posix()!r} is not whole: {error}; train anew in another "
                "folder"
            ) from error
        # A crash may fall between the history and the checkpoint: the checkpoint counts.
        history = history[: int(network.optimizer.iterations) // examples.updates]
    else:
        network, history = examples.new_network(), []
    try:
        with deferred_interrupt() as raise_if_interrupted:
            for epoch in range(len(history) + 1, epochs + 1):
                if patience is not None and _epochs_since_best(history) >= patience:
                    return "patience"
                if history and clock() - began + history[-1].seconds > minutes * 60:
                    return "minutes"
                epoch_began = clock()
                loss, per_second = _train_epoch(
                    network, examples, run.plan.rng_seed, epoch, audience, clock, raise_if_interrupted
                )
                held_out_loss = _mean_loss(network, examples.held_out())
                result = Epoch(epoch, loss, held_out_loss, clock() - epoch_began, per_second)
                history.append(result)
                _keep(run, network, history)
                audience.ended_epoch(result, best_epoch(history) is result)
                raise_if_interrupted()
    except KeyboardInterrupt:
        return "interrupted"
    return "epochs"


def _keep(run: Run, network: keras.Model, history: Sequence[Epoch]) -> None:
    """Write what the epoch gave."""
    best = best_epoch(history)
    assert best is not None
    with ExitStack() as stack:
        # All are written before any is put in place: a full disk leaves the epoch before, whole.
        last = stack.enter_context(replacing(run.last_path))
        if best is history[-1]:
            network.save_weights(stack.enter_context(replacing(run.best_path)))
        network.save(last)
        write_history(run.history_path, history)
    run.add_facts(
        epochs=len(history),
        best_epoch=best.epoch,
        minutes_trained=round(sum(epoch.seconds for epoch in history) / 60, 1),
    )
    draw_history(run.plot_path, history, run.unit)


def _epochs_since_best(history: Sequence[Epoch]) -> int:
    best = best_epoch(history)
    return len(history) - best.epoch if best else 0


def _train_epoch(
    network: keras.Model,
    examples: Examples,
    rng_seed: int,
    epoch: int,
    audience: Audience,
    clock: Callable[[], float],
    raise_if_interrupted: Callable[[], None],
) -> tuple[float, float]:
    """Return the mean loss of the epoch's targets, and how many of them were learnt from a second."""
    began, loss, done = clock(), 0.0, 0
    for variable in network.variables:
        if variable.name == "seed_generator_state":
            # Checkpoints do not hold the state of dropout; so a resumed run goes on as if uninterrupted.
            variable.assign((rng_seed, epoch))
    for batch in examples.epoch(epoch):
        network.reset_metrics()
        given = network.train_on_batch(batch.inputs, batch.targets, batch.weights, return_dict=True)
        loss += float(given["loss"]) * batch.count
        done += batch.count
        audience.updated(epoch, loss / done, done, clock() - began)
        raise_if_interrupted()
    return loss / done, done / max(clock() - began, 1e-9)


def _mean_loss(network: keras.Model, batches: Iterable[Batch]) -> float:
    """Return the mean loss over all targets, without dropout; nan of none."""
    loss, done = 0.0, 0
    for batch in batches:
        network.reset_metrics()
        given = network.test_on_batch(batch.inputs, batch.targets, batch.weights, return_dict=True)
        loss += float(given["loss"]) * batch.count
        done += batch.count
    return loss / done if done else math.nan
