"""JACK servers that the tests start themselves, and another program on them to talk with.

libjack knows one server at a time in a process: what a test opens it must close. The libraries are imported
in the fixtures, so that a machine without JACK skips these tests and one that should have it fails them.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.jack.jack_peer import JackPeer
    from tests.jack.jack_server import JackServer
    from tests.jack.ports_on_jack import PortsOnJack


@pytest.fixture(scope="session")
def _jack_installed() -> None:
    missing = (
        "JACK-Client" if find_spec("jack") is None else "jackd" if shutil.which("jackd") is None else None
    )
    if missing is not None:
        if os.environ.get("SEGUE_REQUIRE_JACK") == "1":
            pytest.fail(f"{missing} is not installed, and SEGUE_REQUIRE_JACK=1 says that it must be")
        pytest.skip(f"{missing} is not installed")


@pytest.fixture(scope="session")
def _shared_server(_jack_installed: None) -> "Iterator[JackServer]":
    from tests.jack.jack_server import JackServer

    server = JackServer()
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture
def jack_server(_shared_server: "JackServer", monkeypatch: pytest.MonkeyPatch) -> "JackServer":
    """A running server, the default one for this process and for those that it starts; do not end it."""
    assert _shared_server.is_running, "jackd ended during an earlier test"
    _make_default(_shared_server, monkeypatch)
    return _shared_server


@pytest.fixture
def mortal_jack_server(_jack_installed: None, monkeypatch: pytest.MonkeyPatch) -> "Iterator[JackServer]":
    """A running server of this test alone: the default one, to be killed and started again."""
    from tests.jack.jack_server import JackServer

    server = JackServer()
    try:
        server.start()
        _make_default(server, monkeypatch)
        yield server
    finally:
        server.stop()


@pytest.fixture
def no_jack_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """The default server is one that does not run."""
    monkeypatch.setenv("JACK_DEFAULT_SERVER", "segue-test-nobody")
    monkeypatch.setenv("JACK_NO_START_SERVER", "1")


@pytest.fixture
def new_peer(jack_server: "JackServer") -> "Callable[[], JackPeer]":
    """Starts another program on `jack_server`; whoever calls it closes it."""
    from tests.jack.jack_peer import JackPeer

    return JackPeer


@pytest.fixture
def peer(new_peer: "Callable[[], JackPeer]") -> "Iterator[JackPeer]":
    """Another program on `jack_server`."""
    with new_peer() as other:
        yield other


@pytest.fixture
def ports_on_jack(jack_server: "JackServer") -> "type[PortsOnJack]":
    """Opens ports on `jack_server`, served by a port process; whoever calls it uses it as a context."""
    from tests.jack.ports_on_jack import PortsOnJack

    return PortsOnJack


def _make_default(server: "JackServer", monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JACK_DEFAULT_SERVER", server.name)
    monkeypatch.setenv("JACK_NO_START_SERVER", "1")
