"""Training from one's own sets: what is learnt of a journal, by whom, and what is said of it."""

import json
from dataclasses import replace

import pytest

from live.journals.midi_file import save_midi
from presets.music.event import Note
from presets.sets.lines import to_line
from presets.sets.reader import read_journal
from presets.sets.records import Use
from presets.sets.transcription import transcribe
from tests.presets.sets.hypothesis_records import heard, idle, note, opened, plays, pressed, sent, take
from training.classic.reader import read_piece as read_classic
from training.classic.trainer import CLASSIC_TRAINER
from training.corpus.journals import JournalSources, NoNotesError, journal_sources, read_music
from training.corpus.reading import read_corpus
from training.score.learning.trainer import SCORE_TRAINER, score_reader
from training.score.reading.layout import Layout, PartSource
from training.score.reading.midi_reader import read_midi
from training.score.reading.piece import PieceError
from training.score.reading.reader import read_piece

pytestmark = pytest.mark.studio

CLICKS = [click for tick in range(-1920, 0, 480) for click in note(tick, 77, 60, channel=9)]

FRIDAY = (
    *[opened(), plays("chopin", ("piano", 0))],
    *take(1, CLICKS, note(0, 48), note(480, 50), pressed(487, 72, 470), pressed(960, 20, use=Use.CONTROL)),
    idle(20.0, 0x90, 99, 64),
    idle(20.5, 0x80, 99, 0),
    plays("bach", ("bass", 0), ("soprano", 1), at=30.0),
    *take(2, note(0, 52, take=2), note(0, 76, channel=1, take=2), at=60.0, seconds=0.4),
)


@pytest.fixture
def friday(tmp_path):
    return keep(tmp_path / "sets" / "2026-11-21-193000.jsonl", FRIDAY)


def keep(path, records):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(map(to_line, records)))
    return path


def chords(piece):
    onset, found = 0, []
    for event in piece.events:
        onset += event.ioi
        found.append((onset, [n.note for n in event.notes]))
    return found


@pytest.mark.parametrize(
    ("players", "wanted"),
    [
        ("both", [(0, [48]), (480, [50, 72]), (1920, [52, 76])]),
        ("segue", [(0, [48]), (480, [50]), (1920, [52, 76])]),
        ("player", [(0, [72])]),
    ],
)
def test_what_is_learnt_is_what_these_players_played_on_the_beat(friday, players, wanted):
    piece = read_piece(friday, "friday", Layout(), players)
    # The piece begins with its first event; its bars are those of the set.
    assert chords(piece) == wanted
    assert [position.tick for position in piece.positions] == [
        *{"both": (0, 480, 0), "segue": (0, 480, 0), "player": (480,)}[players]
    ]
    assert str(piece.meter) == "4/4"


def test_the_parts_of_a_description_are_tracks_of_the_set(friday):
    parts = (PartSource("left", ("bach: bass", "Chopin")), PartSource("right", ("bach: soprano", "player")))
    piece = read_piece(friday, "friday", Layout(parts))
    assert [[(n.note, n.part) for n in event.notes] for event in piece.events] == [
        [(48, 0)],
        [(50, 0), (72, 1)],
        [(52, 0), (76, 1)],
    ]
    with pytest.raises(
        PieceError, match=r"^the journal has no notes in the tracks of .*, only in .*'chopin'.*$"
    ):
        read_piece(friday, "friday", Layout((PartSource("lead", ("flute",)),)))


def test_the_pedal_of_the_player_holds_their_own_notes(tmp_path):
    records = take(
        1,
        *[heard(0, 0xB0, 64, 127), pressed(0, 60, 120), note(0, 40, 120)],
        *[heard(960, 0xB0, 64, 0), pressed(1440, 62, 120)],
    )
    path = keep(tmp_path / "set.jsonl", [opened(), *records])
    piece = read_piece(path, "set", Layout())
    assert piece.events[0].notes == (Note(40, 120, 64, 0), Note(60, 960, 80, 0))


