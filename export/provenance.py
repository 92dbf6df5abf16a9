"""The part of every model card that says where a preset comes from."""

from collections.abc import Iterator, Mapping
from typing import Any

from export.weights import Weights
from presets.counting import count_of


def describe_corpus(facts: Mapping[str, Any]) -> str:
    """Return Markdown that says whose music it is, under which licence, and what this means for the weights.

    Args:
        facts: the facts of a run.
    """
    corpus, journals = facts["corpus"], facts.get("journals")
    lines = [
        f"- {label}: {corpus[key]}"
        for key, label in (("name", "what"), ("author", "author"), ("licence", "licence"), ("source", "from"))
        if corpus[key]
    ]
    if corpus["licence"]:
        lines.append(
            f"- these weights and seeds are derived from it and carry its licence, {corpus['licence']}"
        )
    is_stated = bool(lines)
    if journals is not None:
        lines += _describe_journals(journals)
    if not is_stated and (journals is None or journals["sets"] < len(corpus["files"])):
        rest = "Not stated" if journals is None else "Whose the other files are is not stated"
        lines.append(
            f"{rest} (no corpus.toml lay beside the music). Find out whose it is before you pass this on."
        )
    return "\n".join(lines)


def _describe_journals(journals: Mapping[str, Any]) -> Iterator[str]:
    """Yield lines about the sets that the network learnt from, and the licences that these bring along."""
    count, players = journals["sets"], journals["players"]
    days = " to ".join(dict.fromkeys(day for day in (journals["first"], journals["last"]) if day))
    yield (
        f"- {count_of(count, 'journal')} of sets played with segue{f', {days}' * bool(days)}: what "
        f"{_PLAYED[players]} played"
    )
    if players != "player" and journals["presets"]:
        yield (
            "- what segue played there is derived from the corpora of its presets then, "
            f"{', '.join(journals['presets'])}: the licences in their cards hold for these weights and "
            "seeds, too"
        )


_PLAYED = {"both": "both the player and segue", "segue": "segue", "player": "the player"}


def describe_choice(weights: Weights, *, judged: bool) -> str:
    """Return the reason for choosing this epoch.

    Args:
        weights: which weights were chosen.
        judged: whether held-out pieces decided which epoch is best.
    """
    if weights == "last":
        return "the last"
    return "with the lowest held-out loss" if judged else "with the lowest training loss"
