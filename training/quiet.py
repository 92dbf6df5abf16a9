"""Loading TensorFlow, and working with it, without its talk."""

import logging
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quiet_loading() -> Iterator[None]:
    """Load Keras, then keep what other libraries write to standard error while the body loads them.

    TensorFlow tells of CUDA and oneDNN before its own log level counts, by file descriptor and not through
    Python. So it is loaded here, whichever module would come to it first, and later; from then on only what
    ends the process is told, as real errors are raised. An error while loading shows what was kept. The
    process has one standard error; use this from the main thread, before others write.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    # It warns of a network that is compiled for several lengths, as the score network is on purpose.
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
