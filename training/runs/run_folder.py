"""The run folder: the complete record of one training run, in plain files.

run.json         kind (called `family`), plan, command lines, the corpus with each file's sha256, versions,
                 best epoch
pieces.json      each piece as the network sees it, and its role (training, validation, test), for evaluation
seeds.json       windows of a few pieces, to start playing from
corpus.txt       a list of the corpus, for people
history.csv      the losses of each epoch; history.png draws them
best.weights.h5  the weights of the best epoch, and the state of the optimizer after it
last.keras       network and optimizer after the last epoch, to resume from
start/           a copy of the run that this one goes on from, without its last.keras

A kind of preset may add more files.
"""

import json
import shutil
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
START = "start"
SEEDS = 8
"""Maximum number of seeds in a run."""

T = TypeVar("T")


class RunError(SegueError):
    """A run folder does not exist, exists already, is damaged, or belongs to another training."""


@dataclass(frozen=True)
class Run(ABC):
    """An existing run folder; each kind of preset has its own subclass.

    Attributes:
        path: the folder.
        plan: the plan of the training.
    """

    kind: ClassVar[str]
    """Name of the kind of preset that this run becomes."""
    unit: ClassVar[str]
    """The unit that its losses are a mean over: "token" or "event"."""

    path: Path
    plan: Plan

    @classmethod
    @abstractmethod
    def create(
        cls, path: Path, plan: Any, corpus: Corpus[Any], command: str, start: Self | None = None
    ) -> Self:
        """Create the folder of a new run, from a plan and a corpus of its kind.

        Args:
            path: the folder.
            plan: the plan.
            corpus: the corpus.
            command: the command line.
            start: the run that it goes on from, if the plan does.

        Raises:
            RunError: if the folder exists and is not empty, if the corpus is too small for the plan, or if
                the run cannot go on from `start`.
        """

    @classmethod
    @abstractmethod
    def _open(cls, path: Path, facts: Mapping[str, Any]) -> Self:
        """Open the folder of a run of this kind; raise any exception that says what is wrong with it."""

    @abstractmethod
    def summary(self) -> str:
        """Return one sentence with the size of the corpus, of the training part and of the held-out part."""

    @property
    def facts_path(self) -> Path:
        """The record of the run: `facts` reads it, `add_facts` adds to it."""
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
        """The weights of the best epoch, in Keras's format."""
        return self.path / "best.weights.h5"

    @property
    def last_path(self) -> Path:
        """Network and optimizer after the last epoch, in Keras's format."""
        return self.path / "last.keras"

    @property
    def start_path(self) -> Path:
        """A copy of the run that this one goes on from."""
        return self.path / START

    @property
    def start(self) -> Self | None:
        """The run that this one goes on from; None if it goes on from none.

        Raises:
            RunError: if it should be there and is not, or if it is damaged.
        """
        if not self.plan.goes_on:
            return None
        if not self.start_path.exists():
            raise RunError(
                f"the run in {str(self.path)!r} goes on from another one, and the copy of that in {START} is "
                "missing: train again in another folder, with --from"
            )
        return self.open(self.start_path)

    @property
    def starts(self) -> list[Self]:
        """All runs that led to this one, the latest first; opened once each; `RunError` as for `start`."""
        start = self.start
        return [] if start is None else [start, *start.starts]

    def check_same_start(self, start: "Run | None") -> None:
        """Check that a resumed run goes on from the same run as before; `RunError` if not."""
        own = self.start
        if start is not None and own is not None and start.facts() != own.facts():
            raise RunError(
                f"cannot resume {str(self.path)!r} from another run than before, got {str(start.path)!r}: "
                "use the same one, or choose another folder with --run"
            )

    def _keep_start(self, start: "Run") -> None:
        """Copy the run that this one goes on from into the folder of this one."""
        part = self.path / f"{START}.part"
        shutil.copytree(start.path, part, ignore=shutil.ignore_patterns(start.last_path.name))
        part.rename(self.start_path)

    def facts(self) -> dict[str, Any]:
        """Read run.json."""
        value: dict[str, Any] = read_json(self.facts_path)
        return value

    def add_facts(self, **facts: Any) -> None:
        """Add entries to run.json, or replace existing ones."""
        write_text(self.facts_path, _pretty({**self.facts(), **facts}))

    @staticmethod
    def exists(path: Path) -> bool:
        """Return whether the folder holds a run."""
        return (path / "run.json").exists()

    @classmethod
    def check_new(cls, path: Path) -> None:
        """Check that a new run can be created here.

        Raises:
            RunError: if the path holds a run, or is anything other than an empty folder.
        """
        if cls.exists(path):
            raise RunError(
                f"{str(path)!r} already holds a run, and segue never overwrites one: continue it with "
                "--resume, or choose another folder with --run"
            )
        if path.exists() and (not path.is_dir() or any(path.iterdir())):
            raise RunError(
                f"a run folder must be new or empty, and {str(path)!r} is neither: choose another with --run"
            )

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open a run folder.

        Raises:
            RunError: if the folder holds no run, a damaged one, or one of another kind.
        """
        if not cls.exists(path):
            raise RunError(f"there is no run in {str(path)!r}: make one with `segue train`")
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
                    f"this needs a run of the kind {cls.kind!r}, got one of the kind {kind!r} in "
                    f"{str(path)!r}: choose another folder, or the recipe of that run, "
                    f"{facts['plan']['recipe']['name']!r}"
                )
            return cls._open(path, facts)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise RunError(
                f"the run in {str(path)!r} is damaged: something is missing or has changed since "
                f"`segue train` made it ({type(error).__name__}: {error})"
            ) from error

    def check_same(self, plan: Plan, corpus: Corpus[Any]) -> None:
        """Check that a resumed run has the same plan and corpus as before.

        Raises:
            RunError: if they differ; it lists the differences.
        """
        differing = _differences(self.plan.to_json(), plan.to_json())
        if self.facts()["corpus"]["digest"] != corpus.digest:
            differing.append("its corpus has other files")
        differing += self._other_differences(corpus)
        if differing:
            raise RunError(
                f"cannot resume {str(self.path)!r} with other options or another corpus: "
                f"{'; '.join(differing)}: use the same ones, or choose another folder with --run"
            )

    def _other_differences(self, corpus: Corpus[Any]) -> list[str]:
        """Return further differences that only this kind of run can find."""
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
            corpus: the corpus.
            command: the command line.
            rows: the rows of the kind's JSON files, by file name; each row is written on one line.
            report: the text of corpus.txt.
            facts: further facts about the corpus, for run.json.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        for name, values in rows.items():
            write_text(self.path / name, _one_a_line(values))
        write_text(self.path / "corpus.txt", report)
        # Write run.json last: a folder that has it is complete.
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
    """Return the name of the kind of preset that a run.json describes."""
    kind: str = facts.get("family", CLASSIC.name)  # the first version of segue had no other kind
    return kind


def spread(pieces: Sequence[T], count: int) -> list[T]:
    """Return up to `count` of the pieces, evenly spread."""
    count = min(count, len(pieces))
    return [pieces[index * len(pieces) // count] for index in range(count)]


def describe_corpus(corpus: Corpus[Any], unit: str, summary: str, roles: Mapping[str, str]) -> str:
    """Return the text of corpus.txt: each piece with its length and role, each file left out, and remarks.

    Args:
        corpus: the corpus.
        unit: "token" or "event".
        summary: the first line.
        roles: the role of each piece, by name; ordinary training pieces have no entry.
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
        *(f"           note  {name}: {remark}" for name, remark in corpus.remarks),
    ]
    return "\n".join(lines) + "\n"


def _differences(was: Mapping[str, Any], now: Mapping[str, Any], whose: str = "its") -> list[str]:
    """Return a phrase for each difference between two plans; for another recipe, only its name."""
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
