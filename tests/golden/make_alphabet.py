"""The golden classic preset: a whole bundle under 5 kB whose network wants the next token of its vocabulary.

Needs onnx.
"""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from presets.bundles.bundle import Bundle, write_bundle
from presets.bundles.networks import ClassicFiles
from presets.bundles.seed import Seed
from presets.bundles.settings import Sampling, Settings
from presets.music.event import Event, Note
from presets.music.originality import OriginalityIndex
from presets.music.vocabulary import Token, Vocabulary
from presets.music.window import Window

FOLDER = Path(__file__).parent / "alphabet"
LENGTH = 10

NAMES = ("C", "C#", "D", "E-", "E", "F", "F#", "G", "G#", "A", "B-", "B")
NOTES = [Token(f"{NAMES[note % 12]}{note // 12 - 1}", (note,)) for note in range(60, 84)]
CHORDS = [Token("0.4.7", (48, 64, 67)), Token("9.0.4", (45, 60, 64))]
VOCABULARY = Vocabulary([*NOTES, *CHORDS])

CARD = """\
# alphabet

For tests: after each token the next one of its vocabulary, after the last the first. Made by hand; its
licence is that of segue.
"""


def make_model(size: int, length: int) -> bytes:
    """Return the graph: the newest id is scaled back, and the id after it gets the greatest probability."""
    constants = {
        "newest": np.array([length - 1]),
        "end": np.array([length]),
        "axis": np.array([1]),
        "scalar": np.array([1, 1]),
        "size": np.array([[size]], dtype=np.float32),
        # Distances to the id after the newest, around the ring; the last token is followed by the first.
        "ids": np.arange(size, dtype=np.float32)[np.newaxis],
        "one": np.array([[1]], dtype=np.float32),
        "half": np.array([[0.5]], dtype=np.float32),
        "sharpness": np.array([[-16]], dtype=np.float32),
    }
    nodes = [
        helper.make_node("Slice", ["window", "newest", "end", "axis"], ["last"]),
        helper.make_node("Reshape", ["last", "scalar"], ["scaled"]),
        helper.make_node("Mul", ["scaled", "size"], ["inexact"]),
        helper.make_node("Round", ["inexact"], ["id"]),
        helper.make_node("Add", ["id", "one"], ["after"]),
        helper.make_node("Mod", ["after", "size"], ["wanted"], fmod=1),
        helper.make_node("Sub", ["ids", "wanted"], ["difference"]),
        helper.make_node("Abs", ["difference"], ["distance"]),
        helper.make_node("Min", ["distance", "half"], ["missed"]),
        helper.make_node("Mul", ["missed", "sharpness"], ["logits"]),
        helper.make_node("Softmax", ["logits"], ["probabilities"], axis=1),
    ]
    graph = helper.make_graph(
        nodes,
        "alphabet",
        [helper.make_tensor_value_info("window", TensorProto.FLOAT, [1, length, 1])],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, [1, size])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    data: bytes = model.SerializeToString()
    return data


def main() -> None:
    settings = Settings(
        name="alphabet",
        description="for tests: the next token of its vocabulary",
        window_length=LENGTH,
        sampling=Sampling(temperature=0.0),
    )
    seed = Seed(Window.of([Event(240, (Note(60, 216, 80),))], LENGTH))
    piece = [Event(0, tuple(Note(note, 1, 1) for note in token.notes)) for token in VOCABULARY.tokens]
    index = OriginalityIndex.build([("the alphabet", piece)], has_rhythm=False)
    network = ClassicFiles(VOCABULARY, make_model(len(VOCABULARY), LENGTH), index.to_bytes())
    write_bundle(FOLDER, Bundle(settings, (seed,), CARD, network), replace=True)
