"""Which versions of the packages that segue needs are installed, and whether they load."""

import platform
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version

from live.checkups.finding import Finding, fault, hint, ok

NEEDED = {"onnxruntime": "onnxruntime", "python-rtmidi": "rtmidi"}
"""Packages that playing needs, and the module of each."""

JACK_PACKAGE, JACK_MODULE = "JACK-Client", "jack"


def check_software(load: Callable[[str], object] = import_module) -> Iterator[Finding]:
    """Load each package and report its version; `load` imports a module by its name."""
    yield ok("Python", platform.python_version())
    for package, module in NEEDED.items():
        problem = _problem(package, module, load)
        if problem is None:
            yield ok(package, version(package))
        else:
            yield fault(
                package,
                problem,
                f"Reinstall it with `pip install --force-reinstall {package}`.",
                keeps_from_playing=True,
            )
    yield _check_jack_package(load)


def _check_jack_package(load: Callable[[str], object]) -> Finding:
    try:
        load(JACK_MODULE)
    except ImportError:
        return hint(
            JACK_PACKAGE,
            "it is not installed, so segue cannot play on JACK or PipeWire",
            "If you use one of these, install it with `pip install JACK-Client`.",
        )
    except OSError:
        return hint(
            JACK_PACKAGE,
            "it cannot find libjack, so segue cannot play on JACK or PipeWire",
            "If you use one of these, install its library (Debian: libjack-jackd2-0 or pipewire-jack).",
        )
    return ok(JACK_PACKAGE, version(JACK_PACKAGE))


def _problem(package: str, module: str, load: Callable[[str], object]) -> str | None:
    try:
        load(module)
        version(package)
    except (ImportError, OSError, PackageNotFoundError) as error:
        return f"it does not load: {error}"
    return None
