import random
from zlib import crc32

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from presets.music.encoding import GRID, IOIS
from presets.music.event import Event, Note
from presets.music.originality import OriginalityError, OriginalityIndex, Trail, VerbatimPassage


def music(events, **of_note):
    """Events of (interval in grid ticks, note numbers)."""
    return [
        Event.of(20 * ioi, [Note(note, **{"duration": 240, "velocity": 64, **of_note}) for note in notes])
        for ioi, notes in events
    ]


def transposed(events, semitones):
    return [
        Event.of(event.ioi, [Note(n.note + semitones, n.duration, n.velocity, n.part) for n in event.notes])
        for event in events
    ]


def random_piece(length, seed, lowest=40, highest=90):
    rng = random.Random(seed)
    return music(
        (rng.choice((6, 12, 24)), rng.sample(range(lowest, highest), rng.choice((1, 1, 2, 3))))
        for _ in range(length)
    )


PIECES = [(f"piece {number}", random_piece(60, number)) for number in range(20)]
INDEX = OriginalityIndex.build(PIECES)

MELODY = music([(0, [60]), (12, [62]), (12, [64]), (24, [65, 48]), (12, [67])])
MELODIES = OriginalityIndex.build([("melody", MELODY)])


@given(
    piece=st.integers(0, 19),
    at=st.integers(0, 50),
    length=st.integers(4, 60),
    semitones=st.integers(-19, 18),
    before=st.integers(0, 30),
    after=st.integers(0, 30),
)
@example(piece=7, at=0, length=60, semitones=12, before=0, after=0)
@example(piece=3, at=34, length=4, semitones=-5, before=5, after=0)  # a note before it agrees
def test_a_planted_copy_is_found_in_any_key(piece, at, length, semitones, before, after):
    name, events = PIECES[piece]
    copy = transposed(events[at : at + length], semitones)
    assume(len({note for event in copy for note in event.note_numbers}) >= 4)
    found = INDEX.longest_run([*random_piece(before, 101), *copy, *random_piece(after, 102)])
    assert (found.piece, found.at - found.begins) == (name, at - before)
    # By chance what stands around the copy may agree too.
    assert before - 2 <= found.begins <= before
    assert before + len(copy) <= found.begins + found.length <= before + len(copy) + 2


@given(st.integers(0, 10_000))
def test_random_music_is_nobodys(seed):
    assert INDEX.longest_run(random_piece(200, 1_000 + seed)).length <= 4


@pytest.mark.parametrize(
    ("changed", "length"),
    [
        (MELODY, 5),
        (music([(99, [60]), (12, [62]), (12, [64]), (24, [65, 48]), (12, [67])]), 5),  # when it begins
        (music([(0, [60]), (12, [62]), (12, [64]), (24, [65, 48]), (12, [67])], velocity=9, duration=7), 5),
        (music([(0, [60]), (12, [62]), (12, [64]), (24, [65, 48]), (12, [67])], part=1), 5),
        (music([(0, [60]), (12, [62]), (13, [64]), (24, [65, 48]), (12, [67])]), 3),  # an interval
        (music([(0, [60]), (12, [62]), (12, [64]), (24, [65, 48]), (12, [68])]), 4),  # a note
        (music([(0, [60]), (12, [62]), (12, [64]), (24, [65, 60]), (12, [67])]), 0),  # an octave
        (music([(0, [60]), (12, [62]), (12, [64]), (24, [65]), (12, [67])]), 0),  # a missing note
        (music([(0, [60]), (12, [62, 69]), (12, [64]), (24, [65, 48]), (12, [67])]), 3),  # one too many
    ],
)
def test_notes_and_intervals_count_and_nothing_else(changed, length):
    assert MELODIES.longest_run(changed).length == length


def test_a_passage_under_four_distinct_notes_is_nobodys():
    trill = music([(6, [60 + index % 2, 72]) for index in range(40)])
    index = OriginalityIndex.build([("trill", [*trill, *MELODY])])
    assert index.longest_run(trill) == VerbatimPassage()
    # With one note more it is a passage, and all of it.
    assert index.longest_run([*trill, *MELODY[:2]]).length == 42


def test_a_seed_does_not_count():
    name, events = PIECES[3]
    assert INDEX.longest_run(events[:30], ignore_first=20) == VerbatimPassage(10, 20, name, 20)


def test_no_passage_goes_from_one_piece_into_the_next():
    first, second = PIECES[0][1], PIECES[1][1]
    found = INDEX.longest_run([*first[-20:], *second[:30]])
    assert (found.length, found.begins, found.piece, found.at) == (30, 20, "piece 1", 0)


def test_of_several_places_the_one_that_goes_on_counts():
    # So long that they stand in the index in no order: more than is sorted by.
    theme, end, other = random_piece(40, 7), random_piece(10, 8), random_piece(10, 9)
    index = OriginalityIndex.build(
        [("a", [*theme[10:], *other]), ("b", [*theme, *end]), ("c", [*theme[5:], *other])]
    )
    assert index.longest_run([*theme, *end]) == VerbatimPassage(50, 0, "b", 0)
    assert index.longest_run([*theme, *other]) == VerbatimPassage(45, 5, "c", 0)


@given(st.lists(st.sampled_from(MELODY), max_size=30), st.lists(st.sampled_from(MELODY), max_size=9))
def test_a_trail_can_be_gone_on_from_in_two_ways(events, others):
    trail = followed(MELODIES, events)
    on = followed(MELODIES, others, trail)
    followed(MELODIES, reversed(MELODY), trail)
    assert on == followed(MELODIES, others, trail) == followed(MELODIES, [*events, *others])


