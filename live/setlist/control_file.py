"""The control file: what knobs, pads and pedals do, in `[[control]]` tables as in a set file.

docs/control-by-midi.md explains every key.
"""

import json
import os
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from live.core.controls.actions import Action
from live.core.controls.binding import CONTROL, Binding, Encoding, PresetNamed, Target, knob_of, with_presets
from live.core.controls.knobs import KNOBS
from live.setlist.set_values import CHANNEL, Reader, read_values, reported_at, text
from live.setlist.toml_file import TomlError, TomlFile, nearest, parse_toml, read_toml
from presets.atomic import replacing
from presets.bundles.library import user_data_folder
from presets.bundles.settings import Range, SettingsError

CONTROL_FILE = "controls.toml"

_BEGINNING = "# What your controllers do in segue. docs/control-by-midi.md explains every key.\n"

_FORM = "each control must be below a line [[control]], with each key on its own line"

_NOTE = Range("the note", 0, 127, whole=True)
_PRESET = Range("a preset's number", 1, 128, whole=True)

_HANDLES = ("cc", "note")
_TARGETS = ("turns", "does", "preset")


def control_file() -> Path:
    """Return the user's own control file; it may not exist yet."""
    return user_data_folder() / CONTROL_FILE


def read_bindings(path: Path) -> tuple[Binding, ...]:
    """Return the bindings of a control file, in its order; none if there is no such file.

    Raises:
        TomlError: with the file, the line, the rule, the value and the way out.
    """
    file = _read(path)
    if file is None:
        return ()
    file.check_keys(("control",))
    return bindings_of(file)


def bindings_of(file: TomlFile, presets: Sequence[str] | None = None) -> tuple[Binding, ...]:
    """Return the bindings in the `[[control]]` tables of a file, in their order.

    Args:
        file: a control file, or a set file.
        presets: the names of the presets that can be chosen, in order; None if they are not known yet.

    Raises:
        TomlError: if a table is wrong, or two tables bind the same knob or pad.
    """
    bindings: dict[tuple[object, ...], Binding] = {}
    for index in range(len(file.tables_at("control"))):
        binding = _binding(file, index, presets)
        if binding.handle in bindings:
            place = list(bindings).index(binding.handle)
            line = file.line_of("control", place)
            file.refuse(f"line {line} binds the same control: remove one of them", "control", index)
        bindings[binding.handle] = binding
    return tuple(bindings.values())


def save_binding(path: Path, binding: Binding) -> None:
    """Write a binding into a control file; it replaces the binding with the same handle, if there is one.

    Everything else in the file stays, including comments. The file is written whole or not at all.

    Raises:
        TomlError: if the file cannot be read or written, or something in it is wrong.
    """
    file = _read(path)
    written = _BEGINNING if file is None else path.read_bytes().decode("utf-8-sig")
    if file is None:
        file = parse_toml(written, path)
    handles = [known.handle for known in bindings_of(file)]
    end = "\r\n" if "\r\n" in written else "\n"
    lines = _lines_of(written)
    if binding.handle in handles:
        _rewrite(lines, file, handles.index(binding.handle), _values_of(binding), end)
    else:
        if lines:
            lines[-1] = lines[-1].rstrip("\r\n") + end
        lines += [end, f"[[control]]{end}"]
        lines += [f"{key} = {value}{end}" for key, value in _values_of(binding).items()]
    now = "".join(lines)
    if binding not in bindings_of(parse_toml(now, path)):
        raise TomlError(path, None, _FORM)
    _write(path, now)


def remove_bindings(path: Path, target: Target, names: Sequence[str] = ()) -> None:
    """Remove the bindings of a target from a control file, if there is such a file.

    Everything else in the file stays, including comments on their own lines. The file is written whole or not
    at all.

    Args:
        path: of the file.
        target: the target whose bindings to remove.
        names: of the presets in this set, in order: a preset matches by its name and by its number.

    Raises:
        TomlError: if the file cannot be read or written, or something in it is wrong.
    """
    file = _read(path)
    if file is None:
        return
    bindings = bindings_of(file)
    meant = [binding.target == target for binding in with_presets(bindings, names)]
    if not any(meant):
        return
    lines = _lines_of(path.read_bytes().decode("utf-8-sig"))
    for index in reversed([index for index, is_meant in enumerate(meant) if is_meant]):
        _cut_out(lines, file, index)
    now = "".join(lines)
    if bindings_of(parse_toml(now, path)) != tuple(
        binding for binding, is_meant in zip(bindings, meant, strict=True) if not is_meant
    ):
        raise TomlError(path, None, _FORM)
    _write(path, now)


def _read(path: Path) -> TomlFile | None:
    try:
        return read_toml(path)
    except TomlError as error:
        if isinstance(error.__cause__, FileNotFoundError):
            return None
        raise


def _binding(file: TomlFile, index: int, presets: Sequence[str] | None) -> Binding:
    place = ("control", index)
    file.check_keys(_READERS, *place)
    values = read_values(file, _READERS, *place)
    for names, what in ((_HANDLES, "cc or note"), (_TARGETS, "turns, does or preset")):
        given = [name for name in names if name in values]
        if len(given) != 1:
            file.refuse(
                f"a control must have exactly one of {what}, got {' and '.join(given) or 'none'}", *place
            )
    target: Target = values.get("turns") or values.get("does") or _preset(file, index, values, presets)
    ends = {name: _end(file, index, name, target, values[name]) for name in ("low", "high") if name in values}
    with reported_at(file, *place):
        return Binding(
            target,
            control=values.get("cc"),
            note=values.get("note"),
            channel=values.get("channel"),
            input=values.get("input"),
            encoding=values.get("encoding", Encoding.ABSOLUTE),
            **ends,
        )


