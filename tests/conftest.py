import atexit
import os
import tempfile

from hypothesis import settings

settings.register_profile("ci", derandomize=True, deadline=None)
settings.register_profile("here", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "here")

# What a developer's own controllers learned, and presets of their own, are no matter of the tests.
_data = tempfile.TemporaryDirectory(prefix="segue-tests-")
atexit.register(_data.cleanup)
os.environ["SEGUE_DATA"] = _data.name
