"""Damaged files: each is read, or refused with a reason that is true of its bytes."""

import random
import re

import pytest

from presets.midi_files.chunks import MidiReadError
from presets.midi_files.midi_file import MidiFile
from presets.midi_files.note_ends import find_notes
from tests.presets.midi_files.damage import DAMAGES, is_true, sample


def reason_of(data: bytes) -> str | None:
    """Return why a file is refused; None if it is read, and then each remark names a byte."""
    try:
        file = MidiFile(data)
        for note in find_notes(file.events(), own_pedals=file.file_type == 2):
            assert 0 <= note.onset <= note.end
            assert 0 <= note.note <= 127
            assert 1 <= note.velocity <= 127
    except MidiReadError as error:
        return str(error)
    assert all(re.search(r"byte \d+|and \d+ more", remark) for remark in file.remarks)
    return None


@pytest.mark.parametrize("seed", range(50))
def test_a_whole_file_is_read(seed):
    assert reason_of(sample(random.Random(seed))) is None


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_a_damaged_file_is_read_or_refused_with_a_reason_that_is_true(damage):
    refused = 0
    for seed in range(2000):
        rng = random.Random(f"{damage.__name__} {seed}")
        damaged = damage(rng, sample(rng))
        reason = reason_of(damaged)
        assert reason is None or is_true(reason, damaged), (seed, reason, damaged.hex(" "))
        refused += reason is not None
    assert refused > 200


@pytest.mark.parametrize("seed", range(20))
def test_wherever_a_file_is_cut_it_says_where_it_ends(seed):
    whole = sample(random.Random(seed))
    for end in range(len(whole)):
        reason = reason_of(whole[:end])
        if reason is None:
            # Behind one of several tracks, or in what the RIFF wrapper adds.
            remarks = MidiFile(whole[:end]).remarks
            assert any("promises" in remark for remark in remarks) or end >= len(whole) - 1
        else:
            # Without a whole name or wrapper nothing can be said about the end.
            is_unknown = end < (24 if whole.startswith(b"RIFF") else 4)
            assert is_unknown or re.search(rf"\b{end}\b", reason), (end, reason)
