"""Find phrases in which the musician does not keep to the beat: always late, or in their own tempo."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from export.notation.bars import UNIT
from presets.music.event import PPQ
from presets.sets.recording import Recorded

PAUSE = 2 * PPQ
"""Ticks of silence after which a new phrase begins."""

NEAR = PPQ // 12
"""Maximum distance of a note from its beat, in ticks."""

ON_THE_BEAT = 0.5
"""A phrase keeps to the beat if at least this share of its beats has a note on the beat."""


def find_free_playing(notes: Sequence[Recorded], places: Sequence[int]) -> list[range]:
    """Return the ticks of the phrases that were played freely.

    Args:
        notes: the notes of one musician, in order of their onsets.
        places: the beginnings of the beats, in units.
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
    """Return the share of the beats with notes that have a note on the beat itself."""
    hit: dict[int, bool] = {}
    for onset in onsets:
        # A note that comes a little early belongs to the next beat.
        beat = bisect_right(places, (onset + NEAR) / UNIT) - 1
        hit[beat] = hit.get(beat, False) or onset - places[beat] * UNIT <= NEAR
    return sum(hit.values()) / len(hit)
