"""The run folder of a score network.

pieces.json  each piece with its events and positions, and its role: train, valid or test
seeds.json   windows of a hundred events from pieces kept out of training, each with its position in the bar
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Self

from presets.bundles.seed import Seed
from presets.counting import count_of
from presets.music.encoding import Position
from presets.music.event import Event
from presets.music.window import Window
from training.corpus.reading import Corpus
from training.runs.plan import Plan
from training.runs.run_folder import Run, RunError, describe_corpus, read_json
from training.score.learning.plan import ScorePlan, ScoreRecipe
from training.score.learning.seeds import choose_seeds
from training.score.reading.layout import Layout, LayoutError, layout_from_toml
from training.score.reading.piece import ScorePiece
from training.score.reading.split import split, versions_of

LEAKS_SHOWN = 12
"""Maximum number of pieces in an error message."""

Role = Literal["train", "valid", "test"]
"""The use of a piece: training, choosing the best epoch, or testing; seeds come from the last two."""


@dataclass(frozen=True)
class ScoreRun(Run):
    """A run folder of a score network.

    Attributes:
        path: the folder.
        plan: the plan of the training.
        layout: how the corpus was read.
        roles: the role of each piece, by name.
        all_pieces: all pieces but the duplicates and what the description leaves out, sorted by name.
    """

    kind = ScoreRecipe.kind
    unit = "event"

    plan: ScorePlan
    layout: Layout
    roles: Mapping[str, Role]
    all_pieces: tuple[ScorePiece, ...]

    @property
    def parts(self) -> int:
        """Number of parts of the future preset, at least one."""
        return max(1, len(self.layout.parts))

    def pieces(self, role: Role) -> list[ScorePiece]:
        """Return the pieces with this role."""
        return [piece for piece in self.all_pieces if self.roles[piece.name] == role]

    @property
    def learnt(self) -> list[ScorePiece]:
        """All pieces that the network has been trained on, also in the runs that this one goes on from."""
        return [piece for run in (self, *self.starts) for piece in run.pieces("train")]

    @property
    def set_aside(self) -> list[ScorePiece]:
        """The pieces that are kept out of training."""
        return [piece for piece in self.all_pieces if self.roles[piece.name] != "train"]

    def seeds(self) -> list[Seed]:
        """Read the seeds."""
        return [
            Seed(Window.of(map(Event.from_json, seed["events"])), Position(*seed["position"]))
            for seed in read_json(self.path / "seeds.json")
        ]

    def summary(self) -> str:
        """Return one sentence with the size of the corpus, of the training part and of the held-out part."""
        events = sum(map(len, self.all_pieces))
        training = self.pieces("train")
        choosing = len(self.pieces("valid"))
        choose = (
            f"{count_of(choosing, 'piece')} to choose the epoch" if choosing else "none to choose the epoch"
        )
        return (
            f"{count_of(len(self.all_pieces), 'piece')}, {events} events, {count_of(self.parts, 'part')}; "
            f"training on {count_of(len(training), 'piece')}, {sum(map(len, training))} events; "
            f"{choose}, {len(self.pieces('test'))} to test"
        )

    @classmethod
    def create(
        cls,
        path: Path,
        plan: ScorePlan,
        corpus: Corpus[ScorePiece],
        command: str,
        start: Self | None = None,
    ) -> Self:
        """Create the folder of a new run; the arguments are those of `Run.create`.

        Raises:
            RunError: if the folder exists and is not empty, if the corpus is too small for the plan's window,
                or if `start` has another network, or has learnt a piece that this run sets aside.
            LayoutError: if the layout of the corpus is wrong, or has a part that no training piece plays.
            SplitError: if a test piece is missing, or if the test pieces leave nothing to train on.
        """
        cls.check_new(path)
        layout = layout_from_toml(corpus.about.layout)
        parted = split(corpus.pieces, layout)
        roles: dict[str, Role] = {
            **dict.fromkeys(parted.train, "train"),
            **dict.fromkeys(parted.valid, "valid"),
            **dict.fromkeys(parted.test, "test"),
        }
        pieces = tuple(piece for piece in corpus.pieces if piece.name in roles)
        run = cls(path, plan, layout, roles, pieces)
        training = run.pieces("train")
        _check_events(training, plan.window)
        _check_parts(training, layout)
        if start is not None:
            _check_network(run, start)
            _check_leaks(run, start)
            run._keep_start(start)
        # A network that starts from a training piece tends to continue it from memory.
        chosen = choose_seeds(run.set_aside or training, training, run.parts)
        run._write(
            corpus,
            command,
            rows={
                "pieces.json": [{"role": roles[piece.name], **piece.to_json()} for piece in pieces],
                "seeds.json": [seed.to_json() for seed in chosen],
            },
            report=describe_corpus(
                corpus,
                cls.unit,
                f"{run.summary()}; left out: {len(parted.duplicates)} duplicates, {len(parted.left_out)} "
                f"pieces by name and {len(corpus.unreadable)} unreadable files\n{parted.rule}",
                {name: role for name, role in roles.items() if role != "train"}
                | {name: f"left out, a duplicate of {kept}" for name, kept in parted.duplicates.items()}
                | dict.fromkeys(
                    parted.left_out, "left out, as the description says, or a version of such a piece"
                ),
            ),
            facts={
                "layout": dict(corpus.about.layout),
                "split": parted.rule,
                "valid": list(parted.valid),
                "test": list(parted.test),
                "duplicates": dict(parted.duplicates),
                "left_out": list(parted.left_out),
                "events": sum(map(len, pieces)),
                "training_events": sum(map(len, training)),
            },
        )
        return run

    @classmethod
    def _open(cls, path: Path, facts: Mapping[str, Any]) -> Self:
        plan = ScorePlan.from_json(facts["plan"])
        layout = layout_from_toml(facts["corpus"]["layout"])
        values = read_json(path / "pieces.json")
        roles = {value["name"]: value["role"] for value in values}
        return cls(path, plan, layout, roles, tuple(map(ScorePiece.from_json, values)))

    def check_same(self, plan: Plan, corpus: Corpus[ScorePiece]) -> None:
        """Check that a resumed run has the same plan and corpus as before.

        Raises:
            RunError: if they differ; it lists the differences, and says why the epochs must stay the same.
        """
        if isinstance(plan, ScorePlan) and plan.epochs != self.plan.epochs:
            planned = self.plan.epochs
            raise RunError(
                f"cannot resume {str(self.path)!r} with other epochs, because the learning rate falls over "
                f"all of them: it was planned for {planned}, got {plan.epochs}: resume with --epochs "
                f"{planned}, or train again in another folder with --run"
            )
        super().check_same(plan, corpus)

    def _other_differences(self, corpus: Corpus[ScorePiece]) -> list[str]:
        same = layout_from_toml(corpus.about.layout) == self.layout
        return [] if same else ["its corpus has another layout"]


def _check_events(training: Sequence[ScorePiece], window: int) -> None:
    """Raise `RunError` if the training pieces do not fill one training row."""
    events = sum(map(len, training))
    if events < window + 1:
        raise RunError(
            f"a corpus must have at least {window + 1} events to train on rows of {window}, "
            f"got {events} in {count_of(len(training), 'piece')}: add files, or choose a shorter --window"
        )


def _check_parts(training: Sequence[ScorePiece], layout: Layout) -> None:
    """Raise `LayoutError` if a part has no notes in the training pieces."""
    heard = {note.part for piece in training for event in piece.events for note in event.notes}
    silent = [part.name for index, part in enumerate(layout.parts) if index not in heard]
    if silent:
        raise LayoutError(
            f"each part of a corpus must have notes to learn from, got none for {silent[0]!r} in "
            f"{count_of(len(training), 'piece')}: correct its `tracks` in the description, or remove the part"
        )


def _check_network(run: ScoreRun, start: ScoreRun) -> None:
    """Raise `RunError` if the networks of two runs differ."""
    if run.parts != start.parts:
        raise RunError(
            f"a run must have as many parts as the one that it goes on from, got {run.parts} and "
            f"{start.parts} in {str(start.path)!r}: describe both corpora with the same parts"
        )
    if run.plan.recipe != start.plan.recipe:
        raise RunError(
            f"a run must have the recipe of the one that it goes on from, and {str(start.path)!r} was made "
            "with another one: train that one again"
        )
    if not start.best_path.exists():
        raise RunError(
            f"a run goes on from one that has finished an epoch, and {str(start.path)!r} has not: continue "
            "that one with `segue train ... --resume`"
        )


def _check_leaks(run: ScoreRun, start: ScoreRun) -> None:
    """Raise `RunError` if `start` has learnt a piece that `run` sets aside."""
    leaks = versions_of(start.learnt, run.set_aside)
    if leaks:
        named = ", ".join(f"{name} ({kept} here)" for name, kept in list(leaks.items())[:LEAKS_SHOWN])
        more = f" and {len(leaks) - LEAKS_SHOWN} more" if len(leaks) > LEAKS_SHOWN else ""
        raise RunError(
            f"{str(start.path)!r} may not have learnt what this corpus keeps for testing or for choosing the "
            f"epoch, got {named}{more}: name them in `leave_out` in the description of its corpus, and train "
            "it again"
        )
