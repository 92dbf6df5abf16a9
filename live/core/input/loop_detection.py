"""Detects feedback loops: a cable or connection that leads segue's output back to its input."""

from collections import deque

from mido import Message

ECHO_SECONDS = 0.15
"""Maximum time that a sent message takes to come back; a loop through a DAW with long buffers takes 0.1 s."""

EARLY_SECONDS = 0.001
"""How much too early an echo may seem to arrive: times are rounded to audio frames."""

PROOF = 3
"""This many note-ons like segue's within `PROOF_SECONDS` prove a loop; one or two may be the musician's."""

PROOF_SECONDS = 5.0

NOTICE = "segue hears itself: its output is connected to its input; disconnect them"


MOST_SENT = 1024
"""Sent messages to keep while no input comes in to compare them with: far more than leave in `ECHO_SECONDS`,
and so few that the audio callback forgets them at once."""


class LoopDetector:
    """Separates echoes of segue's own output from what the musician plays.

    A message looks like an echo if segue sent the same message at most `ECHO_SECONDS` ago. Each sent message
    explains one incoming message. The musician may by chance play the same note as segue, so a note-on counts
    as an echo only once a loop is proven: from the third lookalike within `PROOF_SECONDS` on. Before that, it
    counts as the musician's, and so does its note-off. With `--thru` it is sent on and comes in again, so the
    third round of a single note proves the loop and ends there. Any other message that looks like an echo
    counts as one at once. Two cases look like echoes but are not:

    - With `--thru`, the musician plays a note again with the same velocity. The detector sees that they
      released the key in between. It ignores this once a loop is proven, because an echo may arrive after the
      release of a short note. It also ignores it if a lookalike came in shortly before the message was sent,
      because that message may be the loop's next round.
    - The musician releases a key just as segue ends the same note. A note-off is an echo only if its note-on
      looked like one. Its velocity does not matter, because some devices change it.

    Owned by one thread.
    """

    def __init__(self) -> None:
        # In order of time.
        self._sent: deque[tuple[float, Message]] = deque(maxlen=MOST_SENT)
        # Notes whose note-on looked like an echo, and whether it counted as one.
        self._echoed: dict[tuple[int, int], bool] = {}
        # By note: when the musician last released it.
        self._released: dict[tuple[int, int], float] = {}
        # By note: when the last note-on came in that looked like an echo.
        self._suspected: dict[tuple[int, int], float] = {}
        # When the newest note-ons came in that looked like echoes.
        self._lookalikes: deque[float] = deque(maxlen=PROOF)

    def sent(self, at: float, message: Message) -> None:
        """Record a message that is about to be sent, before it can come back.

        Args:
            at: when it leaves, seconds on the stage's clock.
            message: the message, clock messages included.
        """
        self._sent.append((at, message))

    def is_echo(self, at: float, message: Message) -> bool:
        """Return whether an incoming message is an echo; call this for every message, in order."""
        self._forget_until(at - ECHO_SECONDS)
        for index, (sent_at, sent) in enumerate(self._sent):
            if at >= sent_at - EARLY_SECONDS and self._explains(sent_at, sent, message, at):
                del self._sent[index]
                return self._take(message, at)
        match message.type:
            case "note_off":
                self._released[message.channel, message.note] = at
            case "note_on" if not self.is_proven(at):
                self._echoed.pop((message.channel, message.note), None)  # the next note-off is this one's
        return False

    def is_proven(self, now: float) -> bool:
        """Return whether segue hears itself."""
        return len(self._lookalikes) == PROOF and self._lookalikes[0] >= now - PROOF_SECONDS

    def _forget_until(self, at: float) -> None:
        """Forget what was sent before a time: its echo did not come."""
        while self._sent and self._sent[0][0] < at:
            _, sent = self._sent.popleft()
            if sent.type == "note_off":
                self._echoed.pop((sent.channel, sent.note), None)

    def _explains(self, sent_at: float, sent: Message, message: Message, at: float) -> bool:
        if message.type == "note_off":
            note = message.channel, message.note
            return sent.type == "note_off" and (sent.channel, sent.note) == note and note in self._echoed
        if sent != message:
            return False
        if message.type != "note_on" or self.is_proven(at):
            return True
        note, never = (message.channel, message.note), float("-inf")
        may_go_round = self._suspected.get(note, never) >= sent_at - ECHO_SECONDS
        return may_go_round or self._released.get(note, never) < sent_at

    def _take(self, message: Message, at: float) -> bool:
        """Remember a message that looks like an echo; return whether it counts as one."""
        if message.type not in ("note_on", "note_off"):
            return True
        note = message.channel, message.note
        if message.type == "note_on":
            self._lookalikes.append(at)
            self._suspected[note] = at
            self._echoed[note] = self.is_proven(at)
            return self._echoed[note]
        return self._echoed.pop(note)
