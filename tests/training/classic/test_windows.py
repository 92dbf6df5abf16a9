import numpy as np
import pytest

from training.classic.windows import join_pieces, windows_with_all_targets, windows_with_last_target

pytestmark = pytest.mark.studio


def test_pieces_stand_one_after_the_other():
    assert join_pieces([[1, 2], [3]]).tolist() == [1, 2, 3]


def test_each_target_is_the_token_after_its_input():
    windows = windows_with_all_targets(np.arange(11, dtype=np.int32), classes=20, window=4)
    assert windows.inputs.shape == (2, 4, 1)
    assert windows.inputs.dtype == np.float32
    assert windows.targets.tolist() == [[1, 2, 3, 4], [5, 6, 7, 8]]
    assert np.array_equal(np.rint(windows.inputs[..., 0] * 20) + 1, windows.targets)


def test_an_epoch_has_each_token_as_a_target_once_but_a_remainder():
    for offset in range(13):
        windows = windows_with_all_targets(np.arange(13, dtype=np.int32), 13, window=4, offset=offset)
        targets = windows.targets.ravel().tolist()
        assert len(set(targets)) == len(targets) == 12
        assert targets == [(offset + 1 + index) % 13 for index in range(12)]


def test_the_articles_window_at_each_token():
    windows = windows_with_last_target(np.arange(7, dtype=np.int32), classes=10, window=4)
    assert windows.targets.tolist() == [4, 5, 6]
    assert windows.inputs[:, :, 0].tolist() == pytest.approx(
        np.array([[0.0, 0.1, 0.2, 0.3], [0.1, 0.2, 0.3, 0.4], [0.2, 0.3, 0.4, 0.5]])
    )
