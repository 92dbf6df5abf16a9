"""Put a score preset together: settings, seeds, graphs, originality index and card."""

from export.order import ExportOrder
from export.score.card import write_score_card
from export.score.convert import convert, load_network
from export.score.half_precision import round_weights, store_in_half
from export.score.parity import measure_int8, prove
from export.score.quantize import quantize_weights
from export.score.settings import make_settings
from presets.bundles.bundle import Bundle
from presets.bundles.networks import ScoreFiles
from presets.music.encoding import encode
from presets.music.form import Forms
from presets.music.originality import OriginalityIndex
from training.score.learning.run import ScoreRun


def make_bundle(run: ScoreRun, order: ExportOrder) -> tuple[Bundle, str]:
    """Make a preset from a run, and prove that its graphs predict the same as the network.

    Args:
        run: the run of the network.
        order: the choices of the export.

    Returns:
        The preset, and a sentence, without its full stop, that states the proof.

    Raises:
        SettingsError: if the name is not allowed for a preset, or a default control is out of range.
        ConversionError: if the run has not finished an epoch, or a graph has a Loop.
        ParityError: if graphs and network differ.
    """
    settings = make_settings(run, order.name, order.controls)
    network = load_network(run, order.weights)
    round_weights(network.training)
    graphs = convert(network)
    proof = prove(run, network, graphs).sentence()
    if order.int8:
        graphs = quantize_weights(graphs)
        proof += f"; {measure_int8(run, network, graphs).sentence()}"
    else:
        graphs = {form: store_in_half(graph) for form, graph in graphs.items()}
    index = OriginalityIndex.build((piece.name, piece.events) for piece in run.learnt)
    pieces = (encode(piece.events, piece.positions, run.parts) for piece in run.pieces("train"))
    files = ScoreFiles(graphs, index.to_bytes(), Forms.build(pieces, run.parts).to_bytes())
    card = write_score_card(run, order, settings, network.training.count_params(), files, proof)
    return Bundle(settings, tuple(run.seeds()), card, files), proof
