import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mido import Message

from live.core.controls.actions import Action
from live.core.controls.binding import Binding, Encoding, PresetNamed
from live.core.controls.control_map import Asked, ControlMap, Turned
from live.core.controls.knobs import KNOBS
from live.core.controls.learning import Learner
from live.setlist.control_file import bindings_of, control_file, read_bindings, remove_bindings, save_binding
from live.setlist.toml_file import TomlError, parse_toml
from tests.live.core.controls.test_control_map import DESK, bindings

WRITTEN = """\
# My stage.

[[control]]  # the first knob
cc = 21
channel = 1
input = "nano # KONTROL"
turns = "tempo"  # slow songs
low = 60
high = 100

# The pads.
[[control]]
note = 36
does = "panic"  # red

[[control]]
cc = 64
preset = "bach"
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "segue" / "controls.toml"


@pytest.fixture
def written(path):
    path.parent.mkdir()
    path.write_text(WRITTEN)
    return path


def read(text, presets=None):
    return bindings_of(parse_toml(text, Path("controls.toml")), presets)


def test_a_file_says_what_is_bound(written):
    assert read_bindings(written) == (
        Binding("tempo", control=21, channel=0, input="nano # KONTROL", low=60, high=100),
        Binding(Action.PANIC, note=36),
        Binding(PresetNamed("bach"), control=64),
    )


def test_no_file_binds_nothing(path):
    assert read_bindings(path) == ()


def test_it_stands_in_the_user_s_own_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("SEGUE_DATA", str(tmp_path))
    assert control_file() == tmp_path / "controls.toml"


@pytest.mark.parametrize(
    ("lines", "binding"),
    [
        ('turns = "mode"\nlow = "continue"\nhigh = "answer"', Binding("mode", control=1, low=1, high=2)),
        ('turns = "key"\nlow = "C major"\nhigh = "B minor"', Binding("key", control=1, low=3, high=26)),
        ('turns = "density"\nlow = 1\nhigh = -0.5', Binding("density", control=1, low=1, high=-0.5)),
        ('turns = "mute"', Binding("mute", control=1)),
        ('does = "mute"', Binding(Action.MUTE, control=1)),
        ("preset = 2", Binding(1, control=1)),
        (
            'turns = "swing"\nencoding = "relative-64"',
            Binding("swing", control=1, encoding=Encoding.RELATIVE_64),
        ),
    ],
)
def test_each_way_of_writing_it(lines, binding):
    assert read(f"[[control]]\ncc = 1\n{lines}\n") == (binding,)


# What is refused.


@pytest.mark.parametrize(
    ("lines", "line", "sentence"),
    [
        ('turns = "tempo"', 1, "a control must have exactly one of cc or note, got none"),
        (
            'cc = 1\nnote = 1\nturns = "tempo"',
            1,
            "a control must have exactly one of cc or note, got cc and note",
        ),
        ("cc = 1", 1, "a control must have exactly one of turns, does or preset, got none"),
        (
            'cc = 1\nturns = "tempo"\ndoes = "panic"',
            1,
            "a control must have exactly one of turns, does or preset, got turns and does",
        ),
        ('cc = 1\nturn = "tempo"', 3, "there is no key 'turn' here; nearest: 'turns'"),
        ("cc = 120", 2, "a control change's number must be 0..119, got 120"),
        ('note = "C4"', 2, "the note must be a whole number, got 'C4'"),
        ("cc = 1\nchannel = 0", 3, "the channel must be 1..16, got 0"),
        ('cc = 1\ninput = ""', 3, "input must not be empty: write something, or leave it out"),
        ('cc = 1\nturns = "tempi"', 3, "turns cannot be 'tempi'; nearest: 'tempo'"),
        ('cc = 1\ndoes = "panik"', 3, "does cannot be 'panik'; nearest: 'panic'"),
        ("cc = 1\npreset = 0", 3, "a preset's number must be 1..128, got 0"),
        (
            'cc = 1\nturns = "tempo"\nencoding = "relativ"',
            4,
            "encoding cannot be 'relativ'; nearest: 'relative'",
        ),
        ('cc = 1\nturns = "tempo"\nhigh = 500', 4, "an end of tempo must be 40..240, got 500"),
        ('cc = 1\nturns = "tempo"\nhigh = "fast"', 4, "an end of tempo must be a number, got 'fast'"),
        ('cc = 1\nturns = "mode"\nlow = "anser"', 4, "there is no mode 'anser'; nearest: 'answer'"),
        ('cc = 1\ndoes = "go"\nlow = 1', 4, "only a control that turns something can have low: remove it"),
        (
            'note = 1\nturns = "tempo"',
            1,
            "a note can only step through choices (key, mode, mute, meter), got tempo; bind a control change "
            "to it",
        ),
        (
            'cc = 1\nturns = "tempo"\n[[control]]\ncc = 1\nturns = "swing"',
            4,
            "line 1 binds the same control: remove one of them",
        ),
    ],
)
def test_what_is_wrong_is_refused_with_its_line(lines, line, sentence):
    with pytest.raises(TomlError) as refused:
        read(f"[[control]]\n{lines}\n")
    assert str(refused.value) == f"controls.toml, line {line}: {sentence}"


@pytest.mark.parametrize(
    ("preset", "sentence"),
    [
        ('"bahc"', "there is no preset 'bahc' in this set; nearest: 'bach'"),
        ("3", "the preset must be 1..2 in this set, got 3"),
    ],
)
def test_a_set_knows_which_presets_there_are(preset, sentence):
    text = "[[control]]\ncc = 1\npreset = "
    assert read(text + '"bach"', ["chopin", "bach"]) == (Binding(PresetNamed("bach"), control=1),)
    with pytest.raises(TomlError) as refused:
        read(text + preset, ["chopin", "bach"])
    assert str(refused.value) == f"controls.toml, line 3: {sentence}"


def test_a_control_file_has_nothing_but_controls(path):
    path.parent.mkdir()
    path.write_text("[[controls]]\n")
    with pytest.raises(TomlError, match=r"line 1: there is no key 'controls' here; nearest: 'control'$"):
        read_bindings(path)


# Saving.


def test_the_first_binding_makes_the_file(path):
    save_binding(path, Binding("temperature", control=21, channel=0, input='"my" nano'))
    assert path.read_text() == (
        "# What your controllers do in segue. docs/control-by-midi.md explains every key.\n"
        "\n"
        "[[control]]\n"
        "cc = 21\n"
        "channel = 1\n"
        'input = "\\"my\\" nano"\n'
        'turns = "temperature"\n'
    )


def test_a_new_binding_comes_last_and_the_rest_stays(written):
    save_binding(written, Binding(Action.GO, note=40, channel=9))
    assert written.read_text() == WRITTEN + '\n[[control]]\nnote = 40\nchannel = 10\ndoes = "go"\n'


def test_what_is_bound_anew_keeps_its_place_and_its_comments(written):
    save_binding(written, Binding(2, note=36))
    save_binding(
        written,
        Binding(
            "mode", control=21, channel=0, input="nano # KONTROL", encoding=Encoding.RELATIVE, low=0, high=2
        ),
    )
    assert written.read_text() == WRITTEN.replace('does = "panic"  # red', "preset = 3  # red").replace(
        'turns = "tempo"  # slow songs\nlow = 60\nhigh = 100\n',
        'turns = "mode"  # slow songs\nlow = "stream"\nhigh = "answer"\nencoding = "relative"\n',
    )


def test_keys_that_a_binding_has_no_more_are_gone(written):
    save_binding(written, Binding("density", control=21, channel=0, input="nano # KONTROL"))
    assert "low =" not in written.read_text()
    assert len(read_bindings(written)) == 3


@pytest.mark.parametrize(
    ("text", "now"),
    [
        (
            "[[control]]\r\ncc = 1\r\ndoes = 'go'",
            '[[control]]\r\ncc = 1\r\nturns = "tempo"\r\nlow = 50\r\n',
        ),
        ("\ufeff[[control]]\ncc=1\nlow=3\nturns='swing'", None),
    ],
    ids=["ends of lines", "of a wrong file nothing"],
)
def test_a_file_of_another_editor_stays_as_it_is(path, text, now):
    path.parent.mkdir()
    path.write_bytes(text.encode())
    binding = Binding("tempo", control=1, low=50)
    if now is None:
        with pytest.raises(TomlError):
            save_binding(path, binding)
    else:
        save_binding(path, binding)
    assert path.read_bytes() == (now or text).encode()


def test_a_table_that_is_written_otherwise_is_left_alone(path):
    path.parent.mkdir()
    text = 'control = [{cc = 1, turns = "tempo"}]\n'
    path.write_text(text)
    for binding in (Binding("swing", control=1), Binding("swing", control=2)):
        with pytest.raises(TomlError):
            save_binding(path, binding)
        assert path.read_text() == text


def test_a_folder_that_takes_no_file_is_said_in_one_sentence(tmp_path):
    (tmp_path / "segue").write_text("a file, and no folder")
    with pytest.raises(TomlError, match=r"controls\.toml: cannot (read|write) it: "):
        save_binding(tmp_path / "segue" / "controls.toml", Binding(Action.GO, note=1))


def test_nothing_is_left_beside_it(written):
    save_binding(written, Binding(Action.GO, note=40))
    assert [file.name for file in written.parent.iterdir()] == ["controls.toml"]


# Forgetting.


@pytest.mark.parametrize(
    ("target", "now"),
    [
        (Action.PANIC, WRITTEN.replace('[[control]]\nnote = 36\ndoes = "panic"  # red\n', "")),
        (1, WRITTEN.removesuffix('\n[[control]]\ncc = 64\npreset = "bach"\n')),
        ("density", WRITTEN),
    ],
    ids=str,
)
def test_what_is_forgotten_is_taken_out_and_the_rest_stays(written, target, now):
    remove_bindings(written, target, ["folk", "bach"])
    assert written.read_text() == now
    assert [file.name for file in written.parent.iterdir()] == ["controls.toml"]


def test_comments_of_their_own_outlive_what_is_forgotten(path):
    path.parent.mkdir()
    path.write_bytes(b"# mine\r\n[[control]]\r\n# left\r\ncc = 1\r\nturns = 'tempo'\r\n# end")
    remove_bindings(path, "tempo")
    assert path.read_bytes() == b"# mine\r\n# left\r\n# end"


def test_forgetting_makes_no_file_and_leaves_alone_what_is_written_otherwise(path):
    remove_bindings(path, "tempo")
    assert not path.exists()
    path.parent.mkdir()
    text = 'control = [{cc = 1, turns = "tempo"}, {cc = 2, turns = "swing"}]\n'
    path.write_text(text)
    with pytest.raises(TomlError, match="each key on its own line"):
        remove_bindings(path, "tempo")
    assert path.read_text() == text


@given(st.lists(bindings(), min_size=1, max_size=6))
def test_what_is_forgotten_is_read_no_more(saved):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "controls.toml"
        for binding in saved:
            save_binding(path, binding)
        before = read_bindings(path)
        remove_bindings(path, saved[0].target)
        assert read_bindings(path) == tuple(b for b in before if b.target != saved[0].target)


@given(st.lists(bindings(), min_size=1, max_size=6))
def test_what_is_saved_is_read(saved):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "controls.toml"
        path.write_text("# mine")
        for binding in saved:
            save_binding(path, binding)
        assert path.read_text().startswith("# mine\n")
        last = {binding.handle: binding for binding in saved}
        assert read_bindings(path) == tuple(last.values())


# MIDI learn, from the hand to the music of the next evening.


def cc(value):
    return Message("control_change", control=21, value=value)


@pytest.mark.parametrize("knob", [knob.name for knob in KNOBS if not knob.is_switch])
@pytest.mark.parametrize(
    "moves",
    [(60, 61, 62, 80), (1, 1, 1, 2), (65, 65, 65, 66)],
    ids=["absolute", "relative", "relative-64"],
)
def test_a_knob_that_is_learned_tonight_turns_tomorrow(path, knob, moves):
    learner = Learner(knob)
    learned = [binding for value in moves if (binding := learner.hear("nanoKONTROL2 MIDI 1 24:0", cc(value)))]
    save_binding(path, learned[0])
    tomorrow = ControlMap(read_bindings(path))
    control_state, turned = DESK, []
    # From the left end to the right one, and some clicks back and forth: each kind turns somehow.
    for value in (*range(128), 1, 127, 65, 63):
        heard = tomorrow.hear("nanoKONTROL2 MIDI 1 28:0", cc(value), control_state)
        if isinstance(heard, Turned):
            control_state, turned = heard.control_state, [*turned, heard.knob.name]
    assert set(turned) == {knob}


def test_a_pedal_that_is_learned_tonight_works_tomorrow(path):
    pedal = Message("control_change", control=64, value=127)
    save_binding(path, Learner(Action.GO).hear("Digital Piano", pedal))
    assert ControlMap(read_bindings(path)).hear("Digital Piano", pedal, DESK) == Asked(Action.GO)
