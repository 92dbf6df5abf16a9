"""A process of segue that is killed while it plays, on a real JACK server."""

import pytest

pytestmark = [pytest.mark.jack, pytest.mark.slow, pytest.mark.usefixtures("_jack_installed")]


@pytest.mark.parametrize(("what", "kills"), [("engine", 2), ("stopped", 1), ("ports", 2)])
def test_its_notes_end_the_clock_goes_on_and_the_music_comes_back(what, kills):
    from tests.measurements.killed_processes import main

    assert main([what, "--kills", str(kills), "--preset", "bach"]) == 0
