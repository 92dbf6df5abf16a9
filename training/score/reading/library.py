"""The scores that come with music21, as corpora: `music21:bach`."""

from importlib.util import find_spec
from pathlib import Path

from training.corpus.description import CorpusError
from training.score.reading.reader import SCORE_SUFFIXES

LIBRARY = "music21"
"""The prefix before the colon."""


def list_scores(corpus: str) -> dict[str, Path]:
    """Return the scores in a folder of music21's corpus (`bach`, `ryansMammoth` ...) by their names.

    Raises:
        CorpusError: if music21 has no such folder, or is not installed.
    """
    root = _root()
    known = sorted(path.name for path in root.iterdir() if path.is_dir() and not path.name.startswith("_"))
    if corpus not in known:
        raise CorpusError(
            f"after {LIBRARY}: must come a folder of music21's corpus ({', '.join(known)}), got {corpus!r}"
        )
    return {
        path.relative_to(root).as_posix(): path
        for path in sorted((root / corpus).rglob("*"))
        if path.suffix.lower() in SCORE_SUFFIXES and path.is_file()
    }


def _root() -> Path:
    """Return where music21 keeps its corpus, without loading it."""
    spec = find_spec("music21")
    if spec is None or spec.origin is None:
        raise CorpusError("music21 is not installed: install segue with the extra `studio`")
    return Path(spec.origin).parent / "corpus"
