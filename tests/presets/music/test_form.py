from contextlib import suppress
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from presets.music.form import MOST_IN_A_ROW, Form, FormError, Forms, PlannedSection
from presets.music.outline import numbers, transposed
from tests.presets.music.bars import piece

A, B, C = (60, 65, 67, 60), (69, 62, 55, 67), (57, 64, 57, 50)
SECTION = 4 * 1920


@pytest.fixture(scope="module")
def forms() -> Forms:
    return Forms.build([piece(*A, *B, *A, *B), piece(*C, *C, *B), piece(*A, *A, *C, *C, *A)], 1)


def form_of(forms: Forms, key: int = 0, begins: int = 0) -> Form:
    return Form(forms, (key,), SECTION, begins, forms.outlines[0])


def sections(form: Form, count: int) -> list[PlannedSection]:
    return [form[number] for number in range(count)]


def test_the_forms_of_a_corpus_keep_what_returns_and_no_note(forms: Forms) -> None:
    assert len(forms) == 4 + 3 + 5
    assert np.flatnonzero(forms.opens).tolist() == [0, 4, 7]
    assert forms.repeats.tolist() == [0, 0, 2, 2, 0, 1, 0, 0, 1, 0, 1, 3]
    assert forms.outlines.shape == (12, len(numbers(1)))


def test_what_is_stored_is_read_again(forms: Forms) -> None:
    again = Forms.from_bytes(forms.to_bytes(), 1)
    np.testing.assert_allclose(again.outlines, forms.outlines, rtol=1e-3, atol=1e-3)
    for name in ("repeats", "lags", "opens"):
        assert (getattr(again, name) == getattr(forms, name)).all()
    assert forms.to_bytes() == forms.to_bytes()


@pytest.mark.parametrize("damage", [lambda data: b"", lambda data: data[:-9], lambda data: b"nothing"])
def test_damaged_forms_are_refused_in_one_sentence(forms: Forms, damage) -> None:
    with pytest.raises(FormError, match="NumPy table of sections"):
        Forms.from_bytes(damage(forms.to_bytes()), 1)


@given(st.data())
def test_whatever_the_damage_it_is_refused_or_read_and_never_a_traceback(forms: Forms, data) -> None:
    whole = bytearray(forms.to_bytes())
    for place in data.draw(st.lists(st.integers(0, 400), min_size=1, max_size=4)):
        whole[place] = data.draw(st.integers(0, 255))
    with suppress(FormError):
        Forms.from_bytes(bytes(whole), 1)


def test_a_section_that_repeats_one_of_another_piece_is_refused(forms: Forms) -> None:
    damaged = replace(forms, repeats=np.where(forms.opens, 1, forms.repeats))
    with pytest.raises(FormError, match="must repeat one of the same piece"):
        Forms.from_bytes(damaged.to_bytes(), 1)


def test_forms_of_other_parts_are_refused(forms: Forms) -> None:
    with pytest.raises(FormError, match="the sections of 2 parts must have"):
        Forms.from_bytes(forms.to_bytes(), 2)


def test_of_a_large_corpus_the_first_sections_are_kept(monkeypatch) -> None:
    monkeypatch.setattr("presets.music.form.MOST_SECTIONS", 5)
    assert len(Forms.build([piece(*A * 8), piece(*B)], 1)) == 5
    assert np.flatnonzero(Forms.build([piece(*A * 3), piece(*B * 4), piece(*C * 2)], 1).opens).tolist() == [
        0,
        3,
    ]


def test_a_form_depends_on_its_key_and_not_on_who_asks_when(forms: Forms) -> None:
    at_once, backwards = form_of(forms, 3), form_of(forms, 3)
    assert backwards[39] is backwards[39]
    for one, other in zip(sections(at_once, 40), sections(backwards, 40), strict=True):
        assert (one.label, one.begins, one.repeats) == (other.label, other.begins, other.repeats)
        assert (one.outline == other.outline).all()
    labels = [[section.label for section in sections(form_of(forms, key), 40)] for key in (3, 4)]
    assert labels[0] != labels[1]


