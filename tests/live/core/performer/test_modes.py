"""The ways of playing, as golden performances and as what must hold whatever hands do."""

import math
from bisect import bisect_right
from collections import defaultdict
from dataclasses import replace
from itertools import pairwise
from random import Random

import pytest
from mido import Message

from live.core.controls.mode import Mode
from live.core.planning.states import Length, Source, State
from live.core.planning.turns import LISTENS_SECONDS, USUAL_BARS
from live.ports.reports import MessageReceived
from presets.bundles.kinds import SCORE
from presets.music.event import PPQ, Event, Note
from tests.live.stage.alphabet import AlphabetPredictor, RhythmicAlphabet
from tests.live.stage.duet import BEAT, ORIGIN, place_of, play, played, seconds_of
from tests.live.stage.virtual_stage import VirtualStage

BAR = 4 * PPQ


def perform(mode, script, until, *, predictor=None, **options):
    """Two eighths and a quarter, round again, after what was struck last."""
    stage = VirtualStage(mode=mode, predictor=predictor or RhythmicAlphabet(240, 240, 480), **options)
    stage.performer.start()
    play(stage, script)
    stage.play_until(seconds_of(until))
    return stage


def golden(text):
    return "\n".join(line.strip() for line in text.strip().splitlines())


def test_stream_plays_on_and_what_hands_strike_joins_the_music():
    stage = perform(Mode.STREAM, "2|1 m 1", "3|1")
    assert played(stage) == golden("""
        1|1 d 0.25
        1|1.5 e 0.25
        1|2 f 0.25
        1|3 g 0.25
        1|3.5 h 0.25
        1|4 i 0.25
        2|1 j 0.25
        2|1.5 n 0.25
        2|2 o 0.25
        2|3 p 0.25
        2|3.5 q 0.25
        2|4 r 0.25
        3|1 s
    """)


def test_hands_that_never_rest_do_not_silence_the_stream():
    """The network wants each event a beat after the newest, and hands strike four times a beat."""
    stage = VirtualStage(mode=Mode.STREAM, predictor=RhythmicAlphabet(480))
    stage.performer.start()
    for index in range(160):
        stage.keys("abcdefgh"[index % 8], 0.2 + index * 0.125, held=0.1)
    stage.play_until(20.0)
    onsets = [at for at, message in stage.sent if message.type == "note_on"]
    assert max(b - a for a, b in pairwise(onsets)) <= 3 * BEAT
    assert len(onsets) >= 13


def test_continue_waits_for_the_end_of_the_phrase_and_goes_on_until_hands_play_again():
    script = """
        1|2 c 0.5
        1|3 e 0.5
        1|4 g 0.5
        3|3.2 m 1
    """
    stage = perform(Mode.CONTINUE, script, "5|1")
    # g ends at 1|4.5, two beats later it is over: the next line of an eighth that can be met is 2|3.
    assert played(stage) == golden("""
        2|3 h 0.25
        2|3.5 i 0.25
        2|4.5 j 0.25
        3|1 k 0.25
        3|1.5 l 0.25
        3|2.5 m 0.25
        3|3 n 0.25
        4|2.5 n 0.25
        4|3 o 0.25
        4|4 p 0.25
        4|4.5 q 0.25
        5|1 r
    """)


def test_answer_is_as_long_as_the_call_and_then_listens_again():
    script = """
        1|1 c 0.5
        1|4.5 e 0.5
        2|2 g 0.5
        5|3 a 0.5
    """
    stage = perform(Mode.ANSWER, script, "8|1")
    assert played(stage) == golden("""
        3|1 h 0.25
        3|1.5 i 0.25
        3|2.5 j 0.25
        3|3 k 0.25
        3|3.5 l 0.25
        3|4.5 m 0.25
        4|1 n 0.25
        4|1.5 o 0.25
        4|2.5 p 0.25
        4|3 q 0.25
        4|3.5 r 0.25
        4|4.5 s 0.25
        6|1 b 0.25
        6|1.5 c 0.25
        6|2.5 d 0.25
        6|3 e 0.25
        6|3.5 f 0.25
        6|4.5 g 0.25
    """)


