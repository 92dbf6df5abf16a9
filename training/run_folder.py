"""The run folder: everything that one training did, in plain files.

run.json         plan, command lines, the corpus with each file's sha256, versions, minutes, best epoch
vocabulary.json  the tokens in the order of their ids
pieces.json      each piece's token ids, and whether it was held out: all that evaluation needs
seeds.json       the first window of a few training pieces, each event as its MIDI note numbers
corpus.txt       what was read, for people
history.csv      the losses of each epoch; history.png draws them
best.weights.h5  the weights of the best epoch, and the optimizer then
last.keras       network and optimizer after the last epoch, to resume from
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from presets.errors import SegueError
from presets.vocabulary import Vocabulary
from training.atomic import write_text
from training.corpus import Corpus
from training.piece import Piece, collect_vocabulary, split_pieces
from training.plan import Plan

FORMAT = 1
SEEDS = 8


class RunError(SegueError):
    """A run folder is not there, is there already, or belongs to another training."""


@dataclass(frozen=True, slots=True)
class Row:
    """A piece as the network sees it.

    Attributes:
        name: of its file in the corpus.
        held_out: whether the network never trains on it.
        ids: its tokens.
    """

    name: str
    held_out: bool
    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """A run folder that is there.

    Attributes:
        path: the folder.
        plan: what it trains.
        vocabulary: of the whole corpus.
        rows: its pieces.
    """

    path: Path
    plan: Plan
    vocabulary: Vocabulary
    rows: tuple[Row, ...]

    @property
    def facts_path(self) -> Path:
        """What was done: `facts` reads it, `add_facts` adds to it."""
        return self.path / "run.json"

    @property
    def history_path(self) -> Path:
        """The losses of each epoch."""
        return self.path / "history.csv"

    @property
    def plot_path(self) -> Path:
        """The losses of each epoch, drawn."""
        return self.path / "history.png"

    @property
    def best_path(self) -> Path:
        """The weights of the best epoch, in Keras's form."""
        return self.path / "best.weights.h5"

    @property
    def last_path(self) -> Path:
        """Network and optimizer after the last epoch, in Keras's form."""
        return self.path / "last.keras"

    @property
    def training_rows(self) -> list[tuple[int, ...]]:
        """The ids of each piece that is trained on."""
        return [row.ids for row in self.rows if not row.held_out]

    @property
    def held_out_rows(self) -> list[tuple[int, ...]]:
        """The ids of each piece that is held out."""
        return [row.ids for row in self.rows if row.held_out]

    def facts(self) -> dict[str, Any]:
        """Read run.json."""
        value: dict[str, Any] = json.loads(self.facts_path.read_text(encoding="utf-8"))
        return value

    def add_facts(self, **facts: Any) -> None:
        """Add to run.json, or replace what it says."""
        write_text(self.facts_path, _pretty({**self.facts(), **facts}))

    def seeds(self) -> list[list[tuple[int, ...]]]:
        """Read the seeds: windows of events, each event the MIDI note numbers that were struck."""
        windows = json.loads((self.path / "seeds.json").read_text(encoding="utf-8"))
        return [[tuple(notes) for notes in window] for window in windows]

    @staticmethod
    def exists(path: Path) -> bool:
        """Return whether there is a run in the folder."""
        return (path / "run.json").exists()

    @classmethod
    def check_new(cls, path: Path) -> None:
        """Refuse a place where something is already.

        Raises:
            RunError: if a run is there, or anything else but an empty folder.
        """
        if cls.exists(path):
            raise RunError(
                f"a run folder is never overwritten, and {str(path)!r} holds a run: continue it with "
                "--resume, or choose another folder with --run"
            )
        if path.exists() and (not path.is_dir() or any(path.iterdir())):
            raise RunError(
                f"a run folder must be new or empty, and {str(path)!r} is neither: choose another with --run"
            )

    @classmethod
    def create(cls, path: Path, plan: Plan, corpus: Corpus, command: str) -> Self:
        """Make the folder of a new run.

        Raises:
            RunError: if a run is there already, or the corpus is too small for the plan's window.
        """
        cls.check_new(path)
        training, held_out = split_pieces(list(corpus.pieces))
        tokens = sum(map(len, training))
        if tokens < plan.window + 2:
            raise RunError(
                f"a corpus must have at least {plan.window + 2} tokens to train on a window of "
                f"{plan.window}, got {tokens} in {len(training)} pieces: add files, or choose a "
                "shorter --window"
            )
        vocabulary = collect_vocabulary(corpus.pieces)
        names_held_out = {piece.name for piece in held_out}
        rows = tuple(
            Row(piece.name, piece.name in names_held_out, tuple(map(vocabulary.id_of, piece.tokens)))
            for piece in corpus.pieces
        )
        run = cls(path, plan, vocabulary, rows)
        path.mkdir(parents=True, exist_ok=True)
        write_text(path / "vocabulary.json", _one_a_line(vocabulary.to_json()))
        write_text(path / "pieces.json", _one_a_line([asdict(row) for row in rows]))
        write_text(path / "seeds.json", _one_a_line(_choose_seeds(training, plan.window)))
        write_text(path / "corpus.txt", _describe(corpus, vocabulary, names_held_out))
        # The last, so that a folder with run.json is whole.
        facts = {
            "format": FORMAT,
            "plan": plan.to_json(),
            "commands": [command],
            "corpus": {
                **asdict(corpus.source),
                "digest": corpus.digest,
                "files": {piece.name: piece.sha256 for piece in corpus.pieces},
                "unreadable": dict(corpus.unreadable),
                "held_out": sorted(names_held_out),
                "tokens": len(corpus),
                "training_tokens": tokens,
                "classes": len(vocabulary),
            },
        }
        write_text(run.facts_path, _pretty(facts))
        return run

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the folder of a run.

        Raises:
            RunError: if there is none.
        """
        try:
            facts = json.loads((path / "run.json").read_text(encoding="utf-8"))
            if facts["format"] != FORMAT:
                raise RunError(
                    f"this segue reads run folders of format {FORMAT}, got {facts['format']!r} in "
                    f"{str(path)!r}: train again"
                )
            rows = json.loads((path / "pieces.json").read_text(encoding="utf-8"))
            return cls(
                path,
                Plan.from_json(facts["plan"]),
                Vocabulary.from_json(json.loads((path / "vocabulary.json").read_text(encoding="utf-8"))),
                tuple(Row(row["name"], row["held_out"], tuple(row["ids"])) for row in rows),
            )
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise RunError(
                f"a run folder must be as `segue train` made it, got {str(path)!r}, where something is "
                f"missing or changed ({type(error).__name__}: {error})"
            ) from error

    def check_same(self, plan: Plan, corpus: Corpus) -> None:
        """Refuse to resume with another plan or corpus.

        Raises:
            RunError: naming what differs.
        """
        was, now = self.plan.to_json(), plan.to_json()
        differing = [f"its {key} is {was[key]!r}, got {now[key]!r}" for key in was if was[key] != now[key]]
        if self.facts()["corpus"]["digest"] != corpus.digest:
            differing.append("its corpus had other files")
        if differing:
            raise RunError(
                f"a run is resumed with what it began with: of {str(self.path)!r}, {'; '.join(differing)}: "
                "resume with the same, or choose another folder with --run"
            )


def _choose_seeds(training: Sequence[Piece], window: int) -> list[list[list[int]]]:
    """Return the beginnings of up to eight pieces, spread over the corpus; of short pieces, joined, one."""
    long = [piece for piece in training if len(piece) >= window]
    if not long:
        voicings = [voicing for piece in training for voicing in piece.voicings]
        return [[list(notes) for notes in voicings[:window]]]
    count = min(SEEDS, len(long))
    chosen = [long[index * len(long) // count] for index in range(count)]
    return [[list(notes) for notes in piece.voicings[:window]] for piece in chosen]


def _describe(corpus: Corpus, vocabulary: Vocabulary, held_out: set[str]) -> str:
    lines = [
        f"{len(corpus.pieces)} pieces, {len(corpus)} tokens, {len(vocabulary)} classes; "
        f"{len(held_out)} pieces held out; {len(corpus.unreadable)} files left out",
        "",
        *(f"{len(p):8} tokens  {p.name}{'  (held out)' * (p.name in held_out)}" for p in corpus.pieces),
        *(f"       left out  {name}: {reason}" for name, reason in corpus.unreadable),
    ]
    return "\n".join(lines) + "\n"


def _pretty(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _one_a_line(rows: Sequence[Any]) -> str:
    return "[\n" + ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows) + "\n]\n"
