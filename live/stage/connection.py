"""Connects the engine to the ports: asks the port process for those that the arguments name."""

import argparse
import os
import socket
from threading import Thread

from live.core.output.thru import Thru
from live.core.output.thru_rules import ThruRules
from live.ports.line import Line, SocketLine, queue_lines
from live.ports.link import PortLink
from live.ports.orders import Open
from live.ports.process import PortProcess
from live.stage.inbox import Inbox
from live.supervisor.children import CONTROL
from live.system.real_time import raise_priority
from presets.errors import SegueError


def connect_ports(arguments: argparse.Namespace, output_names: tuple[str, ...], inbox: Inbox) -> PortLink:
    """Open the ports; whoever calls this closes the link.

    Args:
        arguments: the complete arguments of `segue play`.
        output_names: names of the ports that single parts will play into, without the command's output.
        inbox: receives what the ports report, from now on.

    Raises:
        PortError: if a port that the user named cannot be opened.
        SegueError: if there is no input and the performance starts by listening.
    """
    follows = arguments.clock == "midi-in"
    named = (arguments.backend, arguments.output, arguments.input, output_names, follows)
    wanted = Open(
        outputs=(arguments.output, *output_names),
        inputs=tuple(arguments.input),
        backend=arguments.backend,
        follows_clock=follows,
        must_have_midi=any(named),
        rules=ThruRules(Thru(arguments.thru) if arguments.thru else None),
    )
    link = PortLink(_line(), wanted, inbox.put)
    try:
        opened = link.start()
        if opened.inputs is None and (arguments.wait or follows):
            asked = "--wait" if arguments.wait else "--clock midi-in"
            raise SegueError(f"{asked} needs a MIDI input, but none could be opened: {opened.trouble}")
    except BaseException:
        link.close()
        raise
    return link


def _line() -> Line:
    """Return the line to the port process; without a supervisor the ports are in a thread of this process."""
    if (control := os.environ.pop(CONTROL, None)) is not None:
        os.set_inheritable(int(control), False)
        return SocketLine(socket.socket(fileno=int(control)))
    here, there = queue_lines()
    Thread(target=_serve, args=(PortProcess(there),), name="segue-port-process", daemon=True).start()
    return here


def _serve(process: PortProcess) -> None:
    raise_priority()
    process.run()
