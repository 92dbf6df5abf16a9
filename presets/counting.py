"""Formats counted things."""


def count_of(number: int, what: str) -> str:
    """Return a number with the noun that it counts, singular or plural: "1 event", "2,000 events"."""
    return f"{number:,} {what}{'s' * (number != 1)}"
