"""Errors that a user can cause; each message is one sentence: the rule, what was received, the way out."""


class SegueError(Exception):
    """Something failed that the user can mend; the command ends with exit code 1."""

    exit_code = 1


class UsageError(SegueError):
    """The command was asked for something that it does not do; exit code 2."""

    exit_code = 2
