"""Errors that a user can cause. Each message is one sentence: the rule, the value received, what to do."""


class SegueError(Exception):
    """A failure that the user can fix; the command ends with exit code 1."""

    exit_code = 1


class UsageError(SegueError):
    """A request that the command does not support; exit code 2."""

    exit_code = 2
