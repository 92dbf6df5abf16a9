"""Numbers of things, in words."""


def count_of(number: int, what: str) -> str:
    """Return a number with what is counted, as English has it."""
    return f"{number:,} {what}{'s' * (number != 1)}"
