"""Decides what an incoming MIDI message is - an echo, clock, a control or music - and routes it."""

from mido import Message

from live.core.controls.control_map import PRESSED
from live.core.performer.master_sync import CLOCK_MESSAGES
from live.screen.recent_notes import RecentNotes
from live.stage.port_watch import PortWatch
from live.stage.session import Session
from presets.sets.channel_message import KEYS_UP, SUSTAIN
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

    def hear(self, source: int, message: Message, at: float) -> None:
        """Route a message of an input, stamped `at` seconds, and record it."""
        # Messages of several inputs may arrive out of order: time must not run backwards.
        at = self._heard_until = max(at, self._heard_until)
        use = self._take(source, message, at)
        self._session.recorder.heard(at, message, source, use)

    def let_go(self, source: int, at: float) -> None:
        """Release every key of an input: the input is lost, or its keyboard sent all notes off."""
        self._pedals = {pedal for pedal in self._pedals if pedal[0] != source}
        self._session.performer.release_all(at, source)
        self._session.outputs.let_go(source)
        self._recent_notes.release_all(at)

    def _take(self, source: int, message: Message, at: float) -> Use:
        """Act on a message; return what it was used for."""
        session, now = self._session, self._session.clock.now()
        if session.loop_detector.is_echo(at, message):
            return Use.ECHO
        if message.type in CLOCK_MESSAGES:
            if session.master_sync is not None:
                session.master_sync.hear(source, message, at, now)
            return Use.CLOCK
        self._port_watch.heard_at = at
        if session.inputs is not None and session.steering.hear(
            session.inputs.input_name(source), message, at, now
        ):
            if not _is_sustain(message) or (source, message.channel) not in self._pedals:
                return Use.CONTROL
            message = message.copy(value=0)  # the pedal was down when it was bound: lift it in the music
        self._send_through(source, message)
        self._play_along(source, message, at)
        return Use.MUSIC

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
            case _ if _is_sustain(message):
                is_down = message.value >= PRESSED
                (self._pedals.add if is_down else self._pedals.discard)((source, message.channel))
                performer.pedal(source, message.channel, is_down, at)
            case "control_change" if message.control in KEYS_UP:
                self.let_go(source, at)

    def _send_through(self, source: int, message: Message) -> None:
        """Send on at once what the musician plays; `let_go` sends its own note-offs for all notes off."""
        thru, outputs = self._session.thru, self._session.outputs
        led = thru.through(message) if thru is not None else None
        match message.type:
            case _ if led is None:
                return
            case "note_on" | "note_off":
                outputs.thru(led, (source, message.channel, message.note))
            case "control_change" if message.control == SUSTAIN:
                # The pedal has an owner, so that it is lifted if its input is lost.
                outputs.thru(led, (source, message.channel, SUSTAIN))
            case "control_change" if message.control in KEYS_UP:
                return
            case _:
                outputs.thru(led)


def _is_sustain(message: Message) -> bool:
    return bool(message.type == "control_change" and message.control == SUSTAIN)
