"""What the ports of every MIDI system must do: one suite for memory and for the real ones.

A test module subclasses `PortContract` and brings a fixture `rig`.
"""

from contextlib import closing
from threading import Condition
from time import monotonic
from typing import Protocol

import pytest
from mido import Message

from live.midi.ports import InputPort, MidiSystem, OutputPort, PortError, PortLostError

TIMEOUT = 10.0
SCALE = [Message("note_on", note=note, velocity=80) for note in (60, 62, 63, 65, 67, 68, 70, 72)]
LAST = Message("program_change", program=7)
FRAME = 1 / 48_000


class Rig(Protocol):
    """A MIDI system, and another program at the other end with a port for each direction."""

    system: MidiSystem
    receiver: str
    """Name of the port that takes what segue plays."""
    sender: str
    """Name of the port that segue can listen to."""
    melody: str
    """What segue's own output `segue:melody` is called there."""

    def join(self, port: OutputPort | InputPort) -> None:
        """Connect one of segue's own ports with the other end."""

    def heard(self, count: int) -> list[Message]:
        """Return what the other end got, as soon as it is so many messages."""

    def heard_at(self, count: int) -> list[float]:
        """Return when the first so many messages arrived there, seconds on the system's clock.

        It is only asked of a system with process cycles.
        """

    def play(self, *data: bytes) -> None:
        """Let the other end send these messages."""

    def leave(self) -> None:
        """Let the other end's ports vanish."""

    def come_back(self) -> None:
        """Let them be there again."""


class Gathered:
    """Collects what another thread brings, and waits until it is enough."""

    def __init__(self) -> None:
        self._condition = Condition()
        self._items: list[tuple[float, Message]] = []

    def __call__(self, at: float, message: Message) -> None:
        with self._condition:
            self._items.append((at, message))
            self._condition.notify_all()

    def wait_for(self, count: int) -> list[tuple[float, Message]]:
        """Return everything, as soon as it is so many items."""
        with self._condition:
            enough = self._condition.wait_for(lambda: len(self._items) >= count, TIMEOUT)
            assert enough, f"{count} messages expected, these came: {self._items}"
            return list(self._items)


