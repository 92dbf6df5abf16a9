"""Shading: loudness that depends on the music, the chance and the place alone."""

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.core.planning.shading import ARC_BARS, Shading, shaded
from presets.bundles.bar_lines import BarLines
from presets.bundles.settings import Meter
from presets.music.event import Event, Note
from presets.music.readings import Reading, shipped_readings
from presets.music.strokes import FEATURES
from presets.music.window import Window
from tests.live.core.planning.alphabet_music import BAR, context

NOTHING = (0.0,) * len(FEATURES)
CHANCE_ALONE = Reading(NOTHING, NOTHING, 0.0, (0.0, 0.0), (0.0, 0.0), 10.0)
REGISTERS = (45, 72)


@dataclass(frozen=True)
class Section:
    begins: int
    repeats: int | None
    opens: bool


class ScriptedForm:
    """A form with four bars a section: A, A, B, and then another piece."""

    begins, section_ticks = BAR, 4 * BAR

    def at(self, tick):
        return max(0, (tick - self.begins) // self.section_ticks)

    def __getitem__(self, number):
        begins = self.begins + number * self.section_ticks
        return Section(begins, repeats=0 if number == 1 else None, opens=number in (0, 3))


def event(ioi, *notes):
    return Event.of(ioi, [Note(note, 240, 64, part) for note, part in notes])


def eighths(count):
    """Return eighths of a melody over chords on each beat."""
    return [
        event(240, (72 + number % 5, 1), *([(40, 0), (47, 0)] if number % 2 == 0 else []))
        for number in range(count)
    ]


def louder(shading, events, begins=0):
    """Return what is added to each note of each event in turn."""
    return [
        shading.louder(heard, begins + 240 * number, events[:number]) for number, heard in enumerate(events)
    ]


def of(key=1, readings=None, form=None):
    return Shading(readings or shipped_readings(), key, BarLines.of(Meter()), REGISTERS, form)


MUSIC = st.lists(
    st.builds(
        lambda notes, ioi: event(ioi, *notes),
        st.sets(st.tuples(st.integers(0, 127), st.integers(0, 1)), min_size=1, max_size=8),
        st.integers(1, 4000),
    ),
    min_size=1,
    max_size=40,
)


class TestLouder:
    @given(MUSIC, st.integers(0, 2**63 - 1), st.integers(0, 10**6))
    def test_the_same_music_key_and_tick_give_the_same(self, events, key, tick):
        *past, now = events
        assert of(key).louder(now, tick, past) == of(key).louder(now, tick, past)

    @given(MUSIC, st.integers(0, 10**6))
    def test_loudness_that_was_played_before_does_not_matter(self, events, tick):
        *past, now = events
        louder_past = [
            replace(heard, notes=tuple(replace(note, velocity=100) for note in heard.notes)) for heard in past
        ]
        assert of().louder(now, tick, louder_past) == of().louder(now, tick, past)

    def test_another_key_gives_another_performance(self):
        events = eighths(16)
        assert louder(of(1), events) != louder(of(2), events)

    def test_the_mean_is_as_it_was(self):
        events = eighths(128)
        means = [np.mean(np.concatenate(louder(of(key), events))) for key in range(60)]
        assert abs(np.mean(means)) < 2.5

    def test_notes_of_a_chord_in_one_part_are_alike_but_for_the_ends(self):
        reading = replace(CHANCE_ALONE, tops=(6.0, 0.0))
        low, high = of(readings=[reading]).louder(event(240, (40, 0), (47, 0)), 0, [])
        assert high - low == pytest.approx(6)

    def test_without_forms_every_bar_differs(self):
        bars = np.array(louder(of(readings=[CHANCE_ALONE]), [event(240, (72, 1))] * 64)).reshape(8, 8)
        assert all((one != other).any() for one, other in pairwise(bars))

    def test_chance_has_the_spread_of_the_reading_and_no_mean(self):
        one = [event(240, (72, 1))]
        found = [
            of(key, [CHANCE_ALONE]).louder(one[0], 240 * tick, [])[0]
            for key in range(40)
            for tick in range(0, 400, 7)
        ]
        assert abs(np.mean(found)) < 1
        assert 8 < np.std(found) < 10

    def test_arcs_rise_and_fall_evenly(self, monkeypatch):
        monkeypatch.setattr("live.core.planning.shading.SUDDEN_CHANCE", 0)
        length = ARC_BARS * BAR
        along = [
            of(readings=[CHANCE_ALONE]).louder(event(240, (72, 1)), tick, [])[0]
            for tick in range(0, length + 1, 240)
        ]
        assert np.diff(along) == pytest.approx(np.full(len(along) - 1, np.diff(along).mean()))


class TestForm:
    FORM = ScriptedForm()

    def sections(self, count=4):
        """Return what is added in each section of steady eighths of one note."""
        shading = of(readings=[CHANCE_ALONE], form=self.FORM)
        past = [event(240, (72, 1))] * 40
        return [
            [
                shading.louder(past[0], self.FORM[number].begins + 240 * place, past)[0]
                # Its last arc leads to the next section; its first strokes may be as loud as the last one's.
                for place in range(8, 16)
            ]
            for number in range(count)
        ]

    def test_a_section_that_returns_is_shaded_as_the_first_time(self):
        first, again, other, _ = self.sections()
        assert again == first != other

    def test_another_piece_has_another_reading(self):
        readings = [replace(CHANCE_ALONE, spread=float(number)) for number in range(1000)]
        shading = of(readings=readings, form=self.FORM)
        ticks = [self.FORM[number].begins for number in range(4)]
        chosen = [shading.reading(tick).spread for tick in ticks]
        assert chosen[0] == chosen[1] == chosen[2] != chosen[3]

    def test_before_the_form_begins_there_is_shading_too(self):
        assert of(form=self.FORM).louder(event(240, (72, 1)), 0, [])


class TestShaded:
    @given(
        MUSIC,
        st.integers(1, 127),
        st.floats(0, 1, exclude_min=True),
        st.integers(0, 10**6),
        st.integers(0, 10**9),
    )
    def test_only_loudness_changes_and_it_stays_within_midi(self, events, velocity, amount, tick, key):
        *past, now = events
        now = Event.of(now.ioi, [replace(note, velocity=velocity) for note in now.notes])
        before = replace(context(), window=Window.of(past) if past else context().window)
        sounding = shaded(now, tick, before, of(key), amount)
        # Notes of two parts that are alike but for their velocity change places with it.
        assert sorted((n.note, n.duration, n.part) for n in sounding.notes) == sorted(
            (n.note, n.duration, n.part) for n in now.notes
        )
        assert sounding.ioi == now.ioi
        assert all(1 <= note.velocity <= 127 for note in sounding.notes)

    def test_half_of_it_is_half_as_far_from_the_networks_velocities(self):
        before, now = context(), event(240, (72, 1))
        full, half = (shaded(now, 960, before, of(5), amount).notes[0].velocity for amount in (1.0, 0.5))
        assert half - 64 == pytest.approx((full - 64) / 2, abs=1)

    @given(MUSIC, st.integers(0, 10**6), st.integers(0, 10**9))
    def test_what_the_network_or_match_makes_louder_sounds_louder_by_as_much(self, events, tick, key):
        now = events[-1]
        soft, loud = (
            shaded(
                Event.of(now.ioi, [replace(note, velocity=velocity) for note in now.notes]),
                tick,
                context(),
                of(key),
                0.2,
            )
            for velocity in (55, 75)
        )
        steps = [one.velocity - other.velocity for one, other in zip(loud.notes, soft.notes, strict=True)]
        assert steps == [20] * len(steps)
