"""The golden score preset: two parts, by hand, and music that can be told in a sentence.

The melody goes on by the step that it took last (after a single note: a semitone up), between C3 and B6 as
on a ring, in a dotted rhythm that begins on each beat; on each bar's first beat the bass strikes a low C for
the whole bar. So a state that was not carried, a wrong position or a wrong part is a wrong note. Needs onnx.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper, parser

from presets.bundles.bundle import Bundle, write_bundle
from presets.bundles.networks import ScoreFiles
from presets.bundles.seed import Seed
from presets.bundles.settings import Meter, Part, Sampling, Settings
from presets.music.encoding import DURATIONS, IOIS, KEYS, LOWEST_KEY, VELOCITIES, Position
from presets.music.event import Event, Note
from presets.music.features import IOI_FEATURES, MATCHES, POSITIONS, feature_count
from presets.music.originality import OriginalityIndex
from presets.music.window import Window

FOLDER = Path(__file__).parent / "steps"
PARTS = 2
SYMBOLS = PARTS * KEYS
FEATURES = feature_count(PARTS)
C3, C4, C2 = (note - LOWEST_KEY for note in (48, 60, 36))
BASS = KEYS + C2
"""The note symbol of the bass's only note."""

CARD = """\
# steps

For tests: a melody that goes on by the step that it took last, in a dotted rhythm, over one low note a bar.
Made by hand; its licence is that of segue.
"""

# The formula of all logits: 0 for the wanted class, -16 for the others.
WANT = """
    difference = Sub(classes, wanted)
    distance = Abs(difference)
    missed = Min(distance, half)
    logits = Mul(missed, sharpness)
"""

# `hidden` is the melody's next key and the next inter-onset interval in grid ticks; the state's first number
# is the melody's last key + 1, or 0 for none. Keys are counted from 1 in between, so that 0 is silence.
TRUNK = f"""
trunk (float[1, events_count, {FEATURES}] events, float[1, 4, 2] state)
    => (float[1, events_count, 2] hidden, float[1, 4, 2] next_state)
{{
    struck = Slice(events, zeroth, melody_end, axis_2)
    numbered = Mul(struck, key_numbers)
    highest = ReduceMax<axes = [2], keepdims = 1>(numbered)
    silent = Equal(highest, zero)
    key = Where(silent, middle_c, highest)

    state_row = Slice(state, zeroth, first, axis_1)
    last_key = Slice(state_row, zeroth, first, axis_2)
    keys = Concat<axis = 1>(last_key, key)
    heard_before = Slice(keys, zeroth, newest, axis_1)
    is_first = Equal(heard_before, zero)
    semitone_below = Sub(key, one)
    before = Where(is_first, semitone_below, heard_before)
    step = Sub(key, before)
    target = Add(key, step)
    above_c3 = Sub(target, low_c)
    inside = Mod<fmod = 1>(above_c3, four_octaves)
    next_key = Add(inside, low_c_key)

    phases = Slice(events, phase_begin, phase_end, axis_2)
    numbered_phases = Mul(phases, phase_numbers)
    phase = ReduceSum<keepdims = 1>(numbered_phases, axis_2)
    on_beat = Equal(phase, zero)
    to_beat = Sub(beat, phase)
    next_ioi = Where(on_beat, dotted, to_beat)
    hidden = Concat<axis = 2>(next_key, next_ioi)

    newest_key = Slice(keys, newest, end, axis_1)
    next_state = Pad(newest_key, padding)
}}"""

RHYTHM = f"""
rhythm (float[rows, 2] hidden, float[rows, {IOI_FEATURES + MATCHES}] expected_ioi)
    => (float[rows, {IOIS}] ioi)
{{
    wanted = Slice(hidden, first, second, axis_1)
    {WANT}
    ioi = Identity(logits)
}}"""

# `context` is the melody's key, and 1 on the first beat of a bar.
CONTEXT = f"""
context (float[rows, 2] hidden, float[rows, {IOI_FEATURES}] next_ioi, float[rows, {POSITIONS}] next_position,
         float[rows, {SYMBOLS}] next_ringing, float[rows, {SYMBOLS + MATCHES}] expected_notes)
    => (float[rows, 2] context)
{{
    key = Slice(hidden, zeroth, first, axis_1)
    on_beat = Slice(next_position, zeroth, first, axis_1)
    first_quarter = Slice(next_position, quarters, after_first_quarter, axis_1)
    first_beat = Mul(on_beat, first_quarter)
    context = Concat<axis = 1>(key, first_beat)
}}"""

NOTE = f"""
note (float[rows, 2] context, float[rows, {SYMBOLS}] below, int32[rows] last_duration,
      int32[rows] last_velocity)
    => (float[rows, {SYMBOLS + 1}] note)
{{
    key = Slice(context, zeroth, first, axis_1)
    first_beat = Slice(context, first, second, axis_1)
    told = ReduceSum<keepdims = 1>(below, axis_1)
    begun = Min(told, one)
    fresh = Sub(one, begun)
    bass_told = Slice(below, bass, after_bass, axis_1)
    bass_left = Sub(one, bass_told)
    bass_due = Mul(first_beat, bass_left)
    from_stop = Mul(bass_due, stop_to_bass)
    after_melody = Add(stop, from_stop)
    begins_with = Mul(key, fresh)
    goes_on_with = Mul(after_melody, begun)
    wanted = Add(begins_with, goes_on_with)
    {WANT}
    above = CumSum<reverse = 1>(below, one_axis)
    passed = Min(above, one)
    impossible = Concat<axis = 1>(passed, fresh)
    forbidden = Mul(impossible, never)
    note = Add(logits, forbidden)
}}"""

