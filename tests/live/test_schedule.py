from hypothesis import given
from hypothesis import strategies as st

from live.core.schedule import LATE_LIMIT, Schedule, Strike
from tests.live.transcript import transcript


def play(schedule, now, lead=0.0):
    return transcript((due.at, due.message) for due in schedule.pump(now, lead))


def strike(at, until, note=60, channel=0):
    return Strike(at, until, channel, note, 80)


def test_messages_leave_at_their_time_and_not_before():
    schedule = Schedule()
    schedule.add(strike(1.0, 1.5))
    assert play(schedule, 0.999) == []
    assert schedule.deadline == 1.0
    assert play(schedule, 1.0) == ["1.000 ch1 on 60"]
    assert schedule.deadline == 1.5
    assert play(schedule, 1.5) == ["1.500 ch1 off 60"]
    assert schedule.deadline == float("inf")


def test_a_lead_hands_messages_over_ahead_with_their_own_time():
    schedule = Schedule()
    schedule.add(strike(1.0, 1.5))
    assert play(schedule, 0.97, lead=0.03) == ["1.000 ch1 on 60"]


def test_a_note_off_leaves_before_a_note_on_of_the_same_moment():
    schedule = Schedule()
    schedule.add(strike(1.0, 2.0))
    schedule.add(strike(2.0, 3.0))
    schedule.add(strike(2.0, 3.0, note=48))
    assert play(schedule, 1.0) + play(schedule, 2.0) == [
        "1.000 ch1 on 60",
        "2.000 ch1 off 60",
        "2.000 ch1 on 48",
        "2.000 ch1 on 60",
    ]


def test_a_note_struck_again_ends_first_and_then_lasts_as_long_as_its_last_strike():
    schedule = Schedule()
    schedule.add(strike(1.0, 3.0))
    schedule.add(strike(2.0, 5.0))
    assert play(schedule, 1.0) + play(schedule, 2.0) + play(schedule, 5.0) == [
        "1.000 ch1 on 60",
        "2.000 ch1 off 60",
        "2.000 ch1 on 60",
        "5.000 ch1 off 60",
    ]


def test_a_note_on_that_is_too_late_is_dropped_and_leaves_no_note_off():
    schedule = Schedule()
    schedule.add(strike(1.0, 2.0))
    assert play(schedule, 1.0 + LATE_LIMIT + 0.001) == []
    assert schedule.dropped == 1
    assert schedule.deadline == float("inf")


def test_a_note_off_is_never_too_late():
    schedule = Schedule()
    schedule.add(strike(1.0, 2.0))
    schedule.pump(1.0)
    assert play(schedule, 99.0) == ["2.000 ch1 off 60"]


def test_silence_ends_what_sounds_and_drops_what_waits():
    schedule = Schedule()
    for note in (64, 60):
        schedule.add(strike(1.0, 2.0, note))
    schedule.add(strike(1.5, 2.0, 72))
    schedule.pump(1.0)
    assert transcript((1.2, message) for message in schedule.silence()) == [
        "1.200 ch1 off 60",
        "1.200 ch1 off 64",
    ]
    assert play(schedule, 9.0) == []


strikes = st.lists(
    st.builds(
        lambda at, length, note, channel: Strike(at, at + length, channel, note, 80),
        at=st.floats(0, 10),
        length=st.floats(0.001, 5),
        note=st.integers(60, 63),
        channel=st.integers(0, 1),
    ),
    max_size=40,
)


@given(strikes, st.lists(st.floats(0.001, 0.09), max_size=200), st.booleans())
def test_note_ons_and_note_offs_pair_up_from_any_strikes_and_any_stopping_point(struck, waits, stop_early):
    schedule = Schedule()
    for each in struck:
        schedule.add(each)
    now, sent = 0.0, []
    for wait in waits if stop_early else [*waits, *[0.09] * 200]:
        sent += [(due.at, due.message) for due in schedule.pump(now)]
        now += wait
    sent += [(now, message) for message in schedule.silence()]
    sounding: set[tuple[int, int]] = set()
    for _, message in sent:
        key = (message.channel, message.note)
        if message.type == "note_on":
            assert key not in sounding
            sounding.add(key)
        else:
            assert key in sounding
            sounding.remove(key)
    assert not sounding
    assert [at for at, _ in sent] == sorted(at for at, _ in sent)
    assert schedule.dropped == 0, "nothing may be dropped when pumped in time"
    if not stop_early:
        assert sum(message.type == "note_on" for _, message in sent) == len(struck)
