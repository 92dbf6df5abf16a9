"""Performs a prepared concert: opens the stage, plays to the end, and closes it."""

import argparse
from contextlib import ExitStack
from dataclasses import replace

from live.inference.preset_loader import PresetFailed, PresetLoader, PresetReady
from live.ports.link import PortLink
from live.stage.concert import Concert
from live.stage.inbox import Inbox, Signalled
from live.stage.setup import open_stage
from live.stage.stage import Stage
from live.system.ending_signals import ending_signals
from live.system.real_time import real_time_stage


def perform(arguments: argparse.Namespace, concert: Concert, ports: PortLink, inbox: Inbox) -> Stage:
    """Play until the end and close everything; return the stage with its measurements.

    Args:
        arguments: the complete arguments of `segue play`.
        concert: what to play.
        ports: the open ports.
        inbox: receives what the ports report, and everything else.

    Raises:
        SegueError: if a file cannot be written.
    """
    with ExitStack() as stack:
        stack.enter_context(ending_signals(lambda number: inbox.put(Signalled(number))))
        stack.enter_context(concert.archive)
        stack.enter_context(real_time_stage())
        stage = open_stage(stack, arguments, concert, ports, inbox)
        ports.begin()
        stack.enter_context(_loader(concert, inbox)).start()
        if not arguments.wait and concert.interrupted is None:
            concert.performer.start()
        stage.run()
    return stage


def _loader(concert: Concert, inbox: Inbox) -> PresetLoader:
    """Return the loader of the other presets; it loads them while the first one plays."""
    names = concert.repertoire.presets
    others = [number for number in range(len(names)) if number != concert.loaded]

    def report(news: PresetReady | PresetFailed) -> None:
        inbox.put(replace(news, number=others[news.number]))

    return PresetLoader([names[number] for number in others], report)
