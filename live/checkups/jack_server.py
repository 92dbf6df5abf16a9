"""How the JACK server is set up, and whether it keeps up."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec

from live.checkups.finding import Finding, hint, ok

SUBJECT = "JACK server"

WATCHED_SECONDS = 1.0

LONG_PERIOD_SECONDS = 0.012
"""A key is heard up to a period late; above this, a musician feels it."""


@dataclass(frozen=True, slots=True)
class WatchedServer:
    """A server that a Python client watched for `WATCHED_SECONDS`.

    Attributes:
        rate: frames a second.
        period: frames.
        is_realtime: whether its threads have real-time priority.
        xruns: how often a cycle came too late.
    """

    rate: int
    period: int
    is_realtime: bool
    xruns: int


def check_jack_server() -> Iterator[Finding]:
    """Watch the server; yield nothing if none runs, which `live.checkups.midi` reports."""
    watched = watch_server()
    if watched is not None:
        yield from judge(watched)


def watch_server() -> WatchedServer | None:
    """Return how the server is set up and how it does; None if none runs or libjack is missing."""
    if find_spec("jack") is None:
        return None
    try:
        import jack
    except OSError:  # the package is installed, but libjack is not
        return None
    for silence in (jack.set_error_function, jack.set_info_function):
        silence(lambda message: None)
    try:
        client = jack.Client("segue-doctor", no_start_server=True)
    except jack.JackOpenError:
        return None
    xruns = 0

    def count(_: float) -> None:
        nonlocal xruns
        xruns += 1

    client.set_xrun_callback(count)
    client.set_process_callback(lambda frames: None)
    with client:
        xruns = 0  # opening a client may cost one
        time.sleep(WATCHED_SECONDS)
        return WatchedServer(client.samplerate, client.blocksize, client.realtime, xruns)


def judge(watched: WatchedServer) -> Iterator[Finding]:
    """Yield what is good and what could be better."""
    seconds = watched.period / watched.rate
    found = f"{watched.rate} Hz, periods of {watched.period} frames ({seconds * 1e3:.1f} ms)"
    if seconds > LONG_PERIOD_SECONDS:
        yield hint(SUBJECT, found, "Set the period to 256 frames or less in JACK's settings.")
    else:
        yield ok(SUBJECT, found)
    if not watched.is_realtime:
        yield hint(
            SUBJECT,
            "it runs without real-time priority",
            "Allow it for your user (group `audio`), and start JACK with real-time scheduling.",
        )
    if watched.xruns:
        yield hint(
            SUBJECT,
            f"{watched.xruns} xruns in {WATCHED_SECONDS:g} s",
            "Set a longer period, or quit programs that keep a processor busy.",
        )
    else:
        yield ok(SUBJECT, f"no xruns in {WATCHED_SECONDS:g} s")