class PortContract:
    def test_its_own_output_is_called_as_announced(self, rig: Rig):
        announced = rig.system.own_output_name
        with closing(rig.system.open_output()) as port:
            assert port.name == announced

    def test_its_own_input_is_called_as_announced(self, rig: Rig):
        announced = rig.system.own_input_name
        with closing(rig.system.open_input(Gathered())) as port:
            assert port.name == announced

    def test_further_outputs_of_its_own_stand_beside_the_first(self, rig: Rig):
        with (
            closing(rig.system.open_output()) as first,
            closing(rig.system.open_output("segue:melody")) as further,
        ):
            assert (first.name, further.name) == (rig.system.own_output_name, rig.melody)
            further.check()
            rig.join(further)
            for message in SCALE:
                further.send(message, monotonic())
            assert rig.heard(len(SCALE)) == SCALE

    def test_a_further_output_can_be_called_like_the_first_and_is_it(self, rig: Rig):
        with closing(rig.system.open_output("segue:out")) as port:
            assert port.name == rig.system.own_output_name

    def test_its_own_ports_are_not_taken_for_those_of_others(self, rig: Rig):
        with (
            closing(rig.system.open_output()),
            closing(rig.system.open_output("segue:melody")),
            closing(rig.system.open_input(Gathered())),
        ):
            with pytest.raises(PortError, match=f"^there is no port called 'segue'; .*'{rig.receiver}'$"):
                rig.system.open_output("segue")
            with pytest.raises(PortError, match=f"^there is no port called 'segue'; .*'{rig.sender}'$"):
                rig.system.open_input(Gathered(), "segue")

    def test_messages_arrive_complete_and_in_order(self, rig: Rig):
        with closing(rig.system.open_output()) as port:
            rig.join(port)
            now = monotonic()
            for step, message in enumerate(SCALE):
                port.send(message, now + step * 0.003)
            assert rig.heard(len(SCALE)) == SCALE

    def test_a_message_never_overtakes_one_sent_before_it(self, rig: Rig):
        with closing(rig.system.open_output()) as port:
            rig.join(port)
            now = monotonic()
            for step, message in enumerate(SCALE):
                port.send(message, now + 0.04 - step * 0.01)
            assert rig.heard(len(SCALE)) == SCALE

    def test_what_is_late_leaves_at_once(self, rig: Rig):
        with closing(rig.system.open_output()) as port:
            rig.join(port)
            port.send(SCALE[0], monotonic() - 3600)
            assert rig.heard(1) == SCALE[:1]

    def test_a_burst_of_thousands_arrives_whole(self, rig: Rig):
        burst = [Message("note_off", note=i % 128, channel=i // 128 % 16, velocity=0) for i in range(4096)]
        with closing(rig.system.open_output()) as port:
            rig.join(port)
            now = monotonic()
            for message in burst:
                port.send(message, now)
            assert rig.heard(len(burst)) == burst

    def test_what_is_sent_in_a_cycle_leaves_in_that_cycle_on_its_frame(self, rig: Rig):
        cycles: list[tuple[float, float, float]] = []
        served = Gathered()
        with closing(rig.system.open_output()) as port:
            rig.join(port)

            def serve(begin: float, end: float) -> None:
                """Send at the beginning of a cycle, in its middle, or at its end."""
                if len(cycles) < len(SCALE):
                    at, message = begin + (end - begin) * (len(cycles) % 3) / 2, SCALE[len(cycles)]
                    port.send(message, at)
                    cycles.append((begin, at, end))
                    served(at, message)

            if not rig.system.serve_in_cycles(serve):
                port.send(SCALE[0], rig.system.clock.now())
                assert rig.heard(1) == SCALE[:1]
                assert cycles == []
                return
            served.wait_for(len(SCALE))
            assert rig.heard(len(SCALE)) == SCALE
        assert all(begin <= at <= end for begin, at, end in cycles)
        assert rig.heard_at(len(SCALE)) == pytest.approx([at for _, at, _ in cycles], abs=FRAME)

    def test_closing_lets_out_what_was_sent(self, rig: Rig):
        port = rig.system.open_output()
        rig.join(port)
        now = monotonic()
        for message in SCALE:
            port.send(message, now + 0.02)
        port.close()
        assert rig.heard(len(SCALE)) == SCALE

    def test_closing_twice_is_closing(self, rig: Rig):
        output, input_port = rig.system.open_output(), rig.system.open_input(Gathered())
        for port in (output, output, input_port, input_port):
            port.close()

    def test_it_plays_into_an_existing_port(self, rig: Rig):
        assert rig.receiver in rig.system.output_names()
        with closing(rig.system.open_output(rig.receiver.upper())) as port:
            assert port.name == rig.receiver
            port.check()
            port.send(SCALE[0], monotonic())
            assert rig.heard(1) == SCALE[:1]

    def test_it_listens_to_an_existing_port(self, rig: Rig):
        assert rig.sender in rig.system.input_names()
        gathered = Gathered()
        with closing(rig.system.open_input(gathered, rig.sender.upper())) as port:
            assert port.name == rig.sender
            port.check()
            rig.play(bytes(SCALE[0].bin()))
            assert [message for _, message in gathered.wait_for(1)] == SCALE[:1]

    def test_a_port_that_does_not_exist_is_named_beside_those_that_do(self, rig: Rig):
        with pytest.raises(PortError, match=f"^there is no port called 'theremin'; .*'{rig.receiver}'"):
            rig.system.open_output("theremin")
        with pytest.raises(PortError, match=f"^there is no port called 'theremin'; .*'{rig.sender}'"):
            rig.system.open_input(Gathered(), "theremin")

    def test_what_comes_in_is_normalised_and_in_order(self, rig: Rig):
        gathered = Gathered()
        with closing(rig.system.open_input(gathered)) as port:
            rig.join(port)
            rig.play(
                b"\x90\x3c\x50",  # note-on
                b"\xf8",  # clock
                b"\xfe",  # active sensing: nobody's business
                b"\xf0\x7d\x01\xf7",  # SysEx: nobody's business
                b"\x90\x3c\x00",  # note-on of velocity 0
                bytes(LAST.bin()),
            )
            came = gathered.wait_for(4)
        assert [message for _, message in came] == [
            Message("note_on", note=60, velocity=80),
            Message("clock"),
            Message("note_off", note=60, velocity=0),
            LAST,
        ]
        moments = [at for at, _ in came]
        assert moments == sorted(moments)

    def test_nothing_is_delivered_after_closing(self, rig: Rig):
        gathered, later = Gathered(), Gathered()
        port = rig.system.open_input(gathered)
        rig.join(port)
        rig.play(bytes(SCALE[0].bin()))
        gathered.wait_for(1)
        port.close()
        with closing(rig.system.open_input(later)) as port:
            rig.join(port)
            rig.play(bytes(SCALE[1].bin()))
            later.wait_for(1)
        assert [message for _, message in gathered.wait_for(1)] == SCALE[:1]

    def test_an_output_whose_other_end_left_is_lost_and_can_be_taken_up_again(self, rig: Rig):
        port = rig.system.open_output(rig.receiver)
        rig.leave()
        with pytest.raises(PortLostError):
            port.check()
        with pytest.raises(PortLostError):
            port.send(SCALE[0], monotonic())
        port.close()
        with pytest.raises(PortError):
            rig.system.open_output(rig.receiver)
        rig.come_back()
        with closing(rig.system.open_output(rig.receiver)) as port:
            port.check()
            port.send(SCALE[0], monotonic())
            assert rig.heard(1) == SCALE[:1]

    def test_an_input_whose_other_end_left_is_lost_and_can_be_taken_up_again(self, rig: Rig):
        port = rig.system.open_input(Gathered(), rig.sender)
        rig.leave()
        with pytest.raises(PortLostError):
            port.check()
        port.close()
        with pytest.raises(PortError):
            rig.system.open_input(Gathered(), rig.sender)
        rig.come_back()
        gathered = Gathered()
        with closing(rig.system.open_input(gathered, rig.sender)) as port:
            port.check()
            rig.play(bytes(SCALE[0].bin()))
            assert [message for _, message in gathered.wait_for(1)] == SCALE[:1]