def test_accompany_keeps_its_places_and_leaves_the_hands_their_notes():
    # Where the hands strike h and i, and later j, what was to come stays in its place and becomes another.
    stage = perform(Mode.ACCOMPANY, "1|3.1 hi 2\n2|1.1 j 0.5", "2|3.9")
    assert played(stage) == golden("""
        1|1 d 0.25
        1|1.5 e 0.25
        1|2 f 0.25
        1|3 g 0.25
        1|3.5 j 0.25
        1|4 k 0.25
        1|4.5 l 0.25
        2|1.5 k 0.25
        2|2 l 0.25
        2|3 m 0.25
        2|3.5 n 0.25
    """)


def test_hold_rests_and_listens():
    stage = perform(Mode.HOLD, "1|1 m 1\n1|2 o 1", "3|1")
    assert played(stage) == ""
    stage.performer.change_mode(Mode.STREAM, stage.clock.now())
    stage.play_until(seconds_of("4|2"))
    assert played(stage).splitlines()[0] == "4|1 p 0.25"


def test_go_ends_the_phrase_at_once_and_the_call_at_the_next_bar_line():
    for mode, begins in ((Mode.CONTINUE, "1|3"), (Mode.ANSWER, "2|1")):
        stage = VirtualStage(mode=mode)
        stage.performer.start()
        play(stage, "1|1 c 0.5\n1|2 e 8")
        stage.type("g", seconds_of("1|2.6"))
        stage.play_until(seconds_of("2|2"))
        assert played(stage).splitlines()[0].split()[0] == begins


def test_after_listening_first_a_phrase_is_answered_in_as_many_bars_as_it_lasted():
    stage = VirtualStage(mode=Mode.ANSWER, wait=True, predictor=RhythmicAlphabet(480))
    play(stage, "1|1 c 3\n2|1 e 3.9")  # 1 bar and most of another
    stage.play_until(20)
    onsets = [at for at, message in stage.sent if message.type == "note_on"]
    assert len(onsets) == 8
    assert onsets[0] == pytest.approx(seconds_of("2|4.9") + 2 * BEAT, abs=0.2)


def test_a_mode_that_is_changed_to_comes_in_on_a_bar_line_and_goes_when_hands_play():
    stage = VirtualStage(mode=Mode.HOLD)
    stage.performer.start()
    stage.type("m", seconds_of("1|2"))  # stream, the first of all
    stage.type("m", seconds_of("2|3"))  # continue: on, until hands play
    play(stage, "3|1.1 z 1")
    stage.play_until(seconds_of("3|4"))
    places = [line.split()[0] for line in played(stage).splitlines()]
    assert (places[0], places[-1]) == ("2|1", "3|1")
    assert stage.status.turn is None


def test_the_length_is_kept_also_by_one_that_rests():
    stage = VirtualStage(mode=Mode.CONTINUE, length=Length(ticks=2 * BAR))
    stage.performer.start()
    stage.play_until(10)
    assert stage.performer.state is State.FINISHED
    assert stage.stage.is_leaving
    assert stage.clock.now() == pytest.approx(seconds_of("3|1"), abs=0.01)


def random_phrase(random, most_rest):
    """A phrase of one to twelve notes with rests; return its notes and its longest rest, in beats."""
    place, longest = random.uniform(0, 4), 0.0
    notes = []
    for index in range(random.randint(1, 12)):
        if index:
            rest = random.choice([random.uniform(0, 0.5), random.uniform(0, most_rest)])
            longest = max(longest, rest)
            place += rest
        held = random.uniform(0.1, 2)
        notes.append((place, held))
        place += held
    return notes, place, longest


