"""How the machine is set up for sound; Linux tells, the others need nothing."""

import os
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from live.checkups.finding import Finding, hint, ok

GOVERNOR = "processor speed"
MEMORY_LOCK = "memory lock"

PROCESSORS = Path("/sys/devices/system/cpu")

UNLIMITED = -1
"""What `memory_lock_limit` gives where there is no limit."""


def check_governor(processors: Path = PROCESSORS) -> Iterator[Finding]:
    """See whether the processors may slow down between notes; nothing where the system does not tell."""
    governors = sorted(
        {path.read_text().strip() for path in processors.glob("cpu[0-9]*/cpufreq/scaling_governor")}
    )
    if governors == ["performance"]:
        yield ok(GOVERNOR, "the governor is `performance`")
    elif governors:
        yield hint(
            GOVERNOR,
            f"the governor is `{'`, `'.join(governors)}`, and takes time to speed up",
            "For a concert, set it with `sudo cpupower frequency-set -g performance`.",
        )


def check_memory_lock(limit: int | None) -> Iterator[Finding]:
    """See whether JACK's clients may keep their memory from being swapped out.

    Args:
        limit: as `memory_lock_limit` returns it.
    """
    if limit == UNLIMITED:
        yield ok(MEMORY_LOCK, "unlimited")
    elif limit is not None:
        yield hint(
            MEMORY_LOCK,
            f"limited to {limit // 1024} KiB",
            "Let a line `@audio - memlock unlimited` in /etc/security/limits.d/audio.conf lift it.",
        )


def memory_lock_limit() -> int | None:
    """Return the bytes that this process may lock, or `UNLIMITED`; None where there is no such thing."""
    if find_spec("resource") is None:
        return None
    import resource

    if not hasattr(resource, "RLIMIT_MEMLOCK"):
        return None
    # Whoever is root is not held to it.
    limit = resource.getrlimit(resource.RLIMIT_MEMLOCK)[0] if os.geteuid() else resource.RLIM_INFINITY
    return UNLIMITED if limit == resource.RLIM_INFINITY else limit
