import os
import subprocess
import sys

import pytest

from training.quiet import quiet_loading

pytestmark = pytest.mark.studio

WORK = """
from training.quiet import quiet_loading
with quiet_loading():
    pass
import keras, tensorflow
double = tensorflow.function(lambda values: values * 2)
for length in range(1, 9):
    double(tensorflow.zeros(length))
keras.random.randint((1,), 0, 5, dtype="int64")
tensorflow.get_logger().error("out of memory")
"""


@pytest.mark.slow
def test_what_tensorflow_says_when_it_is_loaded_later_and_works_is_not_shown_but_errors_are():
    environment = {name: text for name, text in os.environ.items() if name != "TF_CPP_MIN_LOG_LEVEL"}
    done = subprocess.run([sys.executable, "-c", WORK], env=environment, capture_output=True, text=True)
    assert done.stderr == "ERROR:tensorflow:out of memory\n"


def test_what_is_said_while_loading_is_not_shown(capfd):
    with quiet_loading():
        os.write(2, b"oneDNN custom operations are on\n")
    os.write(2, b"after\n")
    assert capfd.readouterr().err == "after\n"


def test_an_error_shows_what_was_said(capfd):
    def load() -> None:
        with quiet_loading():
            os.write(2, b"no such library\n")
            raise ImportError

    with pytest.raises(ImportError):
        load()
    assert capfd.readouterr().err == "no such library\n"


def test_ctrl_c_while_loading_shows_nothing(capfd):
    def load() -> None:
        with quiet_loading():
            os.write(2, b"oneDNN custom operations are on\n")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load()
    assert capfd.readouterr().err == ""
