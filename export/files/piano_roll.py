"""Draw a recording as a picture: time goes right, pitch goes up, and long music has several lines."""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from export.files.systems import RollBar, bars, in_lines
from export.tempo_map import TempoMap
from presets.atomic import replacing
from presets.errors import SegueError
from presets.sets.recording import By, Recording, Track

# After Okabe and Ito 2008, "Color Universal Design": colour-blind people can also distinguish these. Their
# yellow is left out because it is too pale on white.
SEGUE = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#7F5539")
PLAYER = ("#D55E00", "#F0C808")
COUNT_IN = ("#777777",)
"""Colours of the tracks, by who played them; further tracks use the same colours with a hatch."""
HATCHES = (None, "//////", "......")

WIDTH, DPI = 17.0, 110
"""Width in inches, and dots per inch."""
SEMITONE, HIGHEST_LINE = 0.05, 3.0
"""Inches: the height of a semitone, and the maximum height of a line."""
LEAST_SPAN, FLAG = 25, 4
"""Semitones: the minimum range of a line, and the space for a marker above the highest note."""
HEAD, LEGEND, GAP, FOOT = 0.7, 0.2, 0.5, 0.35
"""Inches: above the first line, for each row of the legend, between lines, and below the last line."""
LEFT, RIGHT = 0.55, 0.25
"""Inches to the left and right of the lines."""
LEGENDS = 6
"""Tracks in a row of the legend."""

SOFTEST = 0.4
"""Share of the colour in the softest note; the loudest note has the full colour."""
BAR_LINE, BEAT_LINE, OCTAVE, BLACK_KEYS = "#909090", "#DDDDDD", "#B5B5B5", "#F1F1F1"
IS_BLACK = (1, 3, 6, 8, 10)
"""Pitch classes of the black keys."""

NUMBERED = 24
"""Maximum number of bar numbers in a line; longer lines also show no beats."""
TIMES = 8
"""Maximum number of times shown above a line."""


class PianoRollError(SegueError):
    """A picture cannot be drawn."""


@dataclass(frozen=True, slots=True)
class Look:
    """The look of a track.

    Attributes:
        track: the track.
        colour: the colour of its loudest note.
        hatch: matplotlib's pattern, if another track already has the colour.
    """

    track: Track
    colour: str
    hatch: str | None


def write_piano_roll(recording: Recording, path: Path, *, progress: Callable[[float], None]) -> None:
    """Draw a recording as a PNG; the file appears complete or not at all.

    All beats have the same width, whatever the tempo; minutes and seconds appear above them. Each track has
    its colour, and softer notes are paler. The musician's notes have dark outlines. The clicks of a count-in
    are ticks at the lower edge.

    Args:
        recording: a recording with at least one note.
        path: the PNG; an existing one is overwritten.
        progress: called with the share of the work that is done, 0..1.

    Raises:
        PianoRollError: if there are no notes, or the file cannot be written.
    """
    looks = _looks(recording.tracks)
    if not looks:
        raise PianoRollError(f"cannot draw a piano roll of {recording.name!r}: it has no notes")
    lines = in_lines(bars(recording))
    picture = _Picture(recording, looks, lines)
    for number in range(len(lines)):
        picture.draw_line(number)
        progress(0.5 * (number + 1) / len(lines))
    try:
        with replacing(path) as scratch, warnings.catch_warnings():
            # A name may be in any script, and the font does not have all of them.
            warnings.filterwarnings("ignore", "Glyph", UserWarning)
            picture.figure.savefig(scratch, format="png", dpi=DPI)
    except OSError as error:
        raise PianoRollError(f"cannot write the piano roll {path.as_posix()!r}: {error.strerror}") from error
    progress(1.0)


