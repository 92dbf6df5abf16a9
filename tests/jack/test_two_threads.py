"""Output and inputs are opened by threads of their own, and libjack has one line to the server for both."""

from contextlib import closing
from threading import Barrier, Thread

import pytest

from live.midi.system import open_midi_system
from tests.live.midi.port_contract import TIMEOUT, Gathered

pytestmark = pytest.mark.jack


def test_ports_that_are_opened_at_once_are_each_what_was_asked_for(jack_server, peer):
    failures = []

    with closing(open_midi_system("jack")) as system:
        both = Barrier(2, timeout=TIMEOUT)

        def open_and_close(open_port, name):
            try:
                for _ in range(50):
                    both.wait()
                    with closing(open_port()) as port:
                        port.check()
                        assert port.name == name
            except BaseException as error:
                failures.append(error)
                both.abort()

        threads = [
            Thread(target=open_and_close, args=(lambda: system.open_output("segue:melody"), "segue:melody")),
            Thread(target=open_and_close, args=(lambda: system.open_input(Gathered(), peer.keys), peer.keys)),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert failures == []
