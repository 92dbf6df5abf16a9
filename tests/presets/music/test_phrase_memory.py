from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from presets.music.phrase_memory import LONGEST_MATCH, PhraseMemory, Remembered


def single(note: int, ioi: int = 12) -> Remembered:
    return Remembered(ioi, (note,), (5,), (16,))


def hear(memory: PhraseMemory, notes: list[int]) -> None:
    for note in notes:
        memory.push(single(note))


def test_nothing_is_expected_of_silence_or_of_what_was_never_heard() -> None:
    memory = PhraseMemory()
    assert memory.expect().match == 0
    hear(memory, [40, 42, 45, 49])
    assert memory.expect().event is None


def test_a_motif_that_comes_back_is_expected_to_go_on() -> None:
    memory = PhraseMemory()
    hear(memory, [40, 43, 41, 50, 40, 43, 41])
    expectation = memory.expect()
    # 40-43-41 was reached in other ways, so two steps agree: 40-43 and 43-41.
    assert (expectation.match, expectation.event, expectation.shift) == (2, single(50), 0)


def test_a_motif_in_another_key_is_expected_there() -> None:
    memory = PhraseMemory()
    hear(memory, [40, 43, 41, 50, 45, 48, 46])
    expectation = memory.expect()
    assert (expectation.event, expectation.shift) == (single(50), 5)


def test_the_longest_passage_counts_and_of_equal_ones_the_latest() -> None:
    memory = PhraseMemory()
    #              long: -> 60              short: -> 70        latest short: -> 71
    hear(memory, [40, 42, 44, 45, 60, 50, 30, 44, 45, 70, 20, 44, 45, 71, 40, 42, 44, 45])
    assert memory.expect().event == single(60)
    hear(memory, [15, 44, 45])
    # 44-45 is reached in four ways, and was last followed by nothing but itself: 40-42-44-45-15.
    assert memory.expect().event == single(15)


def test_another_rhythm_is_another_motif() -> None:
    memory = PhraseMemory()
    memory.push(single(40))
    memory.push(single(43, ioi=12))
    memory.push(single(41))
    memory.push(single(20))
    memory.push(single(23, ioi=6))
    assert memory.expect().event is None


def test_it_forgets_what_is_too_long_ago() -> None:
    memory = PhraseMemory(length=6)
    hear(memory, [40, 43, 41, 50, 52, 53, 55, 40, 43])
    assert memory.expect().event is None


def test_a_long_agreement_counts_as_sixteen() -> None:
    memory = PhraseMemory()
    hear(memory, [40, 45] * 20)
    assert memory.expect().match == LONGEST_MATCH
    assert memory.expect().event == single(40)


@given(st.lists(st.integers(30, 34), min_size=2, max_size=60))
def test_what_it_finds_is_what_a_plain_search_finds(notes: list[int]) -> None:
    memory = PhraseMemory()
    hear(memory, notes)
    # The first event of all counts as a step of 0.
    steps = [0, *(after - before for before, after in pairwise(notes))]

    def agreement(place: int) -> int:
        length = 0
        while length <= place and steps[place - length] == steps[len(steps) - 1 - length]:
            length += 1
        return min(length, LONGEST_MATCH)

    best = max(range(len(notes) - 1), key=lambda place: (agreement(place), place))
    expectation = memory.expect()
    assert expectation.match == agreement(best)
    if expectation.event is not None:
        assert expectation.event == single(notes[best + 1])
        assert expectation.shift == notes[-1] - notes[best]


def test_of_what_was_played_only_the_same_key_counts() -> None:
    memory = PhraseMemory()
    hear(memory, [40, 43, 41, 50, 45, 48, 46])
    assert memory.expect().event == single(50)
    assert memory.expect(played_here=True).event is None
    hear(memory, [60, 62, 58, 61, 55, 45, 48, 46])
    assert memory.expect(played_here=True).event == single(60)


def test_a_quotation_is_expected_and_not_played_again() -> None:
    memory = PhraseMemory()
    for note in (40, 43, 41, 50):
        memory.push(Remembered(12, (note,), (5,), (16,), quoted=True))
    hear(memory, [40, 43, 41])
    assert memory.expect().event is not None
    assert memory.expect(played_here=True).event is None
    hear(memory, [52, 60, 62, 58, 61, 40, 43, 41])
    assert memory.expect(played_here=True).event == single(52)


def test_what_comes_round_at_once_is_a_loop_and_no_motif() -> None:
    memory = PhraseMemory()
    hear(memory, [40, 43, 41, 40, 43, 41, 40, 43])
    assert memory.expect().event == single(41)
    assert memory.expect(played_here=True).event is None


def test_kinds_that_are_forgotten_take_no_room() -> None:
    memory = PhraseMemory(length=10)
    for ioi in range(1, 300):
        memory.push(single(40 + ioi % 7, ioi))
    assert len(memory._numbers) <= 21
    hear(memory, [50, 53, 51, 57, 50, 53])
    assert memory.expect().event == single(51)


def test_a_copy_goes_on_by_itself() -> None:
    memory = PhraseMemory(length=10)
    hear(memory, [40, 43, 41, 50, 40, 43])
    other = memory.copy()
    # More kinds than are kept.
    for ioi in range(13, 60):
        other.push(single(40, ioi))
    hear(memory, [41])
    assert [event.symbols for event in memory.events] == [(n,) for n in (40, 43, 41, 50, 40, 43, 41)]
    assert memory.expect().event == single(50)
