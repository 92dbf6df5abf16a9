import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from presets.music.form import Form, FormError, Forms
from presets.music.outline import numbers
from tests.presets.music.bars import piece

A, B, C = (60, 65, 67, 60), (69, 62, 55, 67), (57, 64, 57, 50)
SECTION = 4 * 1920


@pytest.fixture(scope="module")
def forms() -> Forms:
    return Forms.build([piece(*A, *B, *A, *B), piece(*C, *C, *B), piece(*A, *A, *C, *C, *A)], 1)


def form_of(forms: Forms, key: int = 0, begins: int = 0) -> Form:
    return Form.begin(forms, (key,), SECTION, begins, forms.outlines[0])


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


def test_forms_of_other_parts_are_refused(forms: Forms) -> None:
    with pytest.raises(FormError, match="a section of 2 parts must have"):
        Forms.from_bytes(forms.to_bytes(), 2)


def test_a_form_depends_on_its_key_and_not_on_who_asks_when(forms: Forms) -> None:
    at_once = form_of(forms, 3).until(40 * SECTION)
    little_by_little = form_of(forms, 3)
    for tick in range(0, 40 * SECTION + 1, SECTION // 3):
        little_by_little = little_by_little.until(tick)
    labels = [section.label for section in at_once.sections]
    assert [section.label for section in little_by_little.sections] == labels
    for one, other in zip(at_once.sections, little_by_little.sections, strict=True):
        assert (one.outline == other.outline).all()
    assert labels != [section.label for section in form_of(forms, 4).until(40 * SECTION).sections]


@given(st.integers(0, 10_000))
def test_sections_return_within_their_piece_and_keep_their_outline(forms: Forms, key: int) -> None:
    sections = form_of(forms, key, begins=960).until(30 * SECTION).sections
    opened = 0
    for index, section in enumerate(sections):
        assert section.begins == 960 + index * SECTION
        opened = index if section.opens else opened
        if section.opens:
            assert section.label == "A"
        if section.repeats is not None:
            assert opened <= section.repeats < index
            first = sections[section.repeats]
            assert (section.outline == first.outline).all()
            assert section.label[0] == first.label[0]
            assert set(section.lags) == {4 * (index - section.repeats)}
    assert any(section.repeats is not None for section in sections)


def test_the_section_at_a_tick_is_the_one_that_has_begun(forms: Forms) -> None:
    form = form_of(forms, begins=960).until(3 * SECTION)
    assert [form.at(tick) for tick in (0, 960, 960 + SECTION - 1, 960 + SECTION)] == [0, 0, 0, 1]
