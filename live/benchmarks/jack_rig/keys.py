"""The keys that a musician presses to find out how long they take, and how long each took."""

from collections import defaultdict, deque
from collections.abc import Iterator, Sequence

from live.benchmarks.jack_rig.server import RATE

CHANNEL = 15
"""0..15. Presets play on the lowest channels and click on 9, so this one is the musician's alone."""

KEYS_PER_SECOND = 16
LOWEST, HIGHEST = 24, 104
"""The keys go upwards, over and over."""

AGAIN_FRAMES = (HIGHEST - LOWEST) * RATE // KEYS_PER_SECOND
"""After so long the same key comes again: what is heard later belongs to that one."""

VELOCITY = 80
NOTE_ON, NOTE_OFF = 0x90, 0x80

Framed = Sequence[int]
"""A note-on: its frame on JACK's clock, and its note number."""


def key_presses(start: int, count: int) -> Iterator[tuple[int, bytes]]:
    """Yield the frame and the bytes of each note-on and note-off, in order.

    Args:
        start: frame of the first.
        count: number of keys.
    """
    apart = RATE // KEYS_PER_SECOND
    for number in range(count):
        frame, note = start + number * apart, LOWEST + number % (HIGHEST - LOWEST)
        yield frame, bytes((NOTE_ON | CHANNEL, note, VELOCITY))
        yield frame + apart // 2, bytes((NOTE_OFF | CHANNEL, note, 0))


def frames_taken(sent: Sequence[Framed], heard: Sequence[Framed]) -> Iterator[int]:
    """Yield how many frames each key took that came through.

    Args:
        sent: the keys, in order.
        heard: the same ones as they were heard, in order; some may be missing.
    """
    frames: defaultdict[int, deque[int]] = defaultdict(deque)
    for frame, note in heard:
        frames[note].append(frame)
    for frame, note in sent:
        while frames[note] and frames[note][0] < frame:
            frames[note].popleft()
        if frames[note] and frames[note][0] < frame + AGAIN_FRAMES:
            yield frames[note].popleft() - frame
