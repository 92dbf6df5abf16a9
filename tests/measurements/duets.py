"""Performances for two, written down: what hands do in each way of playing, and what segue makes of it.

segue plays the golden preset `steps`: a melody that goes on by the step that it took last, in a dotted rhythm
that begins on each beat, over a low C in each bar.
"""

from dataclasses import dataclass
from pathlib import Path

from live.core.controls.mode import Mode

STEPS = Path(__file__).parents[1] / "golden" / "steps"

BPM = 150


@dataclass(frozen=True, slots=True)
class Duet:
    """A performance for two.

    Attributes:
        bars: how long it is.
        hands: what the player strikes, a line each: bar|beat, notes, and the beats that they are held.
        segue: what segue must strike, in the same way; each note has its own beats.
    """

    bars: int
    hands: str
    segue: str


def _lines(text: str) -> str:
    return "\n".join(line.strip() for line in text.strip().splitlines())


DUETS = {
    # By the last step: from A flat to the hands' F fifteen down, from D to the hands' A nineteen up.
    Mode.STREAM: Duet(
        bars=3,
        hands=_lines("""
            2|1.25 F4 0.5
            2|2.25 A4 0.5
        """),
        segue=_lines("""
            1|1 C2 4, E4 0.5
            1|1.75 F#4 0.5
            1|2 Ab4 0.5
            1|2.75 Bb4 0.5
            1|3 C5 0.5
            1|3.75 D5 0.5
            1|4 E5 0.5
            1|4.75 F#5 0.5
            2|1 C2 4, Ab5 0.5
            2|2 D3 0.5
            2|3 E6 0.5
            2|3.75 B3 0.5
            2|4 F#5 0.5
            2|4.75 C#3 0.5
            3|1 C2 4, Ab4 0.5
            3|1.75 Eb6 0.5
            3|2 Bb3 0.5
            3|2.75 F5 0.5
            3|3 C3 0.5
            3|3.75 G4 0.5
            3|4 D6 0.5
            3|4.75 A3 0.5
        """),
    ),
    # The phrase ends at 2|3.5 and is over two beats later; segue takes it up in another place of its key,
    # from the next beat on. Then the hands interrupt it with one note, which is too short to be taken up.
    Mode.CONTINUE: Duet(
        bars=5,
        hands=_lines("""
            2|1 C4 0.5
            2|2 D4 0.5
            2|3 E4 0.5
            4|3.2 G4 0.3
        """),
        segue=_lines("""
            3|2 D4 4
            3|3 E4 0.5
            3|4 G4 0.5
            3|4.75 Bb4 0.5
            4|1 C2 2.5, C#5 0.5
            4|1.75 E5 0.5
            4|2 G5 0.5
            4|2.75 Bb5 0.5
            4|3 C#6 0.5
            5|2 C#3 0.5
            5|2.75 G5 0.5
            5|3 C#4 0.5
            5|3.75 G6 0.5
            5|4 C#5 0.5
            5|4.75 G3 0.5
        """),
    ),
    # Two bars of call, two of answer from the next bar line on, with the rhythm of the call and its motif
    # in another place of the key; then one bar, whose call of two notes is too short to be taken up.
    Mode.ANSWER: Duet(
        bars=7,
        hands=_lines("""
            2|1 C4 0.5
            2|4.5 D4 0.5
            3|2 E4 0.5
            6|3 E5 0.5
            6|3.5 D5 0.5
        """),
        segue=_lines("""
            4|1 C2 4, F4 3.5
            4|4.5 G4 1.5
            5|2 A4 3
            7|1 C2 4, C5 0.5
            7|1.75 Bb4 0.5
            7|2 Ab4 0.5
            7|2.75 F#4 0.5
            7|3 E4 0.5
            7|3.75 D4 0.5
            7|4 C4 0.5
            7|4.75 Bb3 0.25
        """),
    ),
    # The hand takes over the note that sounds. Then the part rests that the hand is in, and the other plays
    # its lowest note that the hand's key may have where it has none of its own.
    Mode.ACCOMPANY: Duet(
        bars=3,
        hands=_lines("""
            2|1.25 Ab5 2
        """),
        segue=_lines("""
            1|1 C2 4, E4 0.5
            1|1.75 F#4 0.5
            1|2 Ab4 0.5
            1|2.75 Bb4 0.5
            1|3 C5 0.5
            1|3.75 D5 0.5
            1|4 E5 0.5
            1|4.75 F#5 0.5
            2|1 C2 4, Ab5 0.25
            2|1.75 Ab1 0.25
            2|2 Ab1 0.75
            2|2.75 Ab1 0.25
            2|3 Ab1 0.75
            2|3.75 Ab1 0.25
            2|4 Ab1 0.75
            2|4.75 Ab1 1
            3|1 C2 4
            3|1.75 Ab1 0.25
            3|2 Ab1 0.75
            3|2.75 Ab1 0.25
            3|3 Ab1 0.75
            3|3.75 Ab1 0.25
            3|4 Ab1 0.75
            3|4.75 Ab1 4
        """),
    ),
    Mode.HOLD: Duet(
        bars=3,
        hands=_lines("""
            2|1 C4 1
            2|2 C4+E4 4
        """),
        segue="",
    ),
}
