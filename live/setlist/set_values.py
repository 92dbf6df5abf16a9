"""The keys of a set file, and how their values are read and checked.

The values are those of `segue play`'s arguments, and the same functions check them. Channels and programs
count from 1, as musicians count them.
"""

import argparse
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from live.arguments.performance import read_controls, refuse_foreign
from live.core.beat.count_in import COUNT_IN
from live.core.beat.swing import SWING
from live.core.beat.switch_grids import SWITCH_GRIDS
from live.core.beat.timing import LATENCY_MS
from live.core.controls.control import Control
from live.core.controls.mode import Mode
from live.core.controls.table import OPTIONS
from live.core.output.thru import Thru
from live.setlist.toml_file import TomlError, TomlFile, nearest
from presets.bundles.kinds import KINDS
from presets.bundles.settings import BANK, BPM, Range, Settings, SettingsError, check_text
from presets.errors import SegueError

CHANNEL = Range("the channel", 1, 16, whole=True)
PROGRAM = Range("the program", 1, 128, whole=True)
"""Both as instruments show them."""

NO_PROGRAM: Final = "none"
"""The value that keeps an instrument's current sound, although the preset would choose one."""

Reader = Callable[[str, Any], Any]
"""Takes a key and its raw value, and returns the checked value; raises `SegueError` if it is wrong."""


def _number(limits: Range) -> Reader:
    def read(_key: str, value: Any) -> Any:
        limits.check(value)
        return value

    return read


def _word(*words: str) -> Reader:
    def read(key: str, value: Any) -> Any:
        if value not in words:
            raise SettingsError(f"there is no {key} {value!r}{nearest(str(value), words)}")
        return value

    return read


def _truth(key: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise SettingsError(f"{key} must be true or false, got {value!r}")
    return value


def text(key: str, value: Any) -> str:
    """Return one line of text that is not empty."""
    check_text(key, value)
    if not value:
        raise SettingsError(f"{key} must not be empty: write something, or leave it out")
    line: str = value
    return line


def _texts(key: str, value: Any) -> list[str]:
    return [text(key, one) for one in (value if isinstance(value, list) else [value])]


def _thru(key: str, value: Any) -> list[str]:
    if isinstance(value, bool):
        return [""] if value else []  # every channel as it comes, or nothing
    specs = _texts(key, value)
    Thru(specs)
    return specs


def _mode(key: str, value: Any) -> Mode:
    return Mode(_word(*Mode)(key, value))


def _channel(_key: str, value: Any) -> int:
    CHANNEL.check(value)
    return int(value) - 1


def _program(_key: str, value: Any) -> int | str:
    if value == NO_PROGRAM:
        return NO_PROGRAM
    if isinstance(value, str):
        raise SettingsError(f"the program must be {PROGRAM} or {NO_PROGRAM!r}, got {value!r}")
    PROGRAM.check(value)
    return int(value) - 1


_switch = _word(*SWITCH_GRIDS)

WHOLE_SET_KEYS: Mapping[str, Reader] = {
    "meter": text,
    "swing": _number(SWING),
    "mode": _mode,
    "switch": _switch,
    "clock": _word("internal", "midi-in"),
    "send_clock": _truth,
    "count_in": _number(COUNT_IN),
    "latency_ms": _number(LATENCY_MS),
    "output": text,
    "input": _texts,
    "thru": _thru,
    "wait": _truth,
    "tempo_from_phrase": _truth,
}
"""The keys that apply to the whole set, by the names of `segue play`'s arguments."""

PRESET_KEYS: Mapping[str, Reader] = {
    "title": text,
    "tempo": _number(BPM),
    "meter": text,
    "mode": _mode,
    "switch": _switch,
}
"""The keys of one preset in the set, besides its name, its seed, its parts and the controls."""

PART: Mapping[str, Reader] = {
    "channel": _channel,
    "program": _program,
    "bank": _number(BANK),
    "output": text,
}
"""The keys of one part of a preset."""

_CONTROLS: Mapping[str, Control] = {control.argument: control for control in OPTIONS}
"""The controls, by their keys in the file."""

NAME_KEY: Mapping[str, Reader] = {"name": text}


def read_values(file: TomlFile, readers: Mapping[str, Reader], *place: str | int) -> dict[str, Any]:
    """Return the values of these keys in a table; raise `TomlError` if one is wrong."""
    table = file.table_at(*place)
    values = {}
    for key, read in readers.items():
        if key in table:
            with reported_at(file, *place, key):
                values[key] = read(key, table[key])
    return values


def control_names() -> tuple[str, ...]:
    """Return the names of the controls in the file: those of `segue play`'s arguments, with `_`."""
    return tuple(_CONTROLS)


def means_something(control: str, settings: Settings) -> bool:
    """Return whether a control has an effect on presets of this kind."""
    return _CONTROLS[control].concerns(KINDS[settings.kind])


def read_control(file: TomlFile, settings: Settings, *place: str | int) -> Any:
    """Return a control's value; raise `TomlError` if `segue play` would refuse it for this preset."""
    control = _CONTROLS[str(place[-1])]
    value = file.table_at(*place[:-1])[control.argument]
    with reported_at(file, *place):
        if control.read is not None:
            text(control.argument, value)
        arguments = argparse.Namespace(**{**dict.fromkeys(_CONTROLS), control.argument: value})
        refuse_foreign(arguments, settings)
        read_controls(arguments, settings)
    return value


@contextmanager
def reported_at(file: TomlFile, *place: str | int) -> Iterator[None]:
    """Convert an error about a value into one that names its line."""
    try:
        yield
    except TomlError:
        raise
    except SegueError as error:
        file.refuse(str(error).removeprefix("--"), *place)  # an argument is a key here
