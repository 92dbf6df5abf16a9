"""TOML files: where in the text each value begins, and what is said of a file that cannot be read."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.setlist.toml_file import TomlError, nearest, parse_toml, read_toml

PATH = Path("friday.toml")

WRITTEN = '''# [preset]
name = "Friday # [x]"  # [[preset]]
a.b."c d" = [1, # one ]
  {x = 1, 'y.z' = [3]},
  """
]""""", 1979-05-27 07:32:00 ]

[[preset]]
name = 'x'
[preset.parts.piano]
channel = 3
[[preset]]
[preset.parts]
piano = {channel = 3, "bank" = [
  1,
  2]}
'''


@pytest.mark.parametrize(
    ("place", "line"),
    [
        ((), 1),
        (("name",), 2),
        (("a", "b", "c d"), 3),
        (("a", "b", "c d", 0), 3),
        (("a", "b", "c d", 1, "y.z", 0), 4),
        (("a", "b", "c d", 2), 5),
        (("a", "b", "c d", 3), 6),
        (("preset",), 8),
        (("preset", 0), 8),
        (("preset", 0, "name"), 9),
        (("preset", 0, "parts"), 10),
        (("preset", 0, "parts", "piano", "channel"), 11),
        (("preset", 1), 12),
        (("preset", 1, "parts", "piano"), 14),
        (("preset", 1, "parts", "piano", "bank", 1), 16),
        # What is missing is missing in its table.
        (("preset", 1, "name"), 12),
        (("preset", 2), 8),
        (("swing",), 1),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_place_has_its_line(place, line, end):
    assert parse_toml(WRITTEN.replace("\n", end), PATH).line_of(*place) == line


TRICKY = st.lists(
    st.sampled_from(["# no", "[[a]]", "[", "]", "{", "}", ",", "=", ".", "a = 1", " ", "\\", '"', "'", "é"]),
    max_size=5,
).map("".join)
BARE_KEYS = st.sampled_from(["a", "b-1", "1", "true", "-", "_x"])
KEYS = st.one_of(BARE_KEYS, TRICKY, st.just(""))
GAPS = st.sampled_from(["", " ", "\t "])
REST_OF_LINE = st.sampled_from(["\n", ' # [[a]] = "\n', "\t\n", "\n\n", "\r\n", "\n# ''' \n"])


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


class Writer:
    """Writes the same data in any of TOML's ways, and notes on which line each value was begun."""

    def __init__(self, draw):
        self.draw, self.text, self.lines = draw, "", {}

    def put(self, *pieces):
        self.text += "".join(pieces)

    def gap(self, many_lines=False):
        self.put(self.draw(GAPS))
        if many_lines and self.draw(st.booleans()):
            self.put(self.draw(REST_OF_LINE), self.draw(GAPS))

    def begin(self, place):
        self.lines[place] = 1 + self.text.count("\n")

    def key(self, key):
        if re.fullmatch(r"[A-Za-z0-9_-]+", key) and self.draw(st.booleans()):
            self.put(key)
        elif "'" not in key and self.draw(st.booleans()):
            self.put("'", key, "'")
        else:
            self.put(quoted(key))

    def dotted(self, keys):
        for index, key in enumerate(keys):
            if index:
                self.gap()
                self.put(".")
                self.gap()
            self.key(key)

    def statement(self, place, keys, value):
        for end in range(1, len(keys) + 1):
            if (*place, *keys[:end]) not in self.lines:
                self.begin((*place, *keys[:end]))
        self.dotted(keys)
        self.gap()
        self.put("=")
        self.gap()
        self.value((*place, *keys), value)

    def value(self, place, value):
        if isinstance(value, dict):
            self.inline_table(place, value)
        elif isinstance(value, list):
            self.array(place, value)
        elif isinstance(value, str):
            self.string(value)
        else:
            self.put(value[0])

    def string(self, value):
        ways = [lambda: self.put(quoted(value))]
        ways.append(lambda: self.put('"""', self.draw(st.sampled_from(["", "\n", "\\\n  "])), many(value)))
        if "'" not in value:
            ways.append(lambda: self.put("'", value, "'"))
            ways.append(lambda: self.put("'''\n", value, "\n'''"))
        self.draw(st.sampled_from(ways))()

    def array(self, place, values):
        self.put("[")
        for index, value in enumerate(values):
            self.gap(many_lines=True)
            self.begin((*place, index))
            self.value((*place, index), value)
            self.gap(many_lines=True)
            if index < len(values) - 1 or self.draw(st.booleans()):
                self.put(",")
        self.gap(many_lines=True)
        self.put("]")

    def inline_table(self, place, table):
        self.put("{")
        for index, (key, value) in enumerate(table.items()):
            if index:
                self.put(",")
            self.gap()
            self.statement(place, [key], value)
            self.gap()
        self.put("}")

    def table(self, place, header, table):
        """Write what is within a table: plain values first, then tables under headers of their own."""
        later = []
        for key, value in table.items():
            is_table = isinstance(value, dict)
            is_array_of_tables = isinstance(value, list) and value and all(isinstance(v, dict) for v in value)
            if (is_table or is_array_of_tables) and self.draw(st.booleans()):
                later.append((key, value))
            else:
                one = [key]
                while isinstance(value, dict) and len(value) == 1 and self.draw(st.booleans()):
                    ((inner, value),) = value.items()
                    one.append(inner)
                self.gap()
                self.statement(place, one, value)
                self.put(self.draw(REST_OF_LINE))
        for key, value in later:
            self.begin((*place, key))
            if isinstance(value, dict):
                self.head("[", [*header, key])
                self.table((*place, key), [*header, key], value)
            for index, one in enumerate(value if isinstance(value, list) else ()):
                self.begin((*place, key, index))
                self.head("[[", [*header, key])
                self.table((*place, key, index), [*header, key], one)

    def head(self, bracket, keys):
        self.put(bracket)
        self.gap()
        self.dotted(keys)
        self.gap()
        self.put(bracket.replace("[", "]"), self.draw(REST_OF_LINE))


