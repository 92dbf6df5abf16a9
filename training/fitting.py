"""Fitting the network: epoch by epoch, each one kept, so that nothing is lost by stopping."""

import math
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Literal, Protocol

import keras
import numpy as np

from training.atomic import replacing
from training.history import Epoch, best_epoch, draw_history, read_history, write_history
from training.interrupt import deferred_interrupt
from training.network import new_network
from training.plan import Plan
from training.run_folder import Run, RunError
from training.transposition import Transposer
from training.windows import Windows, join_pieces, windows_with_all_targets, windows_with_last_target

Ending = Literal["epochs", "minutes", "interrupted"]
"""Why a fitting ended: all epochs done, the time was up, or Ctrl-C."""


class Audience(Protocol):
    """Who is told how the fitting goes; called from the fitting thread."""

    def updated(self, epoch: int, loss: float, events: int, seconds: float) -> None:
        """Hear of an update: mean loss, targets and seconds of this epoch so far."""

    def ended_epoch(self, epoch: Epoch, best: bool) -> None:
        """Hear of a finished epoch, and whether it is the best so far."""


def fit(
    run: Run,
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
        run: its plan says how; its folder is written to.
        epochs: ends when so many are done, those of earlier fittings included.
        minutes: begins no epoch that would not end within so many minutes of this call, judged by the one
            before; the first of a new run always goes on to its end.
        audience: is told how it goes.
        clock: seconds, monotonic.
    """
    began = clock()
    plan, classes = run.plan, len(run.vocabulary)
    tokens = sum(map(len, run.training_rows))
    transposer = Transposer(run.vocabulary) if plan.transpose else None
    held_out = _held_out_windows(run)
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
        history = history[: int(network.optimizer.iterations) // _updates(plan, tokens)]
    else:
        network, history = new_network(plan, classes), []
    try:
        with deferred_interrupt() as raise_if_interrupted:
            for epoch in range(len(history) + 1, epochs + 1):
                if history and clock() - began + history[-1].seconds > minutes * 60:
                    return "minutes"
                epoch_began = clock()
                windows = _windows_of_epoch(plan, run.training_rows, transposer, classes, epoch)
                loss, training_seconds = _train_epoch(
                    network, plan, windows, epoch, audience, clock, raise_if_interrupted
                )
                held_out_loss = _mean_loss(network, held_out, plan.batch) if held_out else math.nan
                events_per_second = windows.targets.size / max(training_seconds, 1e-9)
                result = Epoch(epoch, loss, held_out_loss, clock() - epoch_began, events_per_second)
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
    draw_history(run.plot_path, history)


def targets_an_epoch(plan: Plan, tokens: int) -> int:
    """Return how many targets an epoch over so many training tokens has."""
    return _windows_an_epoch(plan, tokens) * (plan.window if plan.targets == "all" else 1)


def _windows_an_epoch(plan: Plan, tokens: int) -> int:
    return (tokens - 1) // plan.window if plan.targets == "all" else tokens - plan.window


def _updates(plan: Plan, tokens: int) -> int:
    """Return the updates of an epoch over so many training tokens."""
    return math.ceil(_windows_an_epoch(plan, tokens) / plan.batch)


def _windows_of_epoch(
    plan: Plan, rows: Sequence[Sequence[int]], transposer: Transposer | None, classes: int, epoch: int
) -> Windows:
    """Return the epoch's windows in their order; the same for the same plan and epoch."""
    rng = np.random.default_rng((plan.rng_seed, epoch))
    ids = join_pieces(transposer.in_random_keys(rows, rng) if transposer else rows)
    if plan.targets == "all":
        offset = int(rng.integers(len(ids)))
        windows = windows_with_all_targets(ids, classes, plan.window, offset)
    else:
        windows = windows_with_last_target(ids, classes, plan.window)
    order = rng.permutation(len(windows.inputs))
    return Windows(windows.inputs[order], windows.targets[order])


def _held_out_windows(run: Run) -> Windows | None:
    """Return the held-out windows, or None if there are no pieces, or too short ones."""
    if sum(map(len, run.held_out_rows)) <= run.plan.window:
        return None
    ids = join_pieces(run.held_out_rows)
    cut = windows_with_all_targets if run.plan.targets == "all" else windows_with_last_target
    return cut(ids, len(run.vocabulary), run.plan.window)


def _train_epoch(
    network: keras.Model,
    plan: Plan,
    windows: Windows,
    epoch: int,
    audience: Audience,
    clock: Callable[[], float],
    raise_if_interrupted: Callable[[], None],
) -> tuple[float, float]:
    """Return the mean loss of the epoch's targets and the seconds that it took."""
    began, loss, done = clock(), 0.0, 0
    for layer in network.layers:
        if isinstance(layer, keras.layers.Dropout) and layer.rate > 0:
            # Checkpoints do not hold the state of dropout; so a resumed run goes on as if uninterrupted.
            layer.seed_generator.state.assign((plan.rng_seed, epoch))
    for first in range(0, len(windows.inputs), plan.batch):
        inputs, targets = (part[first : first + plan.batch] for part in windows)
        network.reset_metrics()
        loss += float(network.train_on_batch(inputs, targets)) * len(inputs)
        done += len(inputs)
        events = done * windows.targets[0].size
        audience.updated(epoch, loss / done, events, clock() - began)
        raise_if_interrupted()
    return loss / done, clock() - began


def _mean_loss(network: keras.Model, windows: Windows, batch: int) -> float:
    """Return the mean loss over all targets, without dropout."""
    loss = 0.0
    for first in range(0, len(windows.inputs), batch):
        inputs, targets = (part[first : first + batch] for part in windows)
        network.reset_metrics()
        loss += float(network.test_on_batch(inputs, targets)) * len(inputs)
    return loss / len(windows.inputs)
