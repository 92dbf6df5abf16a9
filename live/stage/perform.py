"""Performs a prepared concert: opens the stage, plays to the end, and closes it."""

import argparse
from contextlib import ExitStack
from dataclasses import replace
from queue import SimpleQueue

from live.inference.preset_loader import PresetFailed, PresetLoader, PresetReady
from live.stage.concert import Concert
from live.stage.inbox import Inbox, Signalled
from live.stage.setup import open_stage
from live.stage.stage import Stage
from live.system.ending_signals import ending_signals
from live.system.real_time import real_time_stage


def perform(arguments: argparse.Namespace, concert: Concert) -> Stage:
    """Play until the end and close everything; return the stage with its measurements.

    Raises:
        SegueError: if a port cannot be opened or a file cannot be written.
    """
    inbox: Inbox = SimpleQueue()
    with ExitStack() as stack:
        stack.enter_context(ending_signals(lambda number: inbox.put(Signalled(number))))
        stack.enter_context(concert.archive)
        # Before JACK's thread starts: this collects garbage, which would make that thread wait.
        stack.enter_context(real_time_stage())
        stage = open_stage(stack, arguments, concert, inbox)
        stack.enter_context(_loader(concert, inbox)).start()
        if not arguments.wait:
            concert.performer.start()
        stage.run()
    return stage


def _loader(concert: Concert, inbox: Inbox) -> PresetLoader:
    """Return the loader of the other presets; it loads them while the first one plays."""

    def report(news: PresetReady | PresetFailed) -> None:
        inbox.put(replace(news, number=news.number + 1))

    return PresetLoader(concert.repertoire.presets[1:], report)
