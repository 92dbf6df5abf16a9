"""What every model card says of where a preset comes from."""

from collections.abc import Mapping
from typing import Any

from export.weights import Weights


def describe_corpus(corpus: Mapping[str, Any]) -> str:
    """Return whose music it is, under which licence, and what this means for the weights: Markdown.

    Args:
        corpus: as a run's facts have it.
    """
    if not any(corpus[key] for key in ("name", "author", "licence", "source")):
        return (
            "Not stated (no corpus.toml lay beside the music). Find out whose it is before you pass this on."
        )
    lines = [
        f"- {label}: {corpus[key]}"
        for key, label in (("name", "what"), ("author", "author"), ("licence", "licence"), ("source", "from"))
        if corpus[key]
    ]
    if corpus["licence"]:
        lines.append(
            f"- these weights and seeds are derived from it and carry its licence, {corpus['licence']}"
        )
    return "\n".join(lines)


def describe_choice(weights: Weights, *, judged: bool) -> str:
    """Return why this epoch was chosen.

    Args:
        weights: of the best epoch or of the last.
        judged: whether held-out pieces judged the epochs.
    """
    if weights == "last":
        return "the last"
    return "with the lowest held-out loss" if judged else "with the lowest training loss"
