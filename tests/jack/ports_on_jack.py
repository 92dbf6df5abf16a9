"""A port process on a real JACK server, in a thread, and the engine's link to it."""

from queue import SimpleQueue
from threading import Event, Thread
from typing import TypeVar

from live.core.output.orders import Orders
from live.core.output.schedule import Due, Strike
from live.core.output.thru_rules import ThruRules
from live.midi.frame_clock import COUNTER
from live.midi.jack_ports import JackSystem
from live.ports.line import queue_lines
from live.ports.link import LIVE_SECONDS, PortLink
from live.ports.orders import Open
from live.ports.process import PortProcess
from live.ports.reports import Opened, Report
from tests.live.midi.port_contract import TIMEOUT

SomeReport = TypeVar("SomeReport")


class PortsOnJack:
    """Opens ports on the default server. A context manager; its engine lives, though it says nothing else.

    Args:
        outputs: names of the outputs; none for segue's own.
        rules: what goes through.

    Attributes:
        link: the engine's link.
        opened: what was opened.
    """

    def __init__(self, *outputs: str | None, rules: ThruRules | None = None) -> None:
        here, there = queue_lines()
        wanted = Open(outputs or (None,), (), "jack", False, True, rules or ThruRules())
        self._reports: SimpleQueue[Report] = SimpleQueue()
        self.link = PortLink(here, wanted, self._reports.put)
        self._process = PortProcess(there, open_system=self._open_system)
        self._ends = Event()
        self._threads = [Thread(target=run) for run in (self._process.run, self._live)]
        self.opened: Opened

    def __enter__(self) -> "PortsOnJack":
        for thread in self._threads:
            thread.start()
        try:
            self.opened = self.link.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exception: object) -> None:
        self._ends.set()
        self.link.close()
        for thread in self._threads:
            thread.join(TIMEOUT)

    def soon(self, seconds: float = 0.2) -> float:
        """Return the time that it will be in so many seconds."""
        return self.link.clock.now() + seconds

    def frame_of(self, at: float) -> int:
        """Return JACK's own number of the frame nearest to a time."""
        return self._system.clock.frame_of(at) % COUNTER

    def give(self, *given: Strike | Due, silence: bool = False) -> None:
        """Order notes and other messages."""
        strikes = [each for each in given if isinstance(each, Strike)]
        messages = [each for each in given if isinstance(each, Due)]
        self.link.give(Orders(silence=silence, strikes=strikes, messages=messages))

    def next_report(self, kind: type[SomeReport]) -> SomeReport:
        """Return the next report of this kind."""
        while not isinstance(report := self._reports.get(timeout=TIMEOUT), kind):
            pass
        return report

    def _open_system(self, backend: str | None) -> JackSystem:
        self._system = JackSystem()
        return self._system

    def _live(self) -> None:
        while not self._ends.wait(LIVE_SECONDS):
            self.link.keep_alive()