def test_a_journal_and_the_file_made_of_it_are_the_same_music(tmp_path):
    records = [
        *[opened(), plays("bach", ("bass", 0), ("soprano", 1))],
        *take(1, note(0, 52), note(7, 76, 300, channel=1), pressed(485, 72)),
        *take(2, note(240, 54, 960, take=2), at=60.0, seconds=0.4),
    ]
    path, file = keep(tmp_path / "set.jsonl", records), tmp_path / "set.mid"
    save_midi(transcribe(records, "set"), file)
    ours, theirs = read_piece(path, "set", Layout()), read_midi(file, "set", Layout())
    assert (ours.events, ours.positions, ours.meter) == (theirs.events, theirs.positions, theirs.meter)
    assert ours.bpm == pytest.approx(theirs.bpm, abs=0.01)


def test_the_articles_read_a_journal_as_they_read_its_file(tmp_path):
    tokens = ((60,), (61, 64, 68), (70,), (48, 60, 66), (59, 71))
    notes = [note(480 * place, n) for place, chord in enumerate(tokens) for n in chord]
    path = keep(tmp_path / "set.jsonl", [opened(), *take(1, *notes)])
    file = tmp_path / "set.mid"
    save_midi(transcribe(read_journal(path).records, "set"), file)
    ours, theirs = read_classic(path, "set"), read_classic(file, "set")
    assert (ours.tokens, ours.voicings) == (theirs.tokens, theirs.voicings)
    assert ours.voicings == tokens


def test_hands_that_strike_nearly_together_strike_one_chord(tmp_path):
    path = keep(
        tmp_path / "set.jsonl", [opened(), *take(1, pressed(0, 60), pressed(9, 64), pressed(471, 67))]
    )
    assert read_classic(path, "set").voicings == ((60, 64), (67,))


def test_a_set_without_these_players_is_left_out_with_the_reason(tmp_path):
    alone = keep(tmp_path / "alone.jsonl", [opened(), plays("chopin"), *take(1, CLICKS, note(0, 60))])
    keep(tmp_path / "duet.jsonl", [opened(), *take(1, note(0, 60), pressed(0, 72))])
    (tmp_path / "other.jsonl").write_text('{"rows": 3}\n')
    corpus = read_corpus(tmp_path, score_reader({}, "player"), processes=1)
    assert [piece.name for piece in corpus.pieces] == ["duet.jsonl"]
    reasons = dict(corpus.unreadable)
    assert reasons["alone.jsonl"] == "the journal has no notes that the musician played on the beat"
    assert "it has no line of a journal" in reasons["other.jsonl"]
    with pytest.raises(NoNotesError):
        read_music(alone, "player")


@pytest.mark.parametrize("reader", [SCORE_TRAINER.reader, CLASSIC_TRAINER.reader])
def test_the_cache_keeps_whose_notes_they_were(friday, reader):
    sizes = [
        sum(map(len, read_corpus(friday, reader({}, players), processes=1).pieces))
        for players in ("both", "player", "segue", "both")
    ]
    assert sizes[0] == sizes[3]
    assert sizes[1] == 1
    assert read_corpus(friday, reader({}, "player"), processes=1).cached == 1


def test_a_corpus_may_be_a_journal_or_a_folder_with_some(friday):
    alone = read_corpus(friday, score_reader({}), processes=1)
    assert [piece.name for piece in alone.pieces] == [friday.name]
    assert alone.files == {friday.name: friday}
    save_midi(transcribe(FRIDAY, ""), friday.with_name("another.mid"))
    together = read_corpus(friday.parent, score_reader({}), processes=1)
    assert [piece.name for piece in together.pieces] == [friday.name, "another.mid"]


def test_what_a_journal_brings_along(friday, tmp_path):
    saturday = opened()
    reel = replace(plays("folk"), title="Reel")
    other = keep(tmp_path / "b.jsonl", [saturday, reel, *take(1, note(0, 60), sent(0, 0xC0, 1))])
    assert journal_sources([friday, other, tmp_path / "c.mid"], "both") == JournalSources(
        "both", 2, "2026-11-21", "2026-11-21", ("bach", "chopin", "folk")
    )
    assert journal_sources([tmp_path / "c.mid"], "both") is None
    assert json.loads(json.dumps(journal_sources([friday], "player").to_json()))["presets"] == [
        "bach",
        "chopin",
    ]