def many(text):
    """Return a text and the end of a string of many lines, with quotes that do not end it."""
    return text.replace("\\", "\\\\").replace('"""', '""\\"') + '"""'


NUMBERS = st.sampled_from(["1", "-0.5e3", "true", "nan", "0xFF", "1979-05-27 07:32:00", "07:32:00.5"])
VALUES = st.recursive(
    st.one_of(TRICKY, st.tuples(NUMBERS)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.lists(st.dictionaries(KEYS, inner, max_size=2), min_size=1, max_size=2),
        st.dictionaries(KEYS, inner, max_size=3),
    ),
    max_leaves=12,
)


@given(table=st.dictionaries(KEYS, VALUES, max_size=4), data=st.data())
def test_nothing_that_is_valid_hides_a_line(table, data):
    writer = Writer(data.draw)
    writer.table((), [], table)
    assert parse_toml(writer.text, PATH).lines == writer.lines


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        (
            "a = 1\ntempo 96\n",
            2,
            "every line must be TOML (expected '=' after a key in a key/value pair), got ",
        ),
        (
            "mode = answer",
            1,
            "every line must be TOML (invalid value), got 'mode = answer'; write [TABLE] or",
        ),
        (
            "\na = 1\na = 2",
            3,
            "every line must be TOML (cannot overwrite a value), got 'a = 2'; write [TABLE",
        ),
        (
            "[a]\n\n[a]\n",
            3,
            "every line must be TOML (cannot declare ('a',) twice), got '[a]'; write [TABLE] ",
        ),
        (
            '\na = "x\n',
            2,
            "every line must be TOML (illegal character '\\n'), got 'a = \"x'; write [TABLE] or ",
        ),
        (
            "a = [1,\n2\n\n",
            2,
            "every line must be TOML (unclosed array), got '2'; write [TABLE] or KEY = VAL",
        ),
        (f"a = {'9' * 5000}", 1, "every line must be TOML (exceeds the limit (4300 digits) for integer str"),
        ("a = [1,\n0x8000000000000000]", 2, "a must fit in 64 bits: write a smaller number"),
        (f"\na.b = -{'9' * 400}", 2, "b must fit in 64 bits: write a smaller number"),
    ],
)
def test_what_is_no_toml_is_refused_with_its_line(text, line, sentence):
    with pytest.raises(TomlError) as refused:
        parse_toml(text, PATH)
    assert str(refused.value).startswith(f"friday.toml, line {line}: {sentence}")
    assert refused.value.line == line


@given(st.text(alphabet="[]{}=\"'#.,\n\\ ab1", max_size=30))
def test_any_text_is_read_or_refused(text):
    try:
        parse_toml(text, PATH)
    except TomlError as refused:
        assert "\n" not in str(refused)  # noqa: PT017


def test_brackets_without_end_are_refused():
    with pytest.raises(
        TomlError, match=r"^friday\.toml: its brackets are nested too deeply: write fewer inside one another$"
    ):
        parse_toml("a = " + "[" * 5000, PATH)


def test_a_file_that_cannot_be_read_is_refused(tmp_path):
    with pytest.raises(TomlError, match=r"none\.toml: cannot read it: No such file or directory$"):
        read_toml(tmp_path / "none.toml")
    latin = tmp_path / "latin.toml"
    latin.write_bytes(b"a = 1\nname = 'Caf\xe9'\n")
    with pytest.raises(
        TomlError, match=r"latin\.toml, line 2: the file must be UTF-8 text: save it as UTF-8$"
    ):
        read_toml(latin)


def test_the_mark_that_windows_begins_a_file_with_is_no_fault(tmp_path):
    path = tmp_path / "notepad.toml"
    path.write_bytes(b"\xef\xbb\xbfname = 'Friday'\r\n")
    assert read_toml(path).content == {"name": "Friday"}


def test_an_unknown_key_is_refused_with_the_nearest_or_with_all():
    file = parse_toml("[[preset]]\nname = 'x'\ntemprature = 1\n\nnoise = 1\n", PATH)
    known = ("name", "temperature", "noise")
    with pytest.raises(TomlError) as refused:
        file.check_keys(known, "preset", 0)
    assert (
        str(refused.value) == "friday.toml, line 3: there is no key 'temprature' here; nearest: 'temperature'"
    )
    with pytest.raises(TomlError) as refused:
        file.check_keys((*known[:2], "temprature"), "preset", 0)
    assert str(refused.value) == (
        "friday.toml, line 5: there is no key 'noise' here; valid: 'name', 'temperature', 'temprature'"
    )


def test_nearest_looks_over_capitals_and_says_nothing_of_nothing():
    assert nearest("ANSWER", ["answer", "hold"]) == "; nearest: 'answer'"
    assert nearest("x", []) == ""
