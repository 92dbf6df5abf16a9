"""Decides what an incoming MIDI message is - an echo, clock, a control or music - and routes it.

What goes through to the output has gone already (`live.core.output.thru_rules`).
"""

from mido import Message

from live.core.output.thru_rules import is_sustain
from live.core.performer.master_sync import CLOCK_MESSAGES
from live.ports.reports import MessageReceived
from live.screen.recent_notes import RecentNotes
from live.stage.port_watch import PortWatch
from live.stage.session import Session
from presets.sets.channel_message import KEYS_UP, PRESSED
from presets.sets.records import Use


class MessageRouter:
    """Routes each incoming message to the part that needs it. Owned by the stage's thread.

    Args:
        session: the parts that receive messages.
        port_watch: records when a message came in.
        recent_notes: records which keys are down.
    """

    def __init__(self, session: Session, port_watch: PortWatch, recent_notes: RecentNotes) -> None:
        self._session = session
        self._port_watch = port_watch
        self._recent_notes = recent_notes
        # The sustain pedals that are down as music (not as controls), by input and channel.
        self._pedals: set[tuple[int, int]] = set()
        self._heard_until = float("-inf")

    def hear(self, received: MessageReceived) -> None:
        """Route a message of an input, and record it."""
        # Messages of several inputs may arrive out of order: time must not run backwards.
        at = self._heard_until = max(received.at, self._heard_until)
        if not received.is_echo:
            use = self._take(received.source, received.message, at)
        else:
            use = Use.ECHO
            self._lift_pedal(received.source, received.message, at)
        self._session.recorder.heard(at, received.message, received.source, use)

    def let_go(self, source: int, at: float) -> None:
        """Release every key of an input: the input is lost, or its keyboard sent all notes off."""
        self._pedals = {pedal for pedal in self._pedals if pedal[0] != source}
        self._session.performer.release_all(at, source)
        self._recent_notes.release_all(at)

    def _take(self, source: int, message: Message, at: float) -> Use:
        """Act on a message; return what it was used for."""
        session, now = self._session, self._session.clock.now()
        if message.type in CLOCK_MESSAGES:
            if session.master_sync is not None:
                session.master_sync.hear(source, message, at, now)
            return Use.CLOCK
        self._port_watch.heard_at = at
        if session.steering.hear(self._port_watch.input_name(source), message, at, now):
            if not is_sustain(message) or (source, message.channel) not in self._pedals:
                return Use.CONTROL
            message = message.copy(value=0)  # the pedal was down when it was bound: lift it in the music
        self._play_along(source, message, at)
        return Use.MUSIC

    def _lift_pedal(self, source: int, message: Message, at: float) -> None:
        """Lift a pedal by what looks like an echo.

        It may be the musician's: with thru, of two pedals that come up one after the other the second looks
        like the echo of the first, and a pedal must not stay down.
        """
        if is_sustain(message) and message.value < PRESSED:
            self._play_along(source, message, at)

    def _play_along(self, source: int, message: Message, at: float) -> None:
        """Pass what the musician plays to the performer."""
        performer = self._session.performer
        match message.type:
            case "note_on":
                self._recent_notes.press(message.note, at)
                performer.press((source, message.channel, message.note), message.velocity, at)
            case "note_off":
                self._recent_notes.release(message.note, at)
                performer.release((source, message.channel, message.note), at)
            case _ if is_sustain(message):
                is_down = message.value >= PRESSED
                (self._pedals.add if is_down else self._pedals.discard)((source, message.channel))
                performer.pedal(source, message.channel, is_down, at)
            case "control_change" if message.control in KEYS_UP:
                self.let_go(source, at)