@given(st.integers(0, 10_000))
def test_sections_return_within_their_piece_and_keep_their_outline(forms: Forms, key: int) -> None:
    found = sections(form_of(forms, key, begins=960), 30)
    opened = 0
    for index, section in enumerate(found):
        assert section.begins == 960 + index * SECTION
        opened = index if section.opens else opened
        if section.opens:
            assert section.label == "A"
        if section.repeats is not None:
            assert opened <= section.repeats < index
            first = found[section.repeats]
            assert (section.outline == first.outline).all()
            assert section.label.rstrip("'") == first.label.rstrip("'")
            assert set(section.lags) == {4 * (index - section.repeats)}
    assert any(section.repeats is not None for section in found)


def names_in_a_row(form: Form, count: int) -> list[int]:
    """Return how many times in a row each section is played, primes aside, until another one comes."""
    rows: list[list[str]] = []
    for section in sections(form, count):
        if section.opens or section.name != rows[-1][-1]:
            rows.append([])
        rows[-1].append(section.name)
    return [len(row) for row in rows[:-1]]


def test_a_section_is_repeated_as_often_as_in_the_corpus() -> None:
    twice = Forms.build([piece(*A, *A, *B, *B, *C, *C)] * 3, 1)
    assert set(names_in_a_row(form_of(twice), 60)) == {2}


@pytest.mark.parametrize("key", range(10))
def test_a_corpus_that_repeats_one_section_over_and_over_does_not_make_us(key: int) -> None:
    often = Forms.build([piece(*A * 30), piece(*A * 2, *B * 12)], 1)
    assert max(names_in_a_row(form_of(often, key), 60)) <= MOST_IN_A_ROW


def test_new_sections_have_new_names(forms: Forms) -> None:
    for key in range(20):
        named: set[str] = set()
        for section in sections(form_of(forms, key), 40):
            named = set() if section.opens else named
            assert (section.label in named) == (section.repeats is not None and section.label[-1] != "'") or (
                section.label[-1] == "'"
            )
            named.add(section.label)


def test_a_section_is_like_one_of_the_corpus_in_whatever_key(forms: Forms) -> None:
    for section in sections(form_of(forms, 5), 20):
        if section.repeats is None:
            expected = transposed(forms.outlines[section.source], section.shift)
            assert (section.outline == expected).all()


def test_the_section_at_a_tick_is_the_one_that_has_begun(forms: Forms) -> None:
    form = form_of(forms, begins=960)
    assert [form.at(tick) for tick in (-5, 0, 960, 960 + SECTION - 1, 960 + SECTION)] == [0, 0, 0, 0, 1]


def test_returns_are_as_frequent_as_in_the_corpus() -> None:
    """Pieces of which half of the sections return, though each has its own copy as its nearest neighbour."""
    made = [piece(*A, *B, *A, *B), piece(*C, *B, *C, *B), piece(*B, *A, *B, *A)]
    forms = Forms.build(made, 1)
    assert (forms.repeats > 0).mean() == 0.5
    found = [section.repeats is not None for key in range(8) for section in sections(form_of(forms, key), 60)]
    assert 0.33 < np.mean(found) < 0.6


@given(st.integers(0, 50), st.integers(0, 40), st.integers(0, 6))
def test_a_form_that_is_restored_goes_on_as_it_would_have(forms: Forms, key, number, ahead) -> None:
    form = form_of(forms, key, begins=1920)
    tick = 1920 + number * SECTION + 100
    form[number + ahead]
    state = form.state_at(tick)
    assert form[state.number].opens
    again = Form.restored(forms, state)
    for place in range(number, number + 12):
        before, after = form[place], again[place]
        np.testing.assert_array_equal(before.outline, after.outline)
        assert replace(before, outline=()) == replace(after, outline=())


def test_a_form_of_other_forms_is_not_restored(forms: Forms) -> None:
    state = form_of(forms).state_at(0)
    foreign = replace(state, choices=(state.choices[0]._replace(source=12),))
    with pytest.raises(FormError, match=r"^a section is like one of 12, got number 12$"):
        Form.restored(forms, foreign)