@pytest.mark.parametrize("number", range(50))
def test_continue_never_begins_too_soon_nor_too_late(number):
    random = Random(number)
    bpm = random.choice([60, 87, 120, 171])
    notes, end, longest = random_phrase(random, most_rest=2.0)
    stage = VirtualStage(mode=Mode.CONTINUE, bpm=bpm, lead_seconds=0.02)
    stage.performer.start()
    beat = 60 / bpm
    for place, held in notes:
        number = random.randrange(48, 84)
        at, off = ORIGIN + place * beat, ORIGIN + (place + held) * beat
        stage.at(at, MessageReceived(at, 0, Message("note_on", note=number, velocity=80)))
        stage.at(off, MessageReceived(off, 0, Message("note_off", note=number)))
    stage.play_until(ORIGIN + (end + 30) * beat)
    begun = next(at for at, message in stage.sent if message.type == "note_on")
    last_off = ORIGIN + end * beat
    assert last_off + 2 * beat < begun <= last_off + max(2 * beat, 2 * longest * beat) + 0.300
    assert stage.status.rested == 0


def random_call(random):
    """One to four bars whose lines hands strike, but for the last; before each they rest less than a beat."""
    first = random.randrange(4) * BAR
    bars = random.randint(1, 4)
    begin = first + random.randrange(0, BAR - PPQ, 120)
    onsets = {begin}
    for bar in range(bars):
        line = first + bar * BAR
        earliest, latest = max(begin, line), line + BAR - (PPQ if bar == bars - 1 else 120)
        onsets |= {random.randrange(earliest, latest + 1, 120) for _ in range(random.randint(1, 9))}
        if bar < bars - 1:
            onsets |= {line + BAR - random.randrange(120, PPQ, 120), line + BAR}
    return sorted(onsets), first + bars * BAR, bars


