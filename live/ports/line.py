"""The line between the engine and the port process: frozen values each way, never waiting for the other end.

Between processes it is a pair of Unix sockets that keeps packets whole (`SOCK_SEQPACKET`, unix(7)), which the
supervisor makes and hands to both ends (`live.supervisor`). When one end dies, the kernel closes its socket,
and the other end knows within milliseconds; with a new process comes a new pair. The values are pickled: both
ends are this program, and nobody else has an end. Within one process it is two queues.
"""

import os
import pickle
import select
import socket
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Lock
from typing import Protocol

BEGUN = b"B"
"""What a process sends to the supervisor when it has begun its work."""

PACKET_BYTES = 1 << 17
"""Maximum size of a packet: below the kernel's limit (`net.core.wmem_default`, 208 KiB on Linux), and far
above what is sent: the state of a performance has 5 to 25 kB."""

MOST_WAITING = 4096
"""Packets to keep for an other end that does not read; the oldest are lost first."""


@dataclass(frozen=True, slots=True)
class PeerCame:
    """Another process is at the other end from now on."""


@dataclass(frozen=True, slots=True)
class PeerLeft:
    """The process at the other end is gone; what it sent before has been received."""


@dataclass(frozen=True, slots=True)
class LineClosed:
    """Nobody will come to the other end any more."""


class Line(Protocol):
    """One end of the line.

    Attributes:
        is_supervised: whether a process that dies is started again.
    """

    is_supervised: bool

    def send(self, packet: object) -> None:
        """Send a packet, which must be frozen; any thread may call it.

        What nobody takes is lost, and a packet of more than `PACKET_BYTES`.
        """
        ...

    def receive(self, seconds: float) -> list[object]:
        """Return what came, at once if something has; wait at most so many seconds. For one thread only."""
        ...

    def begin(self) -> None:
        """Say that this process has begun its work, so that it shall be started again if it dies."""
        ...

    def close(self) -> None:
        """Leave: the other end gets `PeerLeft`."""
        ...


class QueueLine:
    """One end of a line within one process."""

    is_supervised = False

    def __init__(self, inward: SimpleQueue[object], outward: SimpleQueue[object]) -> None:
        self._inward = inward
        self._outward = outward

    def send(self, packet: object) -> None:
        """Send a packet."""
        self._outward.put(packet)

    def receive(self, seconds: float) -> list[object]:
        """Return what came."""
        came = []
        with suppress(Empty):
            came.append(self._inward.get(seconds > 0, max(0.0, seconds)))
            while True:
                came.append(self._inward.get_nowait())
        return came

    def begin(self) -> None:
        """Do nothing: nobody starts a thread again."""

    def close(self) -> None:
        """Leave."""
        self._outward.put(PeerLeft())
        self._outward.put(LineClosed())


def queue_lines() -> tuple[QueueLine, QueueLine]:
    """Return both ends of a line within one process; each end has the other's `PeerCame` already."""
    one, other = SimpleQueue[object](), SimpleQueue[object]()
    one.put(PeerCame())
    other.put(PeerCame())
    return QueueLine(one, other), QueueLine(other, one)


class SocketLine:
    """One end of a line between processes.

    Args:
        control: the connection to the supervisor, through which the sockets of the line come.
    """

    is_supervised = True

    def __init__(self, control: socket.socket) -> None:
        self._control: socket.socket | None = control
        self._peer: socket.socket | None = None
        # Packets that the kernel did not take, because the other end does not read.
        self._waiting: deque[bytes] = deque(maxlen=MOST_WAITING)
        self._lock = Lock()

    def send(self, packet: object) -> None:
        """Send a packet."""
        data = pickle.dumps(packet, pickle.HIGHEST_PROTOCOL)
        if len(data) > PACKET_BYTES:
            return  # nobody could read it
        with self._lock:
            if self._peer is not None:
                self._waiting.append(data)
                self._flush(self._peer)

    def receive(self, seconds: float) -> list[object]:
        """Return what came."""
        ends = [end for end in (self._control, self._peer) if end is not None]
        with self._lock:
            writing = [self._peer] if self._waiting and self._peer is not None else []
        readable, writable, _ = select.select(ends, writing, [], max(0.0, seconds))
        if writable:
            with self._lock:
                self._flush(writable[0])
        came = self._read(self._peer) if self._peer in readable and self._peer is not None else []
        return came + self._read_control(self._control) if self._control in readable else came

    def begin(self) -> None:
        """Tell the supervisor."""
        if self._control is not None:
            with suppress(OSError):
                self._control.send(BEGUN)

    def close(self) -> None:
        """Leave."""
        self._drop_peer()
        if self._control is not None:
            self._control.close()
            self._control = None

    def _flush(self, peer: socket.socket) -> None:
        with suppress(BlockingIOError, ConnectionError):
            while self._waiting:
                peer.send(self._waiting[0], socket.MSG_DONTWAIT)
                self._waiting.popleft()

    def _read(self, peer: socket.socket) -> list[object]:
        came: list[object] = []
        while True:
            try:
                data = peer.recv(PACKET_BYTES, socket.MSG_DONTWAIT)
            except BlockingIOError:
                return came
            except ConnectionResetError:
                continue  # it left without reading all that it got; what it sent is still to come
            if not data:
                self._drop_peer()
                return [*came, PeerLeft()]
            came.append(pickle.loads(data))

    def _read_control(self, control: socket.socket | None) -> list[object]:
        """Take the end of a new line from the supervisor."""
        assert control is not None
        fds: list[int] = []
        with suppress(ConnectionError):
            _, fds, _, _ = socket.recv_fds(control, 1, 1)
        if not fds:
            control.close()
            self._control = None
            return [LineClosed()]
        came = self._read(self._peer) if self._peer is not None else []
        if self._peer is not None:
            self._drop_peer()
            came.append(PeerLeft())
        os.set_inheritable(fds[0], False)
        with self._lock:
            self._peer = socket.socket(fileno=fds[0])
        return [*came, PeerCame()]

    def _drop_peer(self) -> None:
        with self._lock:
            peer, self._peer = self._peer, None
            self._waiting.clear()
        if peer is not None:
            peer.close()
