"""The training examples of a score network, batch by batch."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import keras
import numpy as np

from presets.music.encoding import encode
from training.runs.examples import Batch
from training.runs.run_folder import RunError
from training.score.learning.batches import ScoreBatch, plain_batches, training_batches
from training.score.learning.network import SLOT_CLASSES, build_network
from training.score.learning.plan import ScorePlan
from training.score.learning.stream import Stream, join
from training.score.reading.piece import ScorePiece


class ScoreExamples:
    """The training and validation pieces of a run; a `training.runs.examples.Examples`.

    Args:
        plan: the plan of the training.
        training: training pieces, at least one.
        validation: pieces that decide which epoch is best; may be empty.
        parts: the number of parts of the future preset.
        start: the weights to begin with; None for fresh ones.
    """

    def __init__(
        self,
        plan: ScorePlan,
        training: Sequence[ScorePiece],
        validation: Sequence[ScorePiece],
        parts: int,
        start: Path | None = None,
    ) -> None:
        self._plan = plan
        self._start = start
        self._parts = parts
        self._training = stream_of(training, parts)
        self._validation = stream_of(validation, parts) if validation else None

    @property
    def updates(self) -> int:
        """Updates in an epoch."""
        return -(-max(1, len(self._training.blank) // self._plan.window) // self._plan.batch)

    @property
    def targets(self) -> int:
        """Maximum number of events that an epoch predicts; blank rows before pieces count as events here."""
        return max(1, len(self._training.blank) // self._plan.window) * self._plan.window

    def new_network(self) -> keras.Model:
        """Return the compiled network; the plan's seed fixes its initial weights, if it does not go on.

        Raises:
            RunError: if the weights to begin with are damaged.
        """
        keras.utils.set_random_seed(self._plan.rng_seed)
        recipe = self._plan.recipe
        network = build_network(recipe, self._parts).training
        if self._start is not None:
            try:
                network.load_weights(self._start)
            except (OSError, ValueError) as error:
                raise RunError(
                    f"the weights {self._start.as_posix()!r} to go on from are damaged: {error}; train again "
                    "in another folder, with --from"
                ) from error
        schedule = keras.optimizers.schedules.CosineDecay(
            self._plan.learning_rate, self._plan.epochs * self.updates
        )
        network.compile(
            optimizer=keras.optimizers.Adam(schedule, clipnorm=recipe.clip_norm),
            loss={
                field: keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction="sum")
                for field in network.output
            },
        )
        return network

    def epoch(self, number: int) -> Iterator[Batch]:
        """Yield the batches of an epoch: rows cut at a new offset, in a new order, each in a random key."""
        rng = np.random.default_rng((self._plan.rng_seed, number))
        examples = training_batches(self._training, self._plan.window, self._plan.batch, rng)
        return map(batch_of, examples)

    def held_out(self) -> Iterable[Batch]:
        """Return the batches of the validation pieces, in their original keys."""
        if self._validation is None:
            return ()
        return map(batch_of, plain_batches(self._validation, self._plan.window, self._plan.batch))


def stream_of(pieces: Sequence[ScorePiece], parts: int) -> Stream:
    """Return pieces as one stream of encoded events."""
    return join([encode(piece.events, piece.positions, parts) for piece in pieces])


def batch_of(examples: ScoreBatch) -> Batch:
    """Return examples in the form that Keras takes; the sum of the weighted losses is nats per event."""
    inputs, slots, targets, counts = examples
    count = max(1.0, float(counts.sum()))
    # The weight is 0 for blank rows, for padding, and for the duration and velocity of a STOP.
    slot_counts = counts.ravel()[slots.event] / count
    return Batch(
        inputs={
            **inputs,
            **{name: getattr(slots, name) for name in ("below", *SLOT_CLASSES)},
        },
        targets={
            "ioi": targets.ioi.reshape(counts.shape).astype(np.int32),
            "note": slots.symbol,
            "duration": slots.duration,
            "velocity": slots.velocity,
        },
        weights={
            "ioi": counts / count,
            "note": slots.predicted * slot_counts,
            "duration": slots.notes * slot_counts,
            "velocity": slots.notes * slot_counts,
        },
        count=int(counts.sum()),
    )