def line_of_answer(onsets):
    """The first bar line before which they rest longer than between any two: a beat to three beats."""
    line = 0
    for index, onset in enumerate(onsets):
        line = (onset // BAR + 1) * BAR
        gap = max((b - a for a, b in pairwise(onsets[: index + 1])), default=0)
        needed = max(PPQ, min(3 * PPQ, round(1.25 * gap)))
        following = onsets[index + 1] if index + 1 < len(onsets) else math.inf
        while line < following:
            if line - onset >= needed:
                return line
            line += BAR
    return line


@pytest.mark.parametrize("number", range(50))
def test_a_call_is_answered_on_the_bar_line_in_as_many_bars(number):
    random = Random(1000 + number)
    onsets, end, bars = random_call(random)
    line = rested = line_of_answer(onsets)
    if bars in USUAL_BARS:
        line = min(line, end)
    stage = VirtualStage(mode=Mode.ANSWER, predictor=RhythmicAlphabet(240), lead_seconds=0.02)
    stage.performer.start()
    for onset in onsets:
        # Hands are not exact: up to a tenth of a beat off.
        at = max(ORIGIN, ORIGIN + onset / PPQ * BEAT + random.uniform(-0.02, 0.02))
        off = min(at + random.uniform(0.05, 0.4), ORIGIN + end / PPQ * BEAT + 0.03)
        number = random.randrange(48, 84)
        stage.at(at, MessageReceived(at, 0, Message("note_on", note=number, velocity=80)))
        stage.at(off, MessageReceived(off, 0, Message("note_off", note=number)))
    stage.play_until(ORIGIN + (line + (bars + 6) * BAR) / PPQ * BEAT)
    struck = [round((at - ORIGIN) / BEAT * PPQ) for at, message in stage.sent if message.type == "note_on"]
    assert struck[0] == (line if line == rested else line + round(LISTENS_SECONDS / BEAT * PPQ))
    assert struck[-1] == line + bars * BAR - 240
    assert all(message.type != "note_on" or at >= 0 for at, message in stage.sent)
    assert stage.sounding() == set()


QUARTERS = "\n".join(f"{bar}|{beat} {{}} 0.8" for bar in (1, 2) for beat in (1, 2, 3, 4))


def places_of_answer(script, until):
    stage = perform(Mode.ANSWER, script, until, predictor=RhythmicAlphabet(480))
    return [line.split()[0] for line in played(stage).splitlines()]


LISTENED = "1.1"
"""The first beat of an answer for which segue has listened whether the call goes on: a tenth of a beat."""


def quarters(*bars, first="1"):
    places = [f"{bar}|{beat}" for bar in bars for beat in (1, 2, 3, 4)]
    return [f"{bars[0]}|{first}", *places[1:]]


def test_a_call_in_quarters_is_answered_on_its_bar_line():
    assert places_of_answer(QUARTERS.format(*"acefheac"), "5|2") == quarters(3, 4, first=LISTENED)


@pytest.mark.parametrize("late", [-0.06, -0.02, 0, 0.02, 0.04])
@pytest.mark.parametrize("lead", [0, 0.02])
def test_a_call_that_goes_on_where_it_may_have_ended_is_answered_whole_and_nothing_sounds_before(late, lead):
    script = QUARTERS.format(*"acefheca") + f"\n3|{1 + late:.2f} e 0.8"
    stage = perform(
        Mode.ANSWER,
        script,
        "7|2",
        predictor=RhythmicAlphabet(480),
        lead_seconds=lead,
    )
    assert [line.split()[0] for line in played(stage).splitlines()] == quarters(4, 5, 6)


def test_what_was_not_heard_of_an_answer_is_not_known_either():
    script = QUARTERS.format(*"acefheca") + "\n3|1 e 0.8"
    stage = perform(Mode.ANSWER, script, "3|4", predictor=RhythmicAlphabet(480))
    assert [entry.source for entry in stage.status.history] == 9 * [Source.PLAYER]


def test_a_key_after_the_answer_has_begun_ends_it_within_an_eighth():
    script = QUARTERS.format(*"acefheca") + "\n3|1.2 e 0.8"
    stage = perform(Mode.ANSWER, script, "7|2", predictor=Organ(480))
    begun, ended = (
        next(at for at, m in stage.sent if m.type == kind and at > seconds_of("3|1"))
        for kind in ("note_on", "note_off")
    )
    assert place_of(begun) == f"3|{LISTENED}"
    assert place_of(ended) == "3|1.5"
    assert place_of(max(at for at, m in stage.sent if m.type == "note_on")) == "6|4"


def test_a_call_as_long_as_the_one_before_is_answered_on_its_bar_line():
    """In eighths up to the bar line: the first time, that is not known."""
    bar = "\n".join(f"{{0}}|{beat} c 0.4" for beat in (1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5))
    script = "\n".join(bar.format(number) for number in (1, 4, 6, 8))
    answers = [*quarters(3), *quarters(5, first=LISTENED), *quarters(7), *quarters(9)]
    assert places_of_answer(script, "10|1") == answers


class Organ(RhythmicAlphabet):
    """Holds each note for four beats."""

    def _event_of(self, letter, moment, controls):
        event = super()._event_of(letter, moment, controls)
        return Event.of(event.ioi, [replace(note, duration=4 * PPQ) for note in event.notes])


def test_what_rings_ends_with_the_next_eighth_when_the_player_takes_over():
    stage = perform(Mode.CONTINUE, "1|1 c 0.5\n2|3.2 z 1", "4|1", predictor=Organ(960))
    last_offs = {place_of(at) for at, message in stage.sent if message.type == "note_off"}
    assert last_offs == {"2|3.5"}


def test_what_was_handed_over_does_not_sound_after_a_key():
    """With this lead, a note is handed over most of a beat before it sounds."""
    stage = VirtualStage(mode=Mode.CONTINUE, predictor=RhythmicAlphabet(480), lead_seconds=0.4)
    stage.performer.start()
    play(stage, "1|1 c 0.5\n2|3.7 z 1")
    stage.play_until(seconds_of("3|1"))
    assert [line.split()[0] for line in played(stage).splitlines()][-2:] == ["2|2.39", "2|3.39"]


def test_a_player_who_goes_on_within_a_beat_has_not_ended_the_call():
    # A rest before 2|1 lets segue begin; the hands go on, and the call is two bars long.
    script = """
        1|1 c 0.5
        2|1.25 e 0.5
    """
    stage = perform(Mode.ANSWER, script, "6|1", predictor=RhythmicAlphabet(480))
    places = [line.split()[0] for line in played(stage).splitlines()]
    assert places == ["2|1", "3|1", "3|2", "3|3", "3|4", "4|1", "4|2", "4|3", "4|4"]


class Anywhere(AlphabetPredictor):
    """Strikes chords anywhere, after anything up to three bars; takes care of what it must avoid, or not."""

    kind = SCORE

    def __init__(self, careful):
        super().__init__()
        self.careful = careful

    def predict(self, window, moment, controls, rng):
        free = [n for n in range(48, 84) if not (self.careful and n in controls.avoid)]
        notes = rng.choice(free, size=rng.integers(1, 4), replace=False)
        ioi = moment.ioi or int(rng.choice([60, 120, 240, 480, 2000, 5760]))
        return Event.of(ioi, (Note(int(n), int(rng.integers(60, 2000)), 70) for n in notes))


@pytest.mark.parametrize("density", ["sparse", "dense", "very dense"])
@pytest.mark.slow
def test_accompany_doubles_no_held_note_and_plays_in_every_bar(density):
    """Five minutes of random hands, with chords and trills."""
    random = Random(density)
    stage = VirtualStage(mode=Mode.ACCOMPANY, predictor=Anywhere(careful=True))
    stage.performer.start()
    shortest, longest = {"sparse": (0.5, 4), "dense": (0.05, 0.5), "very dense": (0.02, 0.08)}[density]
    held: defaultdict[int, list[tuple[float, float]]] = defaultdict(list)
    at = 0.0
    while (at := at + random.uniform(shortest, longest)) < 300:
        for number in random.sample(range(48, 84), random.choice([1, 1, 1, 3, 4])):
            off = at + random.uniform(0.05, 1.5)
            held[number].append((at, off))
            stage.at(at, MessageReceived(at, 0, Message("note_on", note=number, velocity=80)))
            stage.at(off, MessageReceived(off, 0, Message("note_off", note=number)))
    stage.play_until(300)
    struck = [(at, message.note) for at, message in stage.sent if message.type == "note_on"]
    doubled = [(at, note) for at, note in struck if is_down(held[note], at)]
    assert doubled == []
    bars = {math.floor((at - ORIGIN) / (4 * BEAT) + 1e-6) for at, _ in struck}
    assert bars >= set(range(int((300 - ORIGIN) / (4 * BEAT))))


def is_down(presses, at):
    """Whether a key is down; one that goes down again while it is down is up at its first note-off."""
    offs = sorted(off for begin, off in presses if begin <= at)
    return any(begin <= at < offs[bisect_right(offs, begin)] for begin, _ in presses if begin <= at)


def test_a_key_that_sounds_already_is_taken_over_by_the_hand():
    stage = VirtualStage(mode=Mode.ACCOMPANY, predictor=RhythmicAlphabet(480))
    stage.performer.start()
    play(stage, "1|1.2 d 2")
    stage.play_until(seconds_of("1|1.3"))
    offs = [at for at, message in stage.sent if message.type == "note_off"]
    assert offs == [pytest.approx(seconds_of("1|1.2"), abs=0.001)]


def test_whose_turn_it_is_can_be_seen():
    stage = VirtualStage(mode=Mode.CONTINUE)
    stage.performer.start()
    play(stage, "1|1 c 1")
    stage.play_until(seconds_of("1|3"))
    assert stage.display.last.turn is Source.PLAYER
    stage.play_until(seconds_of("2|2"))
    assert stage.display.last.turn is Source.SEGUE
    assert place_of(seconds_of("2|2")) == "2|2"
