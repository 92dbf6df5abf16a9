"""How the computer is set up for sound. Only Linux needs this."""

import os
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from live.checkups.finding import Finding, hint, ok

GOVERNOR = "processor speed"
MEMORY_LOCK = "memory lock"

PROCESSORS = Path("/sys/devices/system/cpu")

UNLIMITED = -1
"""What `memory_lock_limit` returns if there is no limit."""


def check_governor(processors: Path = PROCESSORS) -> Iterator[Finding]:
    """Check that the processors do not slow down between notes; yield nothing if the system does not say."""
    governors = sorted(
        {path.read_text().strip() for path in processors.glob("cpu[0-9]*/cpufreq/scaling_governor")}
    )
    if governors == ["performance"]:
        yield ok(GOVERNOR, "the governor is `performance`")
    elif governors:
        yield hint(
            GOVERNOR,
            f"the governor is `{'`, `'.join(governors)}`, which needs time to speed up",
            "Before a concert, run `sudo cpupower frequency-set -g performance`.",
        )


def check_memory_lock(limit: int | None) -> Iterator[Finding]:
    """Check that JACK's clients can keep their memory from being swapped out.

    Args:
        limit: what `memory_lock_limit` returned.
    """
    if limit == UNLIMITED:
        yield ok(MEMORY_LOCK, "unlimited")
    elif limit is not None:
        yield hint(
            MEMORY_LOCK,
            f"limited to {limit // 1024} KiB",
            "Add the line `@audio - memlock unlimited` to /etc/security/limits.d/audio.conf.",
        )


def memory_lock_limit() -> int | None:
    """Return the bytes that this process may lock, or `UNLIMITED`; None if the system has no such limit."""
    if find_spec("resource") is None:
        return None
    import resource

    if not hasattr(resource, "RLIMIT_MEMLOCK"):
        return None
    # The limit does not apply to root.
    limit = resource.getrlimit(resource.RLIMIT_MEMLOCK)[0] if os.geteuid() else resource.RLIM_INFINITY
    return UNLIMITED if limit == resource.RLIM_INFINITY else limit
