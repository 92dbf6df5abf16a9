"""The screen of a training: a bar with epoch, loss, speed and time left, and a line for each epoch."""

import math
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from training.runs.history import Epoch


class TrainingScreen:
    """The screen of one training; a context manager. Use it from one thread.

    Args:
        console: where to show it.
        epochs: the total number of epochs.
        done: epochs that were done before.
        targets: targets in an epoch.
        unit: what a target is: "token" or "event".
    """

    def __init__(self, console: Console, epochs: int, done: int, targets: int, unit: str) -> None:
        self._console = console
        self._targets = targets
        self._unit = unit
        self._epochs = epochs
        self._held_out = ""
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[measurements]}"),
            TimeRemainingColumn(),
            console=console,
            # Long enough to span an epoch: otherwise the held-out pass at its end looks like a stall.
            speed_estimate_period=120,
        )
        self._task = self._progress.add_task(
            f"epoch {min(done + 1, epochs)}/{epochs}",
            total=epochs * targets,
            completed=done * targets,
            measurements="",
        )

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def updated(self, epoch: int, loss: float, targets: int, seconds: float) -> None:
        """Show the epoch so far."""
        measurements = f"loss {loss:.3f}{self._held_out}, {targets / max(seconds, 1e-9):,.0f} {self._unit}s/s"
        self._progress.update(
            self._task,
            description=f"epoch {epoch}/{self._epochs}",
            completed=(epoch - 1) * self._targets + targets,
            measurements=measurements,
        )

    def ended_epoch(self, epoch: Epoch, best: bool) -> None:
        """Print a line with the results of the epoch."""
        held_out = "" if math.isnan(epoch.held_out_loss) else f", held-out {epoch.held_out_loss:.4f}"
        self._held_out = held_out
        # The epoch may have had a few targets less than predicted.
        self._progress.update(self._task, completed=epoch.epoch * self._targets)
        self._console.print(
            f"epoch {epoch.epoch}/{self._epochs}: loss {epoch.loss:.4f}{held_out}, "
            f"{epoch.events_per_second:,.0f} {self._unit}s/s, {epoch.seconds:.1f} s{', best so far' * best}",
            highlight=False,
        )
