"""The run folder of a network of the articles.

vocabulary.json  the tokens in the order of their ids
pieces.json      the token ids of each piece, and whether the piece was held out
seeds.json       the first window of a few training pieces, with each event as its MIDI note numbers
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from presets.counting import count_of
from presets.music.vocabulary import Vocabulary
from training.classic.piece import ClassicPiece, collect_vocabulary, split_pieces
from training.classic.plan import ClassicPlan, ClassicRecipe
from training.corpus.reading import Corpus
from training.runs.run_folder import SEEDS, Run, RunError, describe_corpus, read_json, spread


@dataclass(frozen=True, slots=True)
class Row:
    """A piece as the network sees it.

    Attributes:
        name: the name of its file in the corpus.
        held_out: whether the piece is kept out of training.
        ids: its token ids.
    """

    name: str
    held_out: bool
    ids: tuple[int, ...]


@dataclass(frozen=True)
class ClassicRun(Run):
    """A run folder of a network of the articles.

    Attributes:
        path: the folder.
        plan: the plan of the training.
        vocabulary: the vocabulary of the whole corpus.
        rows: its pieces.
    """

    kind = ClassicRecipe.kind
    unit = "token"

    plan: ClassicPlan
    vocabulary: Vocabulary
    rows: tuple[Row, ...]

    @property
    def training_rows(self) -> list[tuple[int, ...]]:
        """The ids of each training piece."""
        return [row.ids for row in self.rows if not row.held_out]

    @property
    def held_out_rows(self) -> list[tuple[int, ...]]:
        """The ids of each held-out piece."""
        return [row.ids for row in self.rows if row.held_out]

    def seeds(self) -> list[list[tuple[int, ...]]]:
        """Read the seeds: windows of events; an event is the MIDI note numbers that were played."""
        return [[tuple(notes) for notes in window] for window in read_json(self.path / "seeds.json")]

    def summary(self) -> str:
        """Return one sentence with the size of the corpus, of the training part and of the held-out part."""
        return (
            f"{self._size()}; training on {sum(map(len, self.training_rows))} tokens, "
            f"{count_of(len(self.held_out_rows), 'piece')} held out"
        )

    def _size(self) -> str:
        tokens = sum(len(row.ids) for row in self.rows)
        return f"{count_of(len(self.rows), 'piece')}, {tokens} tokens, {len(self.vocabulary)} classes"

    @classmethod
    def create(
        cls,
        path: Path,
        plan: ClassicPlan,
        corpus: Corpus[ClassicPiece],
        command: str,
        start: Self | None = None,
    ) -> Self:
        """Create the folder of a new run; there is never a `start`.

        Raises:
            RunError: if the folder exists and is not empty, or if the corpus is too small for the plan's
                window.
        """
        cls.check_new(path)
        training, held_out = split_pieces(list(corpus.pieces))
        tokens = sum(map(len, training))
        if tokens < plan.window + 2:
            raise RunError(
                f"a corpus must have at least {plan.window + 2} tokens to train on a window of "
                f"{plan.window}, got {tokens} in {count_of(len(training), 'piece')}: add files, or "
                "choose a shorter --window"
            )
        vocabulary = collect_vocabulary(corpus.pieces)
        names = {piece.name for piece in held_out}
        rows = tuple(
            Row(piece.name, piece.name in names, tuple(map(vocabulary.id_of, piece.tokens)))
            for piece in corpus.pieces
        )
        run = cls(path, plan, vocabulary, rows)
        held_out_pieces, left_out = count_of(len(names), "piece"), count_of(len(corpus.unreadable), "file")
        heading = f"{run._size()}; {held_out_pieces} held out; {left_out} left out"
        run._write(
            corpus,
            command,
            rows={
                "vocabulary.json": vocabulary.to_json(),
                "pieces.json": [asdict(row) for row in rows],
                "seeds.json": _choose_seeds(training, plan.window),
            },
            report=describe_corpus(corpus, cls.unit, heading, dict.fromkeys(names, "held out")),
            facts={
                "held_out": sorted(names),
                "tokens": len(corpus),
                "training_tokens": tokens,
                "classes": len(vocabulary),
            },
        )
        return run

    @classmethod
    def _open(cls, path: Path, facts: Mapping[str, Any]) -> Self:
        plan = ClassicPlan.from_json(facts["plan"])
        vocabulary = Vocabulary.from_json(read_json(path / "vocabulary.json"))
        rows = read_json(path / "pieces.json")
        return cls(
            path,
            plan,
            vocabulary,
            tuple(Row(row["name"], row["held_out"], tuple(row["ids"])) for row in rows),
        )


def _choose_seeds(training: Sequence[ClassicPiece], window: int) -> list[list[list[int]]]:
    """Return the beginnings of up to eight pieces, spread over the corpus; else one seed of all joined."""
    long = [piece for piece in training if len(piece) >= window]
    if not long:
        voicings = [voicing for piece in training for voicing in piece.voicings]
        return [[list(notes) for notes in voicings[:window]]]
    return [[list(notes) for notes in piece.voicings[:window]] for piece in spread(long, SEEDS)]
