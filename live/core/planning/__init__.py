"""Decides what comes next: whose turn it is, the plan up to a bar ahead, and its context."""
