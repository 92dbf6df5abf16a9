"""What lies ahead of the music: the form of a preset on the time line of a performance."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from live.core.generation.prediction import Ahead
from presets.bundles.seed import Seed
from presets.bundles.settings import Settings
from presets.music.encoding import BEAT, IOIS, Position, encode, ioi_ticks
from presets.music.event import Event
from presets.music.form import Form, Forms
from presets.music.outline import RATE, RETURN, Floats, outline_of, transposed
from presets.music.sections import SECTION_BARS

LISTENED = 48
"""How many of the newest events the first section follows on."""

_LONGEST_INTERVAL = ioi_ticks(IOIS - 1)


def begin_form(
    forms: Forms,
    key: tuple[int, ...],
    past: Sequence[Event],
    newest: Position,
    begins: int,
    bar: int,
    transpose: int = 0,
) -> Form:
    """Return the form of music that begins here.

    Args:
        forms: of the preset.
        key: numbers, 0 or more, that fix the chance.
        past: the music so far, at least one event: the first section follows on it.
        newest: where in the bar the newest event is.
        begins: the tick of the bar line where the form begins.
        bar: ticks in a bar.
        transpose: semitones by which the music sounds higher than the network means it.
    """
    heard = past[-LISTENED:]
    positions = [newest]
    for event in reversed(heard[1:]):
        positions.append(positions[-1].after(-event.ioi))
    columns = encode(heard, positions[::-1], forms.parts)
    like = np.array(outline_of(columns, slice(0, len(columns))), dtype=np.float32)
    return Form(forms, key, SECTION_BARS * bar, begins, transposed(like, -transpose))


def bars_ahead(form: Form, now: int) -> tuple[Ahead, ...]:
    """Return the bars of a form, from the one at a tick to the last that the next event may need."""
    sections = range(form.at(now), form.at(now + _LONGEST_INTERVAL) + 1)
    bars = [ahead for number in sections for ahead in _bars(form, number, now)]
    passed = sum(ahead.begins <= 0 for ahead in bars)
    return tuple(bars[max(0, passed - 1) :])


def as_dense(bars: Sequence[Ahead], rate: float, match: float) -> tuple[Ahead, ...]:
    """Return bars that ask for this many events a quarter note, as far as `match` says, 0..1."""

    def moved(outline: Floats) -> Floats:
        outline = outline.copy()
        outline[RATE] += match * (rate - outline[RATE])
        return outline

    return tuple(replace(bar, outline=moved(bar.outline)) for bar in bars)


def form_after(forms: Forms, seed: Seed, settings: Settings, key: int) -> Form:
    """Return the form of music that continues a seed; tick 0 is the seed's newest event.

    Args:
        forms: of the preset.
        seed: one of its seeds.
        settings: of the preset; one that knows no bars has those of its meter, from the next beat on.
        key: fixes the chance.
    """
    newest = seed.newest(BEAT.bar)
    bar = newest.bar if settings.bars else settings.meter.bar_ticks
    return begin_form(forms, (key,), seed.window.events, newest, newest.bar - newest.tick, bar)


def first_bars(forms: Forms | None, seed: Seed, settings: Settings) -> tuple[Ahead, ...]:
    """Return the bars ahead of music that is about to continue a seed; none without forms."""
    return () if forms is None else bars_ahead(form_after(forms, seed, settings, 0), 0)


def _bars(form: Form, number: int, now: int) -> Iterator[Ahead]:
    """Yield the bars of a section, as seen from a tick."""
    section, bar = form[number], form.section_ticks // SECTION_BARS
    for place, (lag, alike) in enumerate(zip(section.lags, section.returns, strict=True)):
        outline = section.outline.copy()
        outline[RETURN] = alike
        yield Ahead(section.begins + place * bar - now, section.begins - now, outline, lag * bar)
