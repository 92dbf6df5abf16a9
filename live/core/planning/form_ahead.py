"""What lies ahead of the music: the form of a preset on the time line of a performance."""

from collections.abc import Iterator, Sequence

import numpy as np

from live.core.generation.prediction import Ahead
from presets.music.encoding import IOIS, Position, encode, ioi_ticks
from presets.music.event import PPQ, Event
from presets.music.form import Form, Forms
from presets.music.outline import RETURN, outline_of, transposed
from presets.music.sections import SECTION_BARS

LISTENED = 48
"""How many of the newest events the first section follows on."""

_FARTHEST = ioi_ticks(IOIS - 1)
_ANYWHERE = Position(0, 4 * PPQ)


def begin_form(
    forms: Forms, key: tuple[int, ...], past: Sequence[Event], begins: int, bar: int, transpose: int = 0
) -> Form:
    """Return the form of music that begins here.

    Args:
        forms: of the preset.
        key: numbers, 0 or more, that fix the chance.
        past: the music so far, at least one event: the first section follows on it.
        begins: the tick of the bar line where the form begins.
        bar: ticks in a bar.
        transpose: semitones by which the music sounds higher than the network means it.
    """
    columns = encode(past[-LISTENED:], [_ANYWHERE] * len(past[-LISTENED:]), forms.parts)
    like = np.array(outline_of(columns, slice(0, len(columns))), dtype=np.float32)
    return Form.begin(forms, key, SECTION_BARS * bar, begins, transposed(like, -transpose))


def bars_ahead(form: Form, now: int) -> tuple[Form, tuple[Ahead, ...]]:
    """Return the form as far as the next event may need it, and its bars from the one at a tick on."""
    form = form.until(now + _FARTHEST)
    bars = [ahead for index in range(form.at(now), len(form.sections)) for ahead in _bars(form, index, now)]
    passed = sum(ahead.begins <= 0 for ahead in bars)
    return form, tuple(bars[max(0, passed - 1) :])


def first_bars(forms: Forms | None, past: Sequence[Event], newest: Position) -> tuple[Ahead, ...]:
    """Return the bars ahead of music that is about to begin a form; none without forms.

    Args:
        forms: of the preset.
        past: the music so far, at least one event.
        newest: where in the bar its newest event is.
    """
    if forms is None:
        return ()
    return bars_ahead(begin_form(forms, (0,), past, newest.bar - newest.tick, newest.bar), 0)[1]


def _bars(form: Form, index: int, now: int) -> Iterator[Ahead]:
    """Yield the bars of a section, as seen from a tick."""
    section, bar = form.sections[index], form.section_ticks // SECTION_BARS
    for number, (lag, alike) in enumerate(zip(section.lags, section.returns, strict=True)):
        outline = section.outline.copy()
        outline[RETURN] = alike
        yield Ahead(section.begins + number * bar - now, outline, lag * bar)
