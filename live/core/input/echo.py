"""Whether segue hears itself: what it sent comes in again, by a cable or a connection that makes a loop."""

from collections import deque

from mido import Message

ECHO_SECONDS = 0.15
"""How long what was sent may take to come back: a loop through a DAW with long buffers takes a tenth."""

EARLY_SECONDS = 0.001
"""How much before its moment it may seem to come in: moments are those of frames, and rounded."""

PROOF = 3
"""So many note-ons like segue's within `PROOF_SECONDS` are no chance; one or two may be the player's own."""

PROOF_SECONDS = 5.0

NOTICE = "segue hears itself: its output leads back to its input; part the two"

MOST_SENT = 4096
"""So many messages are kept at most, if nothing comes in that would look for them."""


class LoopDetector:
    """Tells what comes back from what a player plays.

    A message is an echo if the same was sent at most `ECHO_SECONDS` ago; each one that was sent explains one
    that comes in. A note-on that looks like one may be a key struck by chance as segue plays the same, so it
    is taken for an echo only where a loop is proven, itself counted: the third within `PROOF_SECONDS`. Until
    then it is the player's, and so is its note-off. With `--thru` it goes through and comes in again, so a
    loop is proven in the third round of a single note, and ends there. All else that looks like an echo is
    one at once. Two things look like echoes and are none:

    - A hand that strikes a key again with the same velocity, while what it plays goes through: since then the
      key came up. That counts no more where a loop is proven, as an echo may be slower than a short note;
      nor for what was sent soon after something like an echo, as that may be the loop's next round.
    - A hand that releases a key while segue ends the same note: a note-off is an echo only of a note whose
      note-on was one. Its velocity does not matter: some change it on the way.

    `sent` may be called by any thread; everything else belongs to one thread.
    """

    def __init__(self) -> None:
        # Its append and popleft are atomic: all that the two threads have in common.
        self._told: deque[tuple[float, Message]] = deque(maxlen=MOST_SENT)
        self._sent: list[tuple[float, Message]] = []
        # Notes whose note-on looked like an echo, and whether it was taken for one.
        self._echoed: dict[tuple[int, int], bool] = {}
        # By note: when a hand last released it.
        self._released: dict[tuple[int, int], float] = {}
        # By note: when a note-on last came in that looks like an echo.
        self._suspected: dict[tuple[int, int], float] = {}
        self._loop_detector: deque[float] = deque(maxlen=PROOF)

    def sent(self, at: float, message: Message) -> None:
        """Take note of a message on its way to the port, before it can come back.

        Args:
            at: when it leaves, seconds on the stage's clock.
            message: what is sent; clock, too, if it is sent.
        """
        self._told.append((at, message))

    def is_echo(self, at: float, message: Message) -> bool:
        """Return whether a message that came in is one that was sent; to be asked of each one, in order."""
        self._catch_up(at)
        for index, (sent_at, sent) in enumerate(self._sent):
            if at >= sent_at - EARLY_SECONDS and self._explains(sent_at, sent, message, at):
                del self._sent[index]
                return self._take(message, at)
        match message.type:
            case "note_off":
                self._released[message.channel, message.note] = at
            case "note_on" if not self._is_proven(at):
                self._echoed.pop((message.channel, message.note), None)  # the next note-off is this one's
        return False

    def notice(self, now: float) -> str | None:
        """Return what to tell the player while a loop is proven; None if there is none."""
        return NOTICE if self._is_proven(now) else None

    def _catch_up(self, at: float) -> None:
        while self._told:
            timed = self._told.popleft()
            if timed not in self._sent:  # what was taken back and handed over again is told of twice
                self._sent.append(timed)
        for sent_at, sent in self._sent:
            if sent_at < at - ECHO_SECONDS and sent.type == "note_off":
                self._echoed.pop((sent.channel, sent.note), None)  # its echo did not come
        self._sent = [timed for timed in self._sent if timed[0] >= at - ECHO_SECONDS]

    def _explains(self, sent_at: float, sent: Message, message: Message, at: float) -> bool:
        if message.type == "note_off":
            note = message.channel, message.note
            return sent.type == "note_off" and (sent.channel, sent.note) == note and note in self._echoed
        if sent != message:
            return False
        if message.type != "note_on" or self._is_proven(at):
            return True
        note, never = (message.channel, message.note), float("-inf")
        may_go_round = self._suspected.get(note, never) >= sent_at - ECHO_SECONDS
        return may_go_round or self._released.get(note, never) < sent_at

    def _take(self, message: Message, at: float) -> bool:
        """Remember what looks like an echo; return whether it is taken for one."""
        if message.type not in ("note_on", "note_off"):
            return True
        note = message.channel, message.note
        if message.type == "note_on":
            self._loop_detector.append(at)
            self._suspected[note] = at
            self._echoed[note] = self._is_proven(at)
            return self._echoed[note]
        return self._echoed.pop(note)

    def _is_proven(self, now: float) -> bool:
        return len(self._loop_detector) == PROOF and self._loop_detector[0] >= now - PROOF_SECONDS