class _Picture:
    """The whole picture: the head, then the lines one below the other."""

    def __init__(
        self, recording: Recording, looks: Sequence[Look], lines: Sequence[Sequence[RollBar]]
    ) -> None:
        self._recording = recording
        self._looks = looks
        self._lines = lines
        self._moments = TempoMap(recording)
        self._length = max(len(line) for line in lines)
        self._ticks = max(line[-1].end - line[0].begin for line in lines)
        self._low, self._high = _span(recording)
        velocities = [
            note.velocity for look in looks if look.track.by is not By.COUNT_IN for note in look.track.notes
        ]
        self._softest, self._loudest = min(velocities, default=1), max(velocities, default=127)
        semitones = self._high - self._low
        self._line_height = min(semitones * SEMITONE, HIGHEST_LINE)
        self._head_height = HEAD + LEGEND * -(-len(looks) // LEGENDS)
        self._height = self._head_height + len(lines) * (self._line_height + GAP) - GAP + FOOT
        self.figure = Figure(figsize=(WIDTH, self._height), facecolor="white")
        self._draw_head()

    def draw_line(self, number: int) -> None:
        line = self._lines[number]
        bottom = self._height - self._head_height - (number + 1) * self._line_height - number * GAP
        # Bars of a short last line have the same width as all others.
        share = (line[-1].end - line[0].begin) / self._ticks
        axes = self.figure.add_axes(
            (
                LEFT / WIDTH,
                bottom / self._height,
                (WIDTH - LEFT - RIGHT) / WIDTH * share,
                self._line_height / self._height,
            )
        )
        axes.set_xlim(line[0].begin, line[-1].end)
        axes.set_ylim(self._low, self._high)
        axes.tick_params(length=0, pad=3, labelsize=8)
        for spine in axes.spines.values():
            spine.set_color(BAR_LINE)
        self._draw_keys(axes)
        self._draw_bars(axes, line)
        for look in self._looks:
            if look.track.by is By.COUNT_IN:
                self._draw_clicks(axes, look)
            else:
                self._draw_notes(axes, look, line)
        self._draw_markers(axes, line)

    def _draw_head(self) -> None:
        recording = self._recording
        notes = sum(len(look.track.notes) for look in self._looks if look.track.by is not By.COUNT_IN)
        length = sum(len(line) for line in self._lines)
        facts = f"{_clock(recording.seconds_at(recording.end))}, {length:,} bars, {notes:,} notes"
        top, left = 1 - 0.15 / self._height, LEFT / WIDTH
        self.figure.text(left, top, _plain(recording.name), fontsize=15, fontweight="bold", va="top")
        self.figure.text(1 - RIGHT / WIDTH, top, facts, fontsize=9, color="dimgrey", va="top", ha="right")
        self.figure.legend(
            handles=[
                Patch(
                    facecolor=look.colour,
                    edgecolor=_edge(look),
                    hatch=look.hatch,
                    label=f"{_plain(look.track.name)} ({len(look.track.notes):,})",
                )
                for look in sorted(self._looks, key=lambda look: recording.tracks.index(look.track))
            ],
            loc="upper left",
            bbox_to_anchor=(left, 1 - 0.45 / self._height),
            borderaxespad=0,
            borderpad=0,
            ncols=LEGENDS,
            frameon=False,
            fontsize=9,
        )

    def _draw_keys(self, axes: Axes) -> None:
        """Draw the background of the notes: black keys a little darker, and each C with its name."""
        shown = range(self._low, self._high + 1)
        for note in shown:
            if note % 12 in IS_BLACK:
                axes.axhspan(note - 0.5, note + 0.5, color=BLACK_KEYS, linewidth=0, zorder=0)
        named = [note for note in shown if note % 12 == 0]
        axes.hlines([note - 0.5 for note in named], *axes.get_xlim(), color=OCTAVE, linewidth=0.6, zorder=1)
        axes.set_yticks(named, [f"C{note // 12 - 1}" for note in named])

    def _draw_bars(self, axes: Axes, line: Sequence[RollBar]) -> None:
        """Draw beats and bar lines, with the bar numbers below and the times above."""
        span = self._low, self._high
        numbered = _every(line, self._length, NUMBERED)
        # If bars are close together, only those with a number get a dark line.
        axes.vlines([bar.begin for bar in line], *span, color=BEAT_LINE, linewidth=0.5, zorder=0.5)
        axes.vlines([bar.begin for bar in numbered], *span, color=BAR_LINE, linewidth=0.8, zorder=1)
        if self._length <= NUMBERED:
            beats = [tick for bar in line for tick in range(bar.begin + bar.beat, bar.end, bar.beat)]
            axes.vlines(beats, *span, color=BEAT_LINE, linewidth=0.5, zorder=0.5)
        axes.set_xticks(
            [bar.begin for bar in numbered], [f"{bar.number}" for bar in numbered], horizontalalignment="left"
        )
        for bar in _every(line, self._length, TIMES):
            axes.annotate(
                _clock(self._moments.seconds_at(bar.begin)),
                (bar.begin, 1),
                (0, 2),
                xycoords=("data", "axes fraction"),
                textcoords="offset points",
                fontsize=7.5,
                color="dimgrey",
            )

    def _draw_notes(self, axes: Axes, look: Look, line: Sequence[RollBar]) -> None:
        begin, end = line[0].begin, line[-1].end
        notes = [note for note in look.track.notes if note.tick < end and note.tick + note.duration > begin]
        dot = self._ticks / ((WIDTH - LEFT - RIGHT) * DPI)
        left = np.array([note.tick for note in notes], float)
        # Draw notes one dot shorter than they last, so that repeated notes look separate, but at least two
        # dots long.
        right = np.maximum(left + [note.duration for note in notes] - dot, left + 2 * dot)
        middle = np.array([note.note for note in notes], float)
        corners = [
            np.stack((across, middle + up), axis=1)
            for across, up in ((left, -0.5), (left, 0.5), (right, 0.5), (right, -0.5))
        ]
        velocity = np.array([note.velocity for note in notes], float)[:, np.newaxis]
        softer = (self._loudest - velocity) / max(self._loudest - self._softest, 1)
        strength = 1 - (1 - SOFTEST) * softer
        axes.add_collection(
            PolyCollection(
                list(np.stack(corners, axis=1)),
                facecolors=1 - strength * (1 - np.array(to_rgb(look.colour))),
                edgecolors=_edge(look),
                linewidths=0.6 if look.track.by is By.PLAYER else 0,
                hatch=look.hatch,
                zorder=4 if look.track.by is By.PLAYER else 3,
            )
        )

    def _draw_clicks(self, axes: Axes, look: Look) -> None:
        axes.vlines(
            [note.tick for note in look.track.notes],
            0,
            0.06,
            color=look.colour,
            linewidth=2,
            transform=axes.get_xaxis_transform(),
            clip_on=True,
        )

    def _draw_markers(self, axes: Axes, line: Sequence[RollBar]) -> None:
        """Draw each marker as a flag; a flag close to another hangs lower."""
        free = [0.0, 0.0, 0.0, 0.0]
        for tick, text in self._recording.marks():
            if not line[0].begin <= tick < line[-1].end:
                continue
            axes.axvline(tick, color="black", linewidth=1.2, zorder=5)
            row = next((row for row, until in enumerate(free) if until <= tick), 0)
            free[row] = tick + self._ticks / (WIDTH - LEFT - RIGHT) * (0.15 + 0.085 * len(text))
            axes.annotate(
                _plain(text),
                (tick, 1),
                (0, -1 - 12 * row),
                xycoords=("data", "axes fraction"),
                textcoords="offset points",
                fontsize=8,
                color="white",
                va="top",
                bbox={"facecolor": "black", "edgecolor": "none", "pad": 1.5},
                zorder=6,
            )


def _looks(tracks: Sequence[Track]) -> list[Look]:
    """Return the look of each track that has notes."""
    colours = {By.SEGUE: SEGUE, By.PLAYER: PLAYER, By.COUNT_IN: COUNT_IN}
    used = dict.fromkeys(By, 0)
    looks = []
    for track in tracks:
        if track.notes:
            turn, place = divmod(used[track.by], len(colours[track.by]))
            used[track.by] += 1
            looks.append(Look(track, colours[track.by][place], HATCHES[turn % len(HATCHES)]))
    return looks


def _edge(look: Look) -> str:
    return "black" if look.track.by is By.PLAYER else "white"


def _span(recording: Recording) -> tuple[int, int]:
    """Return the lowest and the highest note number to show; they are the same for every line."""
    notes = [
        note.note for track in recording.tracks if track.by is not By.COUNT_IN for note in track.notes
    ] or [60]
    low, high = min(notes) - 1, max(notes) + (FLAG if recording.marks() else 1)
    more = max(LEAST_SPAN - (high - low), 0)
    return low - more // 2, high + (more + 1) // 2


def _every(line: Sequence[RollBar], length: int, room: int) -> list[RollBar]:
    """Return every bar, or every 2nd, 4th, 8th ..., so that a line of `length` bars shows at most `room`."""
    step = 1
    while length > room * step:
        step *= 2
    return [bar for bar in line if (bar.number - 1) % step == 0]


def _plain(text: str) -> str:
    """Return a text that matplotlib does not read as a formula."""
    return text.replace("$", r"\$")


def _clock(seconds: float) -> str:
    """Return minutes and seconds, with hours if there are any: 1:02:03."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