@given(st.lists(st.sampled_from(MELODY), max_size=60), st.lists(st.sampled_from(MELODY), max_size=60))
def test_the_length_is_that_of_the_longest_copied_end(piece, events):
    index, trail = OriginalityIndex.build([("piece", piece)]), Trail()
    for end, event in enumerate(events, 1):
        before, trail = trail, index.follow(trail, event)
        assert trail.length <= before.most
        length = longest_copied_end(events[:end], piece)
        assert trail.length == length
        run = index.run_of(trail)
        assert (run.length, run.begins) == (length, end - length)
        if length:
            assert run.piece == "piece"
            assert shapes(piece[run.at : run.at + length]) == shapes(events[run.begins : end])


def followed(index, events, trail=None):
    trail = trail or Trail()
    for event in events:
        trail = index.follow(trail, event)
    return trail


def test_without_a_rhythm_every_interval_is_as_good_as_another():
    index = OriginalityIndex.build([("piece", MELODY)], has_rhythm=False)
    again = OriginalityIndex.from_bytes(index.to_bytes(), has_rhythm=False)
    slower = [Event(1 + 100 * place, event.notes) for place, event in enumerate(MELODY)]
    assert index.longest_run(slower) == again.longest_run(slower) == VerbatimPassage(5, 0, "piece", 0)
    assert MELODIES.longest_run(slower).length == 0


def test_no_passage_goes_over_one_of_the_longest_silences():
    """They all look alike, so a rest ends a passage at the latest when it has become so long."""
    silent = [*MELODY[:3], Event(IOIS * GRID, MELODY[3].notes), *MELODY[3:]]
    index = OriginalityIndex.build([("piece", silent), ("other", random_piece(9, 3))])
    assert index.longest_run(silent[:4]).length == 0


def test_a_trail_remembers_no_more_than_matches():
    trail = followed(INDEX, PIECES[0][1])
    assert trail.length == 60
    for event in random_piece(40, 999):
        trail = INDEX.follow(trail, event)
    assert len(trail.backwards) < 12
    assert len(trail.struck) <= 4


def longest_copied_end(events, piece):
    """By trying all places: the truth, slowly."""

    def is_copied(rows):
        places = range(len(piece) - len(rows) + 1)
        return any(shapes(rows) == shapes(piece[at : at + len(rows)]) for at in places)

    longest = max((n for n in range(2, len(events) + 1) if is_copied(events[-n:])), default=0)
    notes = {note for event in events[len(events) - longest :] for note in event.note_numbers}
    return longest if len(notes) >= 4 else 0


def shapes(rows):
    """A passage in any key."""
    bottom = rows[0].notes[0].note
    return [[note.note - bottom for note in event.notes] for event in rows], [event.ioi for event in rows[1:]]


@given(st.lists(st.tuples(st.text(), st.lists(st.sampled_from(MELODY), max_size=9)), max_size=6))
def test_an_index_comes_back_from_bytes_as_it_went(pieces):
    index = OriginalityIndex.build(pieces)
    again = OriginalityIndex.from_bytes(index.to_bytes())
    assert again.to_bytes() == index.to_bytes()
    assert again.pieces == index.pieces == tuple((name, len(events)) for name, events in pieces)
    assert again.longest_run(MELODY).length == index.longest_run(MELODY).length


def test_an_index_needs_less_than_three_bytes_an_event():
    assert len(INDEX.to_bytes()) < 3 * len(INDEX) == 3 * 20 * 60


def test_a_step_has_the_same_hash_on_every_machine():
    pieces = b'[["melody",5]]\n'
    steps = bytes.fromhex("7f91 7f91 c99c 34d8 77 28")  # C D and D E are the same step
    assert MELODIES.to_bytes() == b"segue originality 1 %08x\n" % crc32(pieces + steps) + pieces + steps


@given(place=st.integers(0, len(MELODIES.to_bytes()) - 1), bit=st.integers(0, 7))
def test_a_damaged_index_is_refused(place, bit):
    data = bytearray(MELODIES.to_bytes())
    data[place] ^= 1 << bit
    with pytest.raises(OriginalityError, match=r"^an originality index must .*; export the preset again$"):
        OriginalityIndex.from_bytes(bytes(data))


@pytest.mark.parametrize("size", [0, 1, 20, 40, -1])
def test_half_an_index_is_refused(size):
    with pytest.raises(OriginalityError, match=r"^an originality index must be intact, got \d+ damaged by"):
        OriginalityIndex.from_bytes(MELODIES.to_bytes()[:size])


@pytest.mark.parametrize("body", [b"", b"{}\n1", b"3\n", b"[3]\n", b'[["a",9]]\n12', b"[[]]\n", b"\xff\n"])
def test_an_index_that_contradicts_itself_is_refused(body):
    with pytest.raises(OriginalityError, match=r"^an originality index must be intact"):
        OriginalityIndex.from_bytes(b"segue originality 1 %08x\n" % crc32(body) + body)


def test_an_index_of_another_format_is_refused():
    with pytest.raises(
        OriginalityError, match=r"^an originality index must have format 1, got '2'; export the preset again$"
    ):
        OriginalityIndex.from_bytes(b"segue originality 2 00000000\n[]\n")
