"""How often JACK's cycles come too late (xruns) because segue plays, compared with a bare JACK client.

The server is asynchronous: it does not wait for a client that is late. segue plays with its screen and
switches presets. The bare client does as little as a client in Python can do, and a second process beside it
draws events as fast as segue does. So the difference is what segue's ports suffer from the rest of segue.
"""

import math
import subprocess
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from itertools import cycle
from tempfile import TemporaryDirectory

from live.benchmarks.drawing import drawing
from live.benchmarks.jack_rig.server import Environment, own_server
from live.benchmarks.performing import BPM
from live.benchmarks.processes import finish, in_own_terminal, module_command, running, segue_command
from live.benchmarks.rehearsal import SWITCH_SECONDS
from live.benchmarks.setting import Measured, NotMeasuredError, Row, Setting
from live.benchmarks.terminal import HAS_TERMINALS, terminal_environment, typed_terminal
from presets.bundles.library import load_preset

PRESET, OTHER = "chopin", "bach"
"""segue switches from one to the other and back."""

SECONDS = 60.0
ROUNDS = 3
PERIOD = 128
"""Frames in a process cycle: 2.7 ms."""


def measure(setting: Setting) -> Measured:
    """Count the xruns beside segue and beside the bare client, in turn.

    Raises:
        SegueError: if a preset does not load, or JACK is not installed.
    """
    if not HAS_TERMINALS:
        raise NotMeasuredError("Windows has no terminal that nobody sees")
    first, seconds = setting.preset or PRESET, setting.seconds or SECONDS
    presets = (first, OTHER if first != OTHER else PRESET)
    for preset in presets:
        load_preset(preset)
    segue: list[int] = []
    bare: list[int] = []
    with own_server(setting, PERIOD, synchronous=False) as server:
        for number in range(ROUNDS):
            setting.say(f"xruns: round {number + 1} of {ROUNDS}, {seconds:g} s each")
            segue.append(_beside_segue(presets, seconds, server))
            bare.append(_beside_bare_client(presets, seconds, server))
    return Measured(
        compare(segue, bare),
        (
            verdict(segue, bare),
            f"on JACK without -S, {PERIOD} frames a period; allowed: the bare sum plus twice its square root",
            "bare: a client that sends on what comes in, beside a process that draws events as fast as segue",
        ),
    )


def compare(segue: Sequence[int], bare: Sequence[int]) -> tuple[Row, ...]:
    """Return the xruns of each round, their sums, and the sum that segue may have."""
    rows = (
        Row(what, "xruns", {f"round {n}": xruns for n, xruns in enumerate(rounds, 1)} | {"sum": sum(rounds)})
        for what, rounds in (("segue", segue), ("bare", bare))
    )
    return (*rows, Row("allowed", "xruns", {"sum": allowed(sum(bare))}))


def verdict(segue: Sequence[int], bare: Sequence[int]) -> str:
    """Return whether segue's sum is within what is allowed, in a sentence."""
    is_within = sum(segue) <= allowed(sum(bare))
    return f"segue is {'within' if is_within else 'above'} what is allowed"


def allowed(bare: int) -> float:
    """Return how many xruns segue may have beside this sum of the bare client's.

    A count of independent events scatters by its square root (Poisson). Of two counts with the same mean, one
    exceeds the other by more than twice that in about one case of twelve; stalls of a busy computer come in
    bursts, and scatter more.
    """
    return bare + 2 * math.sqrt(bare)


def _beside_segue(presets: Sequence[str], seconds: float, server: Environment) -> int:
    """Return the xruns while segue plays with its screen, and a key switches presets."""
    with ExitStack() as stack:
        journals = stack.enter_context(TemporaryDirectory(prefix="segue-bench-"))
        terminal, type_key = stack.enter_context(typed_terminal())
        options = ("--backend", "jack", "--bpm", str(BPM), "--rng-seed", "0", "--journal", journals)
        segue = stack.enter_context(
            running(
                in_own_terminal(segue_command("play", *presets, *options)),
                stdin=terminal,
                stdout=terminal,
                stderr=terminal,
                env=terminal_environment(server),
            )
        )
        keys = cycle("21")
        return count_xruns("segue:out", seconds, server, [segue], lambda: type_key(next(keys)))


def _beside_bare_client(presets: Sequence[str], seconds: float, server: Environment) -> int:
    """Return the xruns while a bare client runs, and a process beside it draws events."""
    with ExitStack() as stack:
        draws = stack.enter_context(drawing(presets, server))
        bare = stack.enter_context(
            running(
                module_command("live.benchmarks.jack_rig.bare_thru"),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=server,
            )
        )
        return count_xruns("bare:out", seconds, server, [draws, bare])


def count_xruns(
    port: str,
    seconds: float,
    server: Environment,
    programs: Sequence["subprocess.Popen[str]"],
    switch: Callable[[], None] = lambda: None,
) -> int:
    """Return the xruns in this many seconds beside some programs.

    Args:
        port: a port of one of them; counting begins some seconds after it has appeared.
        seconds: how long to count.
        server: where.
        programs: they must all be running at the end.
        switch: called now and then.

    Raises:
        NotMeasuredError: if the port does not appear, or a program has ended.
    """
    command = module_command("live.benchmarks.jack_rig.xrun_counter", "--seconds", str(seconds), port)
    with running(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=server
    ) as counter:
        for _ in range(int(seconds // SWITCH_SECONDS)):
            try:
                counter.wait(SWITCH_SECONDS)
            except subprocess.TimeoutExpired:
                switch()
        xruns = int(finish(counter, seconds))
    for program in programs:
        if program.poll() is not None:
            raise NotMeasuredError(f"{program.args!r} ended with {program.returncode}")
    return xruns
