"""The messages of a master, case by case; see `clock_script` for how to read them."""

from tests.live.core.sync.clock_script import check


def test_a_start_before_any_clock_begins_with_the_first():
    check("""
        0.000 where
        0.100 start
        0.200 where
        0.250 clocks 97 at 120
        0.250 where
        0.500 where
        2.250 where
        > 0.000 waiting 100.00 bpm
        > 0.200 waiting 100.00 bpm
        > 0.250 started 1|1|000
        > 0.250 rolling 1|1|000 100.00 bpm
        > 0.500 rolling 1|1|240 120.00 bpm
        > 2.250 rolling 2|1|000 120.00 bpm
    """)


def test_a_start_while_the_clock_runs_is_told_at_once_and_begins_with_the_next_clock():
    check("""
        0.000 clocks 193 at 120
        1.990 where
        1.995 start
        2.000 where
        3.000 where
        > 1.990 stopped 120.00 bpm
        > 1.995 started 1|1|000
        > 2.000 rolling 1|1|000 120.00 bpm
        > 3.000 rolling 1|3|000 120.00 bpm
    """)


def test_a_tempo_may_have_a_fraction():
    check("""
        0.000 start
        0.010 clocks 97 at 133.37
        1.810 where
        > 0.010 started 1|1|000
        > 1.810 rolling 2|1|000 133.37 bpm
    """)


def test_clock_without_any_start_is_only_listened_to():
    check("""
        0.000 clocks 193 at 87.3
        1.000 where
        5.000 where
        > 1.000 stopped 87.30 bpm
        > 5.000 stopped 87.30 bpm
    """)


def test_after_stop_the_clock_goes_on_and_the_position_stands_until_continue():
    check("""
        0.000 start
        0.000 clocks 49 at 120
        1.010 stop
        1.010 stop
        1.020833 clocks 192 at 120
        3.000 where
        3.015 continue
        3.020833 where
        4.020833 where
        4.030 continue
        4.040 where
        > 0.000 started 1|1|000
        > 1.010 stopped 1|3|020
        > 3.000 stopped 120.00 bpm
        > 3.015 started 1|3|020
        > 3.021 rolling 1|3|020 120.00 bpm
        > 4.021 rolling 2|1|020 120.00 bpm
        > 4.040 rolling 2|1|038 120.00 bpm
    """)


def test_the_tempo_is_measured_while_the_master_stands():
    check("""
        0.000 start
        0.000 clocks 49 at 120
        1.010 stop
        1.025 clocks 97 at 90
        3.695 where
        3.700 start
        3.719444 clocks 25 at 90
        4.360 where
        > 0.000 started 1|1|000
        > 1.010 stopped 1|3|020
        > 3.695 stopped 90.00 bpm
        > 3.700 started 1|1|000
        > 4.360 rolling 1|1|461 90.00 bpm
    """)


def test_a_song_position_and_continue_begin_in_mid_song():
    check("""
        0.000 clocks 241 at 120
        1.980 songpos 40
        1.990 continue
        2.000 where
        4.000 where
        > 1.980 jumped 3|3|000
        > 1.990 started 3|3|000
        > 2.000 rolling 3|3|000 120.00 bpm
        > 4.000 rolling 4|3|000 120.00 bpm
    """)


def test_a_song_position_without_any_clock_waits_for_the_first():
    check("""
        0.000 songpos 16
        0.000 continue
        1.000 clocks 25 at 120
        1.000 where
        1.500 where
        > 0.000 jumped 2|1|000
        > 1.000 started 2|1|000
        > 1.000 rolling 2|1|000 100.00 bpm
        > 1.500 rolling 2|2|000 120.00 bpm
    """)


def test_a_song_position_while_rolling_moves_the_master_unless_it_is_there_anyway():
    check("""
        0.000 start
        0.000 clocks 193 at 120
        1.010 songpos 8
        1.990 songpos 16
        2.000 where
        2.990 songpos 64
        3.000 where
        3.005 songpos 64
        3.500 where
        > 0.000 started 1|1|000
        > 2.000 rolling 2|1|000 120.00 bpm
        > 2.990 jumped 5|1|000
        > 3.000 rolling 5|1|000 120.00 bpm
        > 3.500 rolling 5|2|000 120.00 bpm
    """)


