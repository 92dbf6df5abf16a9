"""Load TensorFlow and work with it without its log messages."""

import logging
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quiet_loading() -> Iterator[None]:
    """Load Keras, and hold back everything that libraries write to standard error while the body runs.

    TensorFlow logs messages about CUDA and oneDNN before its log level takes effect, and it writes them to
    the file descriptor, not through Python. So this function loads Keras and TensorFlow itself, before any
    other module does. After that, TensorFlow logs only fatal errors; ordinary errors are raised as
    exceptions. If loading fails, everything that was held back is written out. The process has one standard
    error: call this from the main thread, before other threads write.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    # TensorFlow warns about a network that is compiled for several lengths; the score network does so on
    # purpose.
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    sys.stderr.flush()
    real = os.dup(2)
    with tempfile.TemporaryFile() as kept:
        os.dup2(kept.fileno(), 2)
        try:
            import keras  # noqa: F401 - brings its backend along

            yield
        except Exception:
            kept.seek(0)
            os.write(real, kept.read())
            raise
        finally:
            sys.stderr.flush()
            os.dup2(real, 2)
            os.close(real)
