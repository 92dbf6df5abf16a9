"""Bytes that are lost, late or there twice, and tempi that only look so; see `clock_script`."""

from tests.live.core.sync.clock_script import check


def test_a_lost_clock_is_counted():
    check("""
        0.000 start
        0.000 clocks 96 at 120
        2.020833 clocks 95 at 120
        2.031 where
        3.000 where
        3.979166 where
        > 0.000 started 1|1|000
        > 2.031 rolling 2|1|029 120.00 bpm
        > 3.000 rolling 2|3|000 120.00 bpm
        > 3.979 rolling 2|4|460 120.00 bpm
    """)


def test_a_doubled_clock_is_counted_once():
    check("""
        0.000 start
        0.000 clocks 193 at 120
        2.001 clock
        2.010 where
        3.000 where
        4.000 where
        > 0.000 started 1|1|000
        > 2.010 rolling 2|1|009 120.00 bpm
        > 3.000 rolling 2|3|000 120.00 bpm
        > 4.000 rolling 3|1|000 120.00 bpm
    """)


def test_a_bunch_after_a_stall_is_counted_byte_by_byte_and_the_tempo_does_not_move():
    check("""
        0.000 start
        0.000 clocks 97 at 120
        2.070 clock
        2.0704 clock
        2.0708 clock
        2.072 where
        2.083333 clocks 93 at 120
        2.083333 where
        4.000 where
        > 0.000 started 1|1|000
        > 2.072 rolling 2|1|069 120.00 bpm
        > 2.083 rolling 2|1|080 120.00 bpm
        > 4.000 rolling 3|1|000 120.00 bpm
    """)


def test_a_tempo_halved_is_no_row_of_lost_clocks():
    check("""
        0.000 start
        0.000 clocks 97 at 120
        2.041667 clocks 96 at 60
        2.126 where
        3.000 where
        6.000 where
        > 0.000 started 1|1|000
        > 2.126 rolling 2|1|060 60.00 bpm
        > 3.000 rolling 2|2|000 60.00 bpm
        > 6.000 rolling 3|1|000 60.00 bpm
    """)


def test_a_tempo_doubled_is_no_row_of_doubled_clocks():
    check("""
        0.000 start
        0.000 clocks 97 at 60
        4.020833 clocks 96 at 120
        4.063 where
        5.000 where
        6.000 where
        > 0.000 started 1|1|000
        > 4.063 rolling 2|1|060 120.00 bpm
        > 5.000 rolling 2|3|000 120.00 bpm
        > 6.000 rolling 3|1|000 120.00 bpm
    """)


def test_a_time_that_stands_still_and_one_that_leaps_are_survived():
    check("""
        0.000 start
        0.000 clock
        0.000 clock
        0.000 clock
        0.000 where
        9999.000 clocks 97 at 120
        10001.000 where
        > 0.000 started 1|1|000
        > 0.000 rolling 1|1|040 500.00 bpm
        > 0.500 vanished
        > 9999.000 returned
        > 10001.000 rolling 20833|2|040 120.00 bpm
    """)
