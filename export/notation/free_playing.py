"""Where a player does not keep to the beat: steadily late, or in a tempo of their own."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from export.notation.bars import UNIT
from presets.music.event import PPQ
from presets.sets.recording import Recorded

PAUSE = 2 * PPQ
"""Ticks of silence from which on another phrase begins."""

NEAR = PPQ // 12
"""Ticks that a note may be off its beat."""

ON_THE_BEAT = 0.5
"""Share of the beats of a phrase that are struck, from which on it keeps to them."""


def find_free_playing(notes: Sequence[Recorded], places: Sequence[int]) -> list[range]:
    """Return the ticks of the phrases that were played freely.

    Args:
        notes: of a player, in order of their onsets.
        places: where the beats begin, in units.
    """
    return [
        range(phrase[0].tick, phrase[-1].tick + 1)
        for phrase in _phrases(notes)
        if _share_on_the_beat([note.tick for note in phrase], places) < ON_THE_BEAT
    ]


def _phrases(notes: Iterable[Recorded]) -> list[list[Recorded]]:
    phrases: list[list[Recorded]] = []
    end = 0
    for note in notes:
        if phrases and note.tick - end < PAUSE:
            phrases[-1].append(note)
        else:
            phrases.append([note])
        end = max(end, note.tick + note.duration)
    return phrases


def _share_on_the_beat(onsets: Iterable[int], places: Sequence[int]) -> float:
    """Return of how many beats with onsets one is struck on the beat."""
    struck: dict[int, bool] = {}
    for onset in onsets:
        # A little early still belongs to the beat that follows.
        beat = bisect_right(places, (onset + NEAR) / UNIT) - 1
        struck[beat] = struck.get(beat, False) or onset - places[beat] * UNIT <= NEAR
    return sum(struck.values()) / len(struck)
