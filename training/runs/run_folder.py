"""The run folder: everything that one training did, in plain files.

run.json         kind (called `family`), plan, command lines, the corpus with each file's sha256, versions,
                 best epoch
pieces.json      each piece as the network sees it, and what it is for: all that evaluation needs
seeds.json       windows of a few pieces, to play on from
corpus.txt       what was read, for people
history.csv      the losses of each epoch; history.png draws them
best.weights.h5  the weights of the best epoch, and the optimizer then
last.keras       network and optimizer after the last epoch, to resume from

A kind of preset may keep more beside these.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, ClassVar, Self, TypeVar

from presets.atomic import write_text
from presets.bundles.kinds import CLASSIC
from presets.errors import SegueError
from training.corpus.reading import Corpus
from training.runs.plan import Plan

FORMAT = 1
SEEDS = 8
"""Seeds of a run, at most."""

T = TypeVar("T")


class RunError(SegueError):
    """A run folder is not there, is there already, or belongs to another training."""


@dataclass(frozen=True)
class Run(ABC):
    """A run folder that is there; each kind of preset has its own.

    Attributes:
        path: the folder.
        plan: what it trains.
    """

    kind: ClassVar[str]
    """Name of the kind of preset that it becomes."""
    unit: ClassVar[str]
    """What its losses are a mean over: "token" or "event"."""

    path: Path
    plan: Plan

    @classmethod
    @abstractmethod
    def create(cls, path: Path, plan: Any, corpus: Corpus[Any], command: str) -> Self:
        """Make the folder of a new run, from a plan and a corpus of its kind.

        Raises:
            RunError: if something is there already, or the corpus is too small for the plan.
        """

    @classmethod
    @abstractmethod
    def _open(cls, path: Path, facts: Mapping[str, Any]) -> Self:
        """Open the folder of a run of this kind; what is raised says what is wrong with it."""

    @abstractmethod
    def summary(self) -> str:
        """Return one sentence of figures: what there is, what is trained on, what is held out."""

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

    def facts(self) -> dict[str, Any]:
        """Read run.json."""
        value: dict[str, Any] = read_json(self.facts_path)
        return value

    def add_facts(self, **facts: Any) -> None:
        """Add to run.json, or replace what it says."""
        write_text(self.facts_path, _pretty({**self.facts(), **facts}))

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
    def open(cls, path: Path) -> Self:
        """Open the folder of a run.

        Raises:
            RunError: if there is none, or one of another kind.
        """
        if not cls.exists(path):
            raise RunError(
                f"a run folder must be as `segue train` made it, got {str(path)!r}, which holds no run: "
                "make one with `segue train`"
            )
        try:
            facts = read_json(path / "run.json")
            if facts["format"] != FORMAT:
                raise RunError(
                    f"this segue reads run folders of format {FORMAT}, got {facts['format']!r} in "
                    f"{str(path)!r}: train again"
                )
            kind = kind_of(facts)
            if kind != cls.kind:
                raise RunError(
                    f"a run of the kind {cls.kind!r} is needed, got one of {kind!r} in {str(path)!r}: "
                    f"choose another folder, or its recipe {facts['plan']['recipe']['name']!r}"
                )
            return cls._open(path, facts)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise RunError(
                f"a run folder must be as `segue train` made it, got {str(path)!r}, where something is "
                f"missing or changed ({type(error).__name__}: {error})"
            ) from error

    def check_same(self, plan: Plan, corpus: Corpus[Any]) -> None:
        """Refuse to resume with another plan or corpus.

        Raises:
            RunError: naming what differs.
        """
        differing = _differences(self.plan.to_json(), plan.to_json())
        if self.facts()["corpus"]["digest"] != corpus.digest:
            differing.append("its corpus had other files")
        differing += self._other_differences(corpus)
        if differing:
            raise RunError(
                f"a run is resumed with what it began with: of {str(self.path)!r}, {'; '.join(differing)}: "
                "resume with the same, or choose another folder with --run"
            )

    def _other_differences(self, corpus: Corpus[Any]) -> list[str]:
        """Return what else, known to this kind only, is not as it was."""
        return []

    def _write(
        self,
        corpus: Corpus[Any],
        command: str,
        rows: Mapping[str, Sequence[Any]],
        report: str,
        facts: Mapping[str, Any],
    ) -> None:
        """Write the folder of a new run.

        Args:
            corpus: what was read.
            command: the command line.
            rows: the kind's own JSON files, by name; one row a line.
            report: for people.
            facts: of the corpus, for run.json.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        for name, values in rows.items():
            write_text(self.path / name, _one_a_line(values))
        write_text(self.path / "corpus.txt", report)
        # The last, so that a folder with run.json is whole.
        value = {
            "format": FORMAT,
            "family": self.kind,
            "plan": self.plan.to_json(),
            "commands": [command],
            "corpus": {
                **asdict(corpus.about.source),
                "digest": corpus.digest,
                "files": {piece.name: piece.sha256 for piece in corpus.pieces},
                "unreadable": dict(corpus.unreadable),
                **facts,
            },
        }
        write_text(self.facts_path, _pretty(value))


def read_json(path: Path) -> Any:
    """Read a file that holds JSON."""
    return json.loads(path.read_text(encoding="utf-8"))


def kind_of(facts: Mapping[str, Any]) -> str:
    """Return the name of the kind of preset that a run.json is of."""
    kind: str = facts.get("family", CLASSIC.name)  # the first version of segue knew no other
    return kind


def spread(pieces: Sequence[T], count: int) -> list[T]:
    """Return up to `count` of the pieces, evenly spread."""
    count = min(count, len(pieces))
    return [pieces[index * len(pieces) // count] for index in range(count)]


def describe_corpus(corpus: Corpus[Any], unit: str, summary: str, roles: Mapping[str, str]) -> str:
    """Return a report for people: each piece with its length and what it is for, each file left out and why.

    Args:
        corpus: what was read.
        unit: "token" or "event".
        summary: the first line.
        roles: what each piece is for, by name; nothing is said of a piece that is trained on as a matter of
            course.
    """
    lines = [
        summary,
        "",
        *(
            f"{len(piece):8} {unit}s  {piece.name}"
            + (f"  ({roles[piece.name]})" if piece.name in roles else "")
            for piece in corpus.pieces
        ),
        *(f"       left out  {name}: {reason}" for name, reason in corpus.unreadable),
    ]
    return "\n".join(lines) + "\n"


def _differences(was: Mapping[str, Any], now: Mapping[str, Any], whose: str = "its") -> list[str]:
    """Return what another plan says otherwise, a phrase each; of another recipe the name only."""
    found = []
    for key in was:
        if key != "recipe":
            found += [f"{whose} {key} is {was[key]!r}, got {now[key]!r}"] * (was[key] != now[key])
        elif was[key]["name"] != now[key]["name"]:
            found.append(f"{whose} recipe is {was[key]['name']!r}, got {now[key]['name']!r}")
        else:
            found += _differences(was[key], now[key], f"{whose} recipe's")
    return found


def _pretty(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _one_a_line(rows: Sequence[Any]) -> str:
    return "[\n" + ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows) + "\n]\n"
