"""What segue strikes in each way of playing, heard by one program on JACK while another plays."""

import pytest

from live.core.controls.mode import Mode

pytestmark = pytest.mark.jack


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.slow
def test_each_way_of_playing_is_the_duet_that_is_written_down(peer, new_peer, mode):
    from tests.measurements.duets import DUETS
    from tests.measurements.modes_on_jack import SIXTEENTH, as_text, perform, strokes_of
    from tests.measurements.pairs import count_unpaired

    with new_peer("keyboard") as keys:
        heard = perform(mode, DUETS[mode], peer, keys)
    # The measurement of the same name wants frames; a machine that stands still may make a few late.
    assert as_text(strokes_of(heard, SIXTEENTH)) == DUETS[mode].segue
    assert count_unpaired(f.message for f in heard if f.message.type in ("note_on", "note_off")) == 0