DURATION = f"""
duration (float[rows, 2] context, float[rows, {SYMBOLS}] below, int32[rows] last_duration,
          int32[rows] symbol, int32[rows] expected_duration)
    => (float[rows, {len(DURATIONS)}] duration)
{{
    row = Unsqueeze(symbol, axis_1)
    is_melody = Less(row, melody_symbols)
    wanted = Where(is_melody, of_melody, of_bass)
    {WANT}
    duration = Identity(logits)
}}"""

VELOCITY = f"""
velocity (float[rows, 2] context, int32[rows] last_velocity, int32[rows] symbol, int32[rows] duration,
          int32[rows] expected_velocity)
    => (float[rows, {VELOCITIES}] velocity)
{{
    row = Unsqueeze(symbol, axis_1)
    is_melody = Less(row, melody_symbols)
    wanted = Where(is_melody, of_melody, of_bass)
    {WANT}
    velocity = Identity(logits)
}}"""

NUMBERS = {
    "zero": 0.0,
    "one": 1.0,
    "half": 0.5,
    "sharpness": -32.0,
    "never": -1e9,
    "middle_c": C4 + 1.0,
    # Four octaves lower, so that what is divided is never negative.
    "low_c": C3 + 1.0 - 4 * 48,
    "low_c_key": float(C3),
    "four_octaves": 48.0,
    "beat": 24.0,
    "dotted": 18.0,
    "stop": float(SYMBOLS),
    "stop_to_bass": float(BASS - SYMBOLS),
}
PLACES = {
    "zeroth": 0,
    "first": 1,
    "second": 2,
    "newest": -1,
    "end": 2**31,
    "axis_1": 1,
    "axis_2": 2,
    "melody_end": KEYS,
    "phase_begin": FEATURES - POSITIONS,
    "phase_end": FEATURES - POSITIONS + 24,
    "quarters": 24,
    "after_first_quarter": 25,
    "bass": BASS,
    "after_bass": BASS + 1,
}
CONSTANTS: dict[str, np.ndarray] = {
    **{name: np.array(value, dtype=np.float32) for name, value in NUMBERS.items()},
    **{name: np.array([value]) for name, value in PLACES.items()},
    "one_axis": np.array(1),
    "padding": np.array([0, 0, 0, 0, 3, 1]),
    "key_numbers": np.arange(1, KEYS + 1, dtype=np.float32),
    "phase_numbers": np.arange(24, dtype=np.float32),
    "melody_symbols": np.array(KEYS, dtype=np.int32),
}


def want(classes: int, melody: int = 0, bass: int = 0) -> dict[str, np.ndarray]:
    """Return the constants of `WANT`, and the classes that the parts want where these are fixed."""
    numbers = np.arange(classes, dtype=np.float32)
    of_parts = np.array([melody, bass], dtype=np.float32)
    return {"classes": numbers, "of_melody": of_parts[0], "of_bass": of_parts[1]}


def make_graph(text: str, own: Mapping[str, np.ndarray] = {}) -> bytes:
    """Return a graph with the constants that it names."""
    model = parser.parse_model(f'<ir_version: 8, opset_import: ["": 17]>{text}')
    used = {name for node in model.graph.node for name in node.input}
    constants = {name: value for name, value in {**CONSTANTS, **own}.items() if name in used}
    model.graph.initializer.extend(numpy_helper.from_array(value, name) for name, value in constants.items())
    onnx.checker.check_model(model, full_check=True)
    data: bytes = model.SerializeToString()
    return data


def make_network(events: Sequence[Event]) -> ScoreFiles:
    """Return the six graphs, and the index of these events."""
    eighth, whole = DURATIONS.index(12), DURATIONS.index(96)
    graphs = {
        "trunk": make_graph(TRUNK),
        "rhythm": make_graph(RHYTHM, want(IOIS)),
        "context": make_graph(CONTEXT),
        "note": make_graph(NOTE, want(SYMBOLS + 1)),
        "duration": make_graph(DURATION, want(len(DURATIONS), eighth, whole)),
        "velocity": make_graph(VELOCITY, want(VELOCITIES, 16, 10)),
    }
    return ScoreFiles(graphs, OriginalityIndex.build([("steps", events)]).to_bytes())


def main() -> None:
    surest = Sampling(temperature=0.0)
    settings = Settings(
        name="steps",
        description="for tests: steps in a dotted rhythm, over one low note a bar",
        kind="score",
        meter=Meter(4, 4),
        sampling=surest,
        chords=surest,
        rhythm=surest,
        durations=surest,
        dynamics=surest,
        parts=(Part("melody", 0, 73, 71), Part("bass", 1, 32, 36)),
    )
    events = (Event(0, (Note(36, 1920, 42, 1), Note(60, 240, 66))), Event(360, (Note(62, 240, 66),)))
    seed = Seed(Window.of(events), Position(0, 1920))
    write_bundle(FOLDER, Bundle(settings, (seed,), CARD, make_network(events)), replace=True)
