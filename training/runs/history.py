"""The losses of each epoch, as a CSV table and as a picture."""

import csv
import io
import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from matplotlib.figure import Figure

from presets.atomic import replacing, write_text


@dataclass(frozen=True, slots=True)
class Epoch:
    """One pass over the training pieces.

    Attributes:
        epoch: from 1.
        loss: mean over the epoch's targets while training (with dropout), in nats per token or per event.
        held_out_loss: the same on the held-out pieces after the epoch (without dropout); nan if no pieces are
            held out.
        seconds: how long the epoch took, including the held-out pieces.
        events_per_second: training targets per second.
    """

    epoch: int
    loss: float
    held_out_loss: float
    seconds: float
    events_per_second: float

    @property
    def score(self) -> float:
        """The loss that decides which epoch is best: held-out, or training if no pieces are held out."""
        return self.loss if math.isnan(self.held_out_loss) else self.held_out_loss


def best_epoch(history: Sequence[Epoch]) -> Epoch | None:
    """Return the epoch with the lowest score, the earliest if several tie; None if there are no epochs."""
    return min(history, key=lambda epoch: epoch.score, default=None)


def write_history(path: Path, history: Sequence[Epoch]) -> None:
    """Write the epochs as CSV with a header."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(field.name for field in fields(Epoch))
    rows.writerows(astuple(epoch) for epoch in history)
    write_text(path, text.getvalue())


def read_history(path: Path) -> list[Epoch]:
    """Read what `write_history` wrote; an empty list for a run that has not finished an epoch."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Epoch(int(row["epoch"]), *(float(row[field.name]) for field in fields(Epoch)[1:]))
            for row in csv.DictReader(file)
        ]


def draw_history(path: Path, history: Sequence[Epoch], unit: str) -> None:
    """Draw both losses over the epochs, in bits per unit ("token" or "event"), as a PNG."""
    figure = Figure(figsize=(8, 4.5), layout="constrained")
    axes = figure.add_subplot(xlabel="epoch", ylabel=f"loss, bits per {unit}")
    epochs = [epoch.epoch for epoch in history]
    axes.plot(epochs, [epoch.loss / math.log(2) for epoch in history], label="training (with dropout)")
    if not math.isnan(history[-1].held_out_loss):
        axes.plot(epochs, [epoch.held_out_loss / math.log(2) for epoch in history], label="held-out pieces")
        best = best_epoch(history)
        assert best is not None
        axes.axvline(best.epoch, color="grey", linewidth=0.8, label=f"best: epoch {best.epoch}")
    axes.grid(alpha=0.3)
    axes.legend()
    with replacing(path) as scratch:
        figure.savefig(scratch)
