"""Store the weights of graphs in 8 bits: a quarter of the size, and faster on most computers."""

import logging
import tempfile
from collections.abc import Mapping
from pathlib import Path

import onnx
from onnxruntime.quantization import QuantType, quantize_dynamic


def quantize_weights(graphs: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the same graphs with 8-bit integer weights; the activations stay float32."""
    # onnxruntime logs advice to preprocess the graphs, which their operators do not need.
    logging.disable(logging.WARNING)
    try:
        return {form: _quantize_graph(graph) for form, graph in graphs.items()}
    finally:
        logging.disable(logging.NOTSET)


def _quantize_graph(graph: bytes) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "quantized.onnx"
        quantize_dynamic(onnx.load_from_string(graph), path, weight_type=QuantType.QInt8)
        return path.read_bytes()
