"""The line between the processes: one contract for both kinds, and what only sockets do."""

import os
import socket
from contextlib import ExitStack

import pytest

from live.ports.line import (
    BEGUN,
    MOST_WAITING,
    PACKET_BYTES,
    LineClosed,
    PeerCame,
    PeerLeft,
    SocketLine,
    queue_lines,
)
from live.supervisor.children import join

TIMEOUT = 10.0


class Supervised:
    """Lines over sockets, and what a supervisor does with them.

    Attributes:
        lines: both ends; the second can be replaced by a new process's with `restart`.
    """

    def __init__(self, stack):
        self._stack = stack
        self._controls = [None, None]
        self.lines = [self._start(0), self._start(1)]

    def _start(self, number):
        """Start a process, which has one end of a control."""
        self._controls[number], its_own = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._stack.callback(self._controls[number].close)
        line = SocketLine(its_own)
        self._stack.callback(line.close)
        return line

    def join(self):
        """Give both processes the ends of a new line."""
        join(*self._controls)

    def restart(self):
        """Let the second process die and another one be there in its place, not joined yet."""
        self.lines[1].close()
        self._controls[1].close()
        self.lines[1] = self._start(1)

    def said(self, number):
        return self._controls[number].recv(1, socket.MSG_DONTWAIT)

    def hang_up(self, number):
        self._controls[number].close()


@pytest.fixture
def supervised():
    with ExitStack() as stack:
        yield Supervised(stack)


@pytest.fixture
def joined(supervised):
    """Two processes that know of each other."""
    supervised.join()
    for line in supervised.lines:
        assert receive(line, 1) == [PeerCame()]
    return supervised


@pytest.fixture(params=["queues", "sockets"])
def lines(request):
    if request.param == "queues":
        lines = queue_lines()
        for line in lines:
            assert receive(line, 1) == [PeerCame()]
        return lines
    return tuple(request.getfixturevalue("joined").lines)


def receive(line, count):
    """Return so many packets, as soon as they are there."""
    came = []
    while len(came) < count:
        found = line.receive(TIMEOUT)
        assert found, f"{count} packets expected, these came: {came[-10:]}"
        came += found
    return came


class TestLines:
    """What both kinds do."""

    def test_packets_arrive_whole_and_in_order_both_ways(self, lines):
        packets = [(number, "x" * (number * 7)) for number in range(1000)]
        for here, there in (lines, lines[::-1]):
            for begin in range(0, len(packets), 10):
                for packet in packets[begin : begin + 10]:
                    there.send(packet)
                assert receive(here, 10) == packets[begin : begin + 10]

    def test_a_large_packet_is_one_packet(self, lines):
        large = bytes(PACKET_BYTES - 100)
        lines[0].send(large)
        assert receive(lines[1], 1) == [large]

    @pytest.mark.parametrize("seconds", [0.0, -1.0, float("-inf")])
    def test_who_does_not_want_to_wait_does_not(self, lines, seconds):
        assert lines[0].receive(seconds) == []
        lines[1].send("late")
        assert receive(lines[0], 1) == ["late"]

    def test_what_was_sent_before_leaving_arrives_before_the_news_of_it(self, lines):
        one, other = lines
        for number in range(100):
            other.send(number)
            one.send(number)  # nobody will read this
        other.close()
        assert receive(one, 101)[:101] == [*range(100), PeerLeft()]

    def test_an_end_that_does_not_read_blocks_nobody(self, lines):
        one, other = lines
        for number in range(2 * MOST_WAITING):
            other.send((number, bytes(1000)))
        assert receive(one, 1)[0] == (0, bytes(1000))


def test_what_an_end_that_does_not_read_misses_is_the_oldest_that_the_kernel_did_not_take(joined):
    one, other = joined.lines
    count = 3 * MOST_WAITING
    for number in range(count):
        other.send((number, bytes(1000)))
    came = []
    while not came or came[-1][0] < count - 1:
        other.receive(0.0)  # what waits leaves when there is room
        came += one.receive(0.0)
    numbers = [number for number, _ in came]
    assert numbers == sorted(set(numbers))
    in_kernel = next(place for place, number in enumerate(numbers) if number != place)
    assert numbers[in_kernel:] == list(range(count - MOST_WAITING, count))


def test_a_new_process_at_the_other_end_gets_a_new_line(joined):
    one = joined.lines[0]
    joined.lines[1].send("the last words of the first")
    assert receive(one, 1) == ["the last words of the first"]
    joined.restart()
    assert receive(one, 1) == [PeerLeft()]
    one.send("lost: nobody is there")
    joined.join()
    assert receive(one, 1) == receive(joined.lines[1], 1) == [PeerCame()]
    joined.lines[1].send("the first words of the second")
    assert receive(one, 1) == ["the first words of the second"]
    one.send("welcome")
    assert receive(joined.lines[1], 1) == ["welcome"]


def test_a_new_line_replaces_the_old_one_and_what_that_still_brought_comes_first(joined):
    one, other = joined.lines
    other.send("old")
    joined.join()
    assert receive(one, 3) == ["old", PeerLeft(), PeerCame()]
    assert receive(other, 2) == [PeerLeft(), PeerCame()]
    other.send("new")
    assert receive(one, 1) == ["new"]


def test_when_the_supervisor_hangs_up_nobody_comes_any_more_but_the_line_stays(joined):
    one, other = joined.lines
    joined.hang_up(0)
    assert receive(one, 1) == [LineClosed()]
    other.send("still here")
    assert receive(one, 1) == ["still here"]
    other.close()
    assert receive(one, 1) == [PeerLeft()]
    assert one.receive(0.0) == []


def test_a_queue_that_was_left_is_left_for_good():
    one, other = queue_lines()
    other.close()
    assert receive(one, 3) == [PeerCame(), PeerLeft(), LineClosed()]


def test_before_the_first_line_packets_are_lost_and_nothing_comes(supervised):
    supervised.lines[1].send("lost")
    assert supervised.lines[0].receive(0.0) == []
    supervised.join()
    assert receive(supervised.lines[0], 1) == [PeerCame()]
    assert supervised.lines[0].receive(0.0) == []


def test_no_other_process_inherits_an_end(supervised, monkeypatch):
    inheritable = []
    adopt = os.set_inheritable
    monkeypatch.setattr(
        os, "set_inheritable", lambda fd, may: (adopt(fd, may), inheritable.append(os.get_inheritable(fd)))
    )
    supervised.join()
    for line in supervised.lines:
        receive(line, 1)
    assert inheritable == [False, False]


def test_what_begins_is_told_to_the_supervisor(joined):
    joined.lines[0].begin()
    assert joined.said(0) == BEGUN
    joined.hang_up(0)
    joined.lines[0].begin()


def test_leaving_twice_is_leaving(joined):
    line = joined.lines[0]
    for _ in range(2):
        line.close()
        assert line.receive(0.0) == []
        line.send("nobody")
