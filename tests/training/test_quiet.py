import os

import pytest

from training.quiet import quiet_loading


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
