"""Two processes and their parent: whichever dies is there again, and the other one finds it."""

import os
import signal
import sys
from pathlib import Path

import pytest

from live.supervisor.children import Child
from live.supervisor.supervise import FAULT, MOST_IN_VAIN, Supervisor
from tests.live.supervisor.actor import ENDED, MEETINGS

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs Unix sockets that keep packets whole")

ACTOR = "tests.live.supervisor.actor"


@pytest.fixture(autouse=True)
def importable(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[3]))


class Play:
    def __init__(self, folder, engine, ports=("wait",)) -> None:
        self.logs = {"engine": folder / "engine.log", "ports": folder / "ports.log"}
        self._children = [
            Child(ACTOR, [str(self.logs[name]), *actions], own_session=name == "ports")
            for name, actions in (("engine", engine), ("ports", ports))
        ]

    def run(self) -> int:
        return Supervisor(*self._children).run()

    def saw(self, name) -> list[str]:
        """What a process wrote down, without its births."""
        return [line for line in self.logs[name].read_text().splitlines() if not line.startswith("born")]

    def pids(self, name) -> list[int]:
        lines = self.logs[name].read_text().splitlines() if self.logs[name].exists() else []
        return [int(line.removeprefix("born ")) for line in lines if line.startswith("born")]


def test_an_engine_that_ends_ends_the_ports_and_its_code_is_passed_on(tmp_path):
    play = Play(tmp_path, ["3"])
    assert play.run() == 3
    assert play.saw("engine") == ["hello from ports 0"]
    assert play.saw("ports")[0] == "hello from engine 0"
    assert play.saw("ports")[-1] == "nobody comes"


@pytest.mark.parametrize("death", ["die", "die deaf", str(FAULT)])
def test_an_engine_that_dies_is_there_again_beside_the_same_ports(tmp_path, death):
    play = Play(tmp_path, [death, death, "0"])
    assert play.run() == 0
    assert len(play.pids("engine")) == 3
    assert len(play.pids("ports")) == 1
    if death == "die deaf":
        return
    hellos = [line for line in play.saw("ports") if line.startswith("hello")]
    assert hellos == [f"hello from engine {life}" for life in range(3)]
    assert play.saw("ports").count("left alone") >= 2


def test_ports_that_die_are_there_again_beside_the_same_engine(tmp_path):
    play = Play(tmp_path, ["meet"], ports=["die", "die", "wait"])
    assert play.run() == 0
    assert len(play.pids("ports")) == MEETINGS
    assert len(play.pids("engine")) == 1


def test_ports_that_the_engine_has_closed_are_not_started_again(tmp_path):
    play = Play(tmp_path, ["end late"], ports=["0"])
    assert play.run() == 0
    assert len(play.pids("ports")) == 1


def test_a_signal_goes_to_the_engine_and_no_other_engine_comes(tmp_path):
    play = Play(tmp_path, ["be ended"])
    assert play.run() == ENDED
    assert len(play.pids("engine")) == 1


def test_an_engine_that_never_begins_is_not_started_for_ever(tmp_path):
    play = Play(tmp_path, ["die", "die early"])
    assert play.run() == 128 + signal.SIGKILL
    assert len(play.pids("engine")) == 2 + MOST_IN_VAIN


def test_an_engine_that_dies_before_it_has_ever_begun_is_not_started_again(tmp_path):
    play = Play(tmp_path, ["die early"])
    assert play.run() == 128 + signal.SIGKILL
    assert len(play.pids("engine")) == 1


def test_ctrl_c_ends_an_engine_that_has_just_been_started_without_a_traceback(capfd):
    # A shell's background job ignores Ctrl-C, and so would what it starts.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    engine = Child("live", ["play"])
    try:
        engine.start()
    finally:
        signal.signal(signal.SIGINT, before)
    engine.signal(signal.SIGINT)
    assert engine.pid is not None
    _, status = os.waitpid(engine.pid, 0)
    engine.hang_up()
    assert engine.ended(status) == 128 + signal.SIGINT
    assert capfd.readouterr().err == ""
