import onnx
import pytest

from export.graphs import operators
from export.score.convert import convert, load_network
from presets.music.bar_memory import REACH
from presets.music.encoding import DURATIONS, IOIS, KEYS, VELOCITIES
from presets.music.features import IOI_FEATURES, MATCHES, POSITIONS, feature_count
from presets.music.keyboard_planes import plane_count
from presets.music.outline import groups, numbers
from presets.music.rhythm_lanes import lane_count
from training.score.learning.shared_heads import CHANNELS

pytestmark = pytest.mark.studio

SYMBOLS, CONTEXT = 2 * 88, 16
KEYBOARD = ["rows", KEYS * CHANNELS]
OUTLINE = ["rows", len(numbers(2)) + len(groups(2))]
SHAPES = {
    "trunk": (
        {"events": [1, "events_count", feature_count(2)], "state": [1, 4, 8]},
        {"hidden": [1, "events_count", 8], "next_state": [1, 4, 8]},
    ),
    "rhythm": (
        {
            "hidden": ["rows", 8],
            "expected_ioi": ["rows", IOI_FEATURES + MATCHES],
            "outline": OUTLINE,
            "lanes": ["rows", REACH, lane_count(2)],
        },
        {"ioi": ["rows", IOIS]},
    ),
    "context": (
        {
            "hidden": ["rows", 8],
            "next_outline": OUTLINE,
            "next_ioi": ["rows", IOI_FEATURES],
            "next_position": ["rows", POSITIONS],
            "next_ringing": ["rows", SYMBOLS],
            "expected_notes": ["rows", SYMBOLS + MATCHES],
            "planes": ["rows", KEYS, plane_count(2)],
        },
        {"context": ["rows", CONTEXT], "keyboard": KEYBOARD},
    ),
    "note": (
        {
            "context": ["rows", CONTEXT],
            "below": ["rows", SYMBOLS],
            "last_duration": ["rows"],
            "last_velocity": ["rows"],
            "keyboard": KEYBOARD,
        },
        {"note": ["rows", SYMBOLS + 1]},
    ),
    "duration": (
        {
            "context": ["rows", CONTEXT],
            "below": ["rows", SYMBOLS],
            "last_duration": ["rows"],
            "symbol": ["rows"],
            "expected_duration": ["rows"],
            "earlier_duration": ["rows"],
            "key": ["rows", CHANNELS],
        },
        {"duration": ["rows", len(DURATIONS)]},
    ),
    "velocity": (
        {
            "context": ["rows", CONTEXT],
            "last_velocity": ["rows"],
            "symbol": ["rows"],
            "duration": ["rows"],
            "expected_velocity": ["rows"],
            "key": ["rows", CHANNELS],
        },
        {"velocity": ["rows", VELOCITIES]},
    ),
}


def shapes(values) -> dict[str, list[int | str]]:
    return {
        value.name: [dim.dim_value or dim.dim_param for dim in value.type.tensor_type.shape.dim]
        for value in values
    }


@pytest.mark.parametrize("form", SHAPES)
def test_each_graph_has_the_contracts_names_and_shapes(graphs, form):
    model = onnx.load_from_string(graphs[form])
    assert (shapes(model.graph.input), shapes(model.graph.output)) == SHAPES[form]


@pytest.mark.parametrize("form", SHAPES)
def test_the_trunk_has_two_lstms_and_nothing_has_a_loop(graphs, form):
    counts = operators(onnx.load_from_string(graphs[form]))
    assert counts["LSTM"] == (2 if form == "trunk" else 0)
    assert counts["Loop"] == counts["Scan"] == 0


def test_the_same_network_always_gives_the_same_bytes(graphs, run):
    assert convert(load_network(run, "best")) == graphs
