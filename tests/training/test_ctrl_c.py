import signal
import subprocess
import sys

import pytest

from tests.training.music import C_MAJOR, write_midi

pytestmark = [
    pytest.mark.studio,
    pytest.mark.skipif(sys.platform == "win32", reason="Windows sends Ctrl-C to a whole console only"),
]

CODE = """
import dataclasses, signal, sys
# A shell starts what runs in the background deaf to Ctrl-C; a test runner may be such.
signal.signal(signal.SIGINT, signal.default_int_handler)
from training import train
from training.__main__ import main
train.RECIPES["chopin"] = dataclasses.replace(train.RECIPES["chopin"], lstm_units=8, dense_units=8)
sys.exit(main())
"""


@pytest.mark.slow
def test_ctrl_c_is_a_good_end(tmp_path):
    write_midi(tmp_path / "music" / "a.mid", [C_MAJOR * 10])
    words = ["--recipe", "chopin", "--corpus", str(tmp_path / "music"), "--run", str(tmp_path / "run")]
    command = [sys.executable, "-u", "-c", CODE, *words, "--window", "6", "--epochs", "100000"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            # Reading waits for the first epoch's line; the process ends by itself if something fails.
            seen = next((line for line in process.stdout if line.startswith("epoch 1/100000: loss")), "")
            process.send_signal(signal.SIGINT)
            rest, errors = process.communicate(timeout=60)
        finally:
            process.kill()
    assert seen, errors
    assert process.returncode == 0, errors
    assert "stopped; kept the best of " in rest
    assert "continue with `segue train --recipe chopin" in rest
    assert errors == ""
    assert (tmp_path / "run" / "best.weights.h5").exists()
