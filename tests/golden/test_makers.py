from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from presets.bundles.bundle import read_bundle
from presets.music.encoding import encode
from presets.music.features import features

HERE = Path(__file__).parent
GOLDEN = [("alphabet", 5_000), ("steps", 20_000)]


@pytest.mark.parametrize(("name", "limit"), GOLDEN)
def test_it_is_small(name, limit):
    assert sum(file.stat().st_size for file in (HERE / name).iterdir()) < limit


@pytest.mark.studio
@pytest.mark.parametrize("name", ["alphabet", "steps"])
def test_it_is_what_its_maker_makes(name, tmp_path, monkeypatch):
    maker = pytest.importorskip(f"tests.golden.make_{name}", exc_type=ImportError)
    monkeypatch.setattr(maker, "FOLDER", tmp_path / name)
    maker.main()
    made, kept = (sorted(file.name for file in (folder / name).iterdir()) for folder in (tmp_path, HERE))
    assert made == kept
    for file in made:
        assert (tmp_path / name / file).read_bytes() == (HERE / name / file).read_bytes(), file


def test_a_window_heard_at_once_leaves_the_trunk_where_its_events_one_by_one_do():
    bundle = read_bundle(HERE / "steps")
    [seed] = bundle.seeds
    positions = [seed.position, seed.position.after(seed.window.events[1].ioi)]
    given = features(encode(seed.window, positions, len(bundle.settings.parts)))[np.newaxis]
    trunk = onnxruntime.InferenceSession(bundle.network.graphs["trunk"])
    state = blank = np.zeros((1, 4, 2), dtype=np.float32)
    hidden, primed = trunk.run(["hidden", "next_state"], {"events": given, "state": blank})
    for event in (given[:, :1], given[:, 1:]):
        stepped, state = trunk.run(["hidden", "next_state"], {"events": event, "state": state})
    assert (hidden[:, -1] == stepped[:, -1]).all()
    assert (hidden[0, -1] == [64 - 21, 6]).all()  # on to E4, on the next beat
    assert (primed == state).all()