def test_a_start_while_rolling_jumps_to_the_beginning():
    check("""
        0.000 start
        0.000 clocks 193 at 120
        1.990 start
        2.000 where
        3.000 where
        > 0.000 started 1|1|000
        > 1.990 jumped 1|1|000
        > 2.000 rolling 1|1|000 120.00 bpm
        > 3.000 rolling 1|3|000 120.00 bpm
    """)


def test_a_start_taken_back_before_its_clock_leaves_the_position():
    check("""
        0.000 start
        0.010 stop
        0.100 clocks 96 at 120
        2.093 start
        2.094 stop
        2.095 continue
        2.100 clocks 25 at 120
        2.600 where
        > 2.093 started 1|1|000
        > 2.094 stopped 1|1|000
        > 2.095 started 1|1|000
        > 2.600 rolling 1|2|000 120.00 bpm
    """)


def test_a_master_may_begin_between_two_of_the_clocks_it_sent_before():
    check("""
        0.000 clocks 97 at 120
        2.003 start
        2.010 clocks 97 at 120
        2.010 where
        4.010 where
        > 2.003 started 1|1|000
        > 2.010 rolling 1|1|000 120.00 bpm
        > 4.010 rolling 2|1|000 120.00 bpm
    """)


def test_a_clock_that_ceased_before_start_is_not_foreseen():
    check("""
        0.000 clocks 97 at 120
        2.300 start
        2.400 where
        2.450 clocks 25 at 120
        2.950 where
        > 2.400 stopped 120.00 bpm
        > 2.450 started 1|1|000
        > 2.950 rolling 1|2|000 120.00 bpm
    """)


def test_a_master_that_vanishes_is_held_and_taken_up_on_the_nearest_clock_tick():
    check("""
        0.000 start
        0.000 clocks 97 at 120
        4.000 where
        4.005 clocks 97 at 120
        4.006 where
        6.005 where
        > 0.000 started 1|1|000
        > 2.500 vanished
        > 4.000 holding 3|1|000 120.00 bpm
        > 4.005 returned
        > 4.006 rolling 3|1|000 120.00 bpm
        > 6.005 rolling 4|1|000 120.00 bpm
    """)


def test_a_master_may_return_with_another_tempo():
    check("""
        0.000 start
        0.000 clocks 97 at 120
        4.000 clocks 97 at 80
        4.500 where
        7.000 where
        > 0.000 started 1|1|000
        > 2.500 vanished
        > 4.000 returned
        > 4.500 rolling 3|1|320 80.00 bpm
        > 7.000 rolling 4|1|000 80.00 bpm
    """)


def test_a_master_may_return_somewhere_else():
    check("""
        0.000 start
        0.000 clocks 97 at 120
        3.950 songpos 128
        3.960 continue
        3.970 where
        4.000 clocks 49 at 120
        4.000 where
        5.000 where
        > 0.000 started 1|1|000
        > 2.500 vanished
        > 3.970 holding 2|4|451 120.00 bpm
        > 4.000 returned
        > 4.000 jumped 9|1|000
        > 4.000 rolling 9|1|000 120.00 bpm
        > 5.000 rolling 9|3|000 120.00 bpm
    """)


def test_stop_while_held_stops_where_the_music_has_come_to():
    check("""
        0.000 start
        0.000 clocks 97 at 120
        4.000 stop
        4.010 where
        9.000 continue
        9.100 clocks 25 at 120
        9.600 where
        > 0.000 started 1|1|000
        > 2.500 vanished
        > 4.000 stopped 3|1|000
        > 4.010 waiting 120.00 bpm
        > 9.100 started 3|1|000
        > 9.600 rolling 3|2|000 120.00 bpm
    """)


def test_a_clock_that_ceases_after_stop_is_no_vanished_master():
    check("""
        0.000 start
        0.000 clocks 97 at 120
        2.010 stop
        2.100 where
        9.000 where
        > 0.000 started 1|1|000
        > 2.010 stopped 2|1|020
        > 2.100 stopped 120.00 bpm
        > 9.000 waiting 120.00 bpm
    """)


def test_a_start_whose_clock_never_comes_is_held_and_begins_when_it_does():
    check("""
        0.000 clocks 97 at 120
        2.005 start
        3.000 where
        4.000 clocks 25 at 120
        4.500 where
        > 2.005 started 1|1|000
        > 2.500 vanished
        > 3.000 holding 1|2|460 120.00 bpm
        > 4.000 returned
        > 4.000 jumped 1|1|000
        > 4.500 rolling 1|2|000 120.00 bpm
    """)
