from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from export.evaluation.baselines import unigram_probabilities
from export.evaluation.ngram import LEAST_DISCOUNT, NGram
from export.evaluation.streams import CONTEXT, SymbolStream

CLASSES = 4
NOTHING = CLASSES

texts = st.lists(st.integers(0, CLASSES - 1), min_size=1, max_size=60)
contexts = st.lists(st.integers(0, CLASSES), min_size=CONTEXT, max_size=CONTEXT)


def stream(text):
    """A text, each symbol after those before it."""
    padded = [NOTHING] * CONTEXT + text
    rows = [padded[at : at + CONTEXT][::-1] for at in range(len(text))]
    return SymbolStream(CLASSES, np.array(text, dtype=np.uint16), np.array(rows, dtype=np.uint16))


def after(context):
    """Every symbol after one context, the nearest symbol first."""
    return SymbolStream(
        CLASSES,
        np.arange(CLASSES, dtype=np.uint16),
        np.tile(np.array(context, dtype=np.uint16), (CLASSES, 1)),
    )


@given(texts, contexts)
def test_the_probabilities_after_any_context_add_up_to_one(text, context):
    probabilities = NGram(stream(text)).probabilities(after(context))
    assert probabilities.shape == (CONTEXT + 1, CLASSES)
    assert probabilities.sum(axis=1) == pytest.approx(1)
    assert (probabilities > 0).all()


@given(texts, contexts)
def test_frequencies_add_up_to_one(text, context):
    shares = unigram_probabilities(stream(text))
    assert shares.sum() == pytest.approx(1)
    assert shares[3] == (text.count(3) + 1) / (len(text) + CLASSES)


@given(texts, texts)
def test_the_probabilities_are_those_of_the_textbook(text, other):
    found = NGram(stream(text)).probabilities(stream(other))
    padded = [NOTHING] * CONTEXT + other
    for order in range(1, CONTEXT + 2):
        for place in range(len(other)):
            words = tuple(padded[place + CONTEXT - order + 1 : place + CONTEXT + 1])
            assert found[order - 1, place] == pytest.approx(textbook(text, words))


def textbook(text, words, highest=True):
    """Chen and Goodman 1998, equation 17 and section 3.3, word by word and by sets instead of sorting."""
    if not words:
        return 1 / CLASSES
    padded = [NOTHING] * CONTEXT + text
    counts = {}
    for end in range(CONTEXT, len(padded)):
        key = tuple(padded[end - len(words) + 1 : end + 1])
        counts.setdefault(key, []).append(padded[end - len(words)] if not highest else end)
    counts = {key: len(found) if highest else len(set(found)) for key, found in counts.items()}
    discounts = [0, *textbook_discounts(list(counts.values()))]
    below = textbook(text, words[1:], highest=False)
    alike = {key: count for key, count in counts.items() if key[:-1] == words[:-1]}
    if not alike:
        return below
    left = counts.get(words, 0) - discounts[min(counts.get(words, 0), 3)]
    spared = sum(discounts[min(count, 3)] for count in alike.values())
    return float((left + spared * below) / sum(alike.values()))


def textbook_discounts(counts):
    once, twice, thrice, four_times = (counts.count(count) for count in (1, 2, 3, 4))
    ratio = Fraction(once, once + 2 * twice) if once else 0
    for count, fewer, more in ((1, once, twice), (2, twice, thrice), (3, thrice, four_times)):
        estimate = count - (count + 1) * ratio * Fraction(more, fewer) if fewer else Fraction(count, 2)
        yield float(min(max(estimate, LEAST_DISCOUNT), count))


def test_a_text_that_repeats_is_foretold_by_the_higher_orders():
    song = [0, 1, 0, 2, 0, 3] * 40
    bits = -np.log2(NGram(stream(song)).probabilities(stream(song[:60]))).mean(axis=1)
    # Every other symbol is 0; what comes between depends on the one before the 0.
    assert bits[0] > 1.7
    assert 0.7 < bits[1] < 0.9
    assert bits[2] < 0.1