def _preset(
    file: TomlFile, index: int, values: Mapping[str, Any], presets: Sequence[str] | None
) -> int | PresetNamed:
    preset = values["preset"]
    if presets is not None:
        if isinstance(preset, str) and preset not in presets:
            file.refuse(
                f"there is no preset {preset!r} in this set{nearest(preset, presets)}",
                "control",
                index,
                "preset",
            )
        if isinstance(preset, int) and preset > len(presets):
            file.refuse(
                f"the preset must be 1..{len(presets)} in this set, got {preset}", "control", index, "preset"
            )
    return PresetNamed(preset) if isinstance(preset, str) else preset - 1


def _end(file: TomlFile, index: int, name: str, target: Target, value: Any) -> float:
    """Return the value at one end of a knob: a number, or the index of a choice that the file names."""
    place = ("control", index, name)
    knob = knob_of(target)
    if knob is None or knob.is_switch:
        file.refuse(f"only a control that turns something can have {name}: remove it", *place)
    if not knob.choices:
        with reported_at(file, *place):
            knob.check_end(value)
        return float(value)
    if value not in knob.choices:
        file.refuse(f"there is no {knob.name} {value!r}{nearest(str(value), knob.choices)}", *place)
    return knob.choices.index(value)


def _values_of(binding: Binding) -> dict[str, str]:
    """Return the keys and values of a binding, as TOML."""
    values: dict[str, object] = {"cc": binding.control, "note": binding.note}
    values["channel"] = None if binding.channel is None else binding.channel + 1
    values["input"] = binding.input
    match binding.target:
        case Action() as action:
            values["does"] = action.value
        case PresetNamed(name):
            values["preset"] = name
        case int(number):
            values["preset"] = number + 1
        case name:
            values["turns"] = name
    if binding.encoding is not Encoding.ABSOLUTE:
        values["encoding"] = binding.encoding.value
    knob = binding.knob
    for name, end in (("low", binding.low), ("high", binding.high)):
        values[name] = knob.choices[round(end)] if knob and knob.choices and end is not None else end
    # JSON's strings and numbers are valid TOML.
    return {key: json.dumps(value, ensure_ascii=False) for key, value in values.items() if value is not None}


def _lines_of(written: str) -> list[str]:
    return re.findall(r"[^\n]*\n|[^\n]+", written)


def _cut_out(lines: list[str], file: TomlFile, index: int) -> None:
    """Remove the lines of one `[[control]]` table, and the empty line before it if no table follows."""
    first = file.line_of("control", index) - 1
    keys = {file.line_of("control", index, key) - 1 for key in file.content["control"][index]}
    for place in sorted({first, *keys}, reverse=True):
        del lines[place]
    is_last = first >= len(lines) or not lines[first].strip()
    if is_last and first and not lines[first - 1].strip():
        del lines[first - 1]


def _rewrite(lines: list[str], file: TomlFile, index: int, values: dict[str, str], end: str) -> None:
    """Change the lines of one `[[control]]` table; a key that stays keeps its line and the comment on it."""
    places = {key: file.line_of("control", index, key) - 1 for key in file.content["control"][index]}
    target = next(key for key in _TARGETS if key in values)
    missing = dict(values)
    for key, place in places.items():
        now = target if key in _TARGETS else key
        value = missing.pop(now, None)
        found = _VALUE.match(lines[place])
        if value is None:
            lines[place] = ""
        elif found is not None:
            lines[place] = f"{now} = {value}{lines[place][found.end() :]}"
    last = max(places.values())
    if lines[last]:
        lines[last] = lines[last].rstrip("\r\n") + end
    lines[last + 1 : last + 1] = [f"{key} = {value}{end}" for key, value in missing.items()]


_VALUE = re.compile(r"""\s*\w+\s*=\s*("(?:\\.|[^"\\])*"|'[^']*'|[^\s#]+)""")
"""A key and its value, without the comment after them."""


def _write(path: Path, written: str) -> None:
    """Replace a file at once, so that a crash leaves the last good one."""
    path = Path(os.path.realpath(path))  # write to the file that a link points to
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as scratch:
            scratch.write_bytes(written.encode())
    except OSError as error:
        raise TomlError(path, None, f"cannot write it: {error.strerror or error}") from error


def _number(limits: Range) -> Reader:
    def read(_key: str, value: Any) -> int:
        limits.check(value)
        return int(value)

    return read


def _word(words: Sequence[str]) -> Callable[[str, Any], str]:
    def read(key: str, value: Any) -> str:
        if value not in words:
            raise SettingsError(f"{key} cannot be {value!r}{nearest(str(value), words)}")
        return str(value)

    return read


_knob_name = _word([knob.name for knob in KNOBS])
_action = _word([action.value for action in Action])
_encoding = _word([encoding.value for encoding in Encoding])


def _read_preset(key: str, value: Any) -> int | str:
    if isinstance(value, str):
        return text(key, value)
    _PRESET.check(value)
    return int(value)


def _any(_key: str, value: Any) -> Any:
    return value


_READERS: Mapping[str, Reader] = {
    "cc": _number(CONTROL),
    "note": _number(_NOTE),
    "channel": lambda _, value: _number(CHANNEL)("", value) - 1,
    "input": text,
    "turns": _knob_name,
    "does": lambda key, value: Action(_action(key, value)),
    "preset": _read_preset,
    "encoding": lambda key, value: Encoding(_encoding(key, value)),
    "low": _any,
    "high": _any,
}
"""The keys of a `[[control]]` table; `low` and `high` are checked once the target is known."""
