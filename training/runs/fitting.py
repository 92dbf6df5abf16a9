"""Fit a network epoch by epoch. Each epoch is saved, so stopping loses only the epoch in progress."""

import math
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from itertools import chain
from typing import Literal, Protocol

import keras
import numpy as np

from presets.atomic import replacing
from training.runs.examples import Batch, Examples
from training.runs.history import Epoch, best_epoch, draw_history, read_history, write_history
from training.runs.interrupt import deferred_interrupt
from training.runs.run_folder import Run, RunError

Ending = Literal["epochs", "patience", "minutes", "interrupted"]
"""Why fitting ended: all epochs done, no improvement for too long, the time was up, or Ctrl-C."""


class Audience(Protocol):
    """Listens to the progress of fitting; called from the fitting thread."""

    def updated(self, epoch: int, loss: float, targets: int, seconds: float) -> None:
        """Receive the state after an update: mean loss, targets and seconds of this epoch so far."""

    def ended_epoch(self, epoch: Epoch, best: bool) -> None:
        """Receive a finished epoch, and whether it is the best so far."""


def fit(
    run: Run,
    examples: Examples,
    epochs: int,
    minutes: float,
    audience: Audience,
    clock: Callable[[], float] = time.monotonic,
) -> Ending:
    """Train the run's network up to a total of `epochs`, from its last checkpoint or from the beginning.

    After each epoch, this function adds its losses to the history, saves its weights if they are the best so
    far, and writes a checkpoint to resume from. An interrupted epoch is lost: resuming starts it again, with
    the same order and the same dropout.

    Args:
        run: the run folder to write to; its plan sets the patience.
        examples: the network and its training examples.
        epochs: the total number of epochs, including those of earlier calls.
        minutes: start no epoch that would end later than this many minutes after the call, judging by the
            length of the previous epoch. The first epoch of a new run always runs to its end.
        audience: receives the progress.
        clock: returns seconds, monotonic.

    Raises:
        RunError: if the checkpoint cannot be read.
    """
    began = clock()
    patience = run.plan.patience
    history = read_history(run.history_path)
    if run.last_path.exists():
        try:
            network = keras.saving.load_model(run.last_path)
        except (OSError, ValueError) as error:
            raise RunError(
                f"the checkpoint {run.last_path.as_posix()!r} is damaged: {error}; start again in another "
                "folder"
            ) from error
        # After a crash between writing the history and the checkpoint, the checkpoint is right.
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
    """Save the last epoch: weights, checkpoint, history, and the facts of the run."""
    best = best_epoch(history)
    assert best is not None
    with ExitStack() as stack:
        # Write every file before putting any in place: a full disk then leaves the previous epoch intact.
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
    """Return the mean loss of the epoch's targets, and the targets per second."""
    began, loss, done = clock(), 0.0, 0
    batches = iter(examples.epoch(epoch))
    first = next(batches)
    if network.train_function is None:
        _build(network, first)
    for variable in network.variables:
        if variable.name == "seed_generator_state":
            # Checkpoints do not hold dropout's random state. Set here, a resumed run equals an unbroken one.
            variable.assign((rng_seed, epoch))
    for batch in chain((first,), batches):
        network.reset_metrics()
        given = network.train_on_batch(batch.inputs, batch.targets, batch.weights, return_dict=True)
        loss += float(given["loss"]) * batch.count
        done += batch.count
        audience.updated(epoch, loss / done, done, clock() - began)
        raise_if_interrupted()
    return loss / done, done / max(clock() - began, 1e-9)


def _build(network: keras.Model, batch: Batch) -> None:
    """Create the variables of an update, which Keras otherwise creates in the first one.

    TensorFlow traces an update that creates variables twice, which takes seconds.
    """
    network.optimizer.build(network.trainable_variables)
    blank = keras.tree.map_structure(
        lambda target, output: np.zeros((*np.shape(target), output.shape[-1]), np.float32),
        batch.targets,
        network.output,
    )
    network.compute_loss(batch.inputs, batch.targets, blank, batch.weights)


def _mean_loss(network: keras.Model, batches: Iterable[Batch]) -> float:
    """Return the mean loss over all targets, without dropout; nan if there are no targets."""
    loss, done = 0.0, 0
    for batch in batches:
        network.reset_metrics()
        given = network.test_on_batch(batch.inputs, batch.targets, batch.weights, return_dict=True)
        loss += float(given["loss"]) * batch.count
        done += batch.count
    return loss / done if done else math.nan
