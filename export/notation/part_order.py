"""Sort parts in the order of a score."""

from collections.abc import Sequence

from presets.sets.recording import Track


def from_the_top(tracks: Sequence[Track]) -> list[Track]:
    """Return tracks in the order of a score: the tracks of a preset together, higher ones above lower ones.

    Args:
        tracks: the tracks as recorded; presets and musicians keep their order.
    """
    presets = list(dict.fromkeys(map(_preset, tracks)))
    return sorted(tracks, key=lambda track: (presets.index(_preset(track)), -_height(track)))


def _preset(track: Track) -> str:
    return track.name.partition(": ")[0]


def _height(track: Track) -> float:
    return sum(note.note for note in track.notes) / len(track.notes)
