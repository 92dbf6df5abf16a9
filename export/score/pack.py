"""Putting a score preset together: settings, seeds, graphs, originality index and card."""

from collections.abc import Sequence

from export.default_controls import DefaultControls
from export.score.card import write_score_card
from export.score.convert import convert, load_network
from export.score.parity import measure_int8, prove
from export.score.quantize import quantize_weights
from export.score.settings import make_settings
from export.weights import Weights
from presets.bundles.bundle import Bundle
from presets.bundles.networks import ScoreFiles
from presets.music.originality import OriginalityIndex
from training.score.learning.run import ScoreRun


def make_bundle(
    run: ScoreRun,
    name: str,
    weights: Weights,
    controls: DefaultControls,
    command: str,
    *,
    int8: bool = False,
    report_lines: Sequence[str] = (),
) -> tuple[Bundle, str]:
    """Make a preset of a run, and prove that its graphs say what the network says.

    Args:
        run: what was trained.
        name: the preset's.
        weights: of the best epoch or of the last.
        controls: how it plays unless the player says otherwise.
        command: the command line, for the card.
        int8: whether to store the weights as 8-bit integers.
        report_lines: what `segue evaluate` says of the preset, for the card.

    Returns:
        The preset, and what was proved of it: a sentence without its full stop.

    Raises:
        SettingsError: if the name is none for a preset, or a default control is out of range.
        ConversionError: if the run has not ended an epoch, or a graph has a Loop.
        ParityError: if graphs and network differ.
    """
    settings = make_settings(run, name, controls)
    network = load_network(run, weights)
    graphs = convert(network)
    proof = prove(run, network, graphs).sentence()
    if int8:
        graphs = quantize_weights(graphs)
        proof += f"; {measure_int8(run, network, graphs).sentence()}"
    index = OriginalityIndex.build((piece.name, piece.events) for piece in run.pieces("train"))
    files = ScoreFiles(graphs, index.to_bytes())
    parameters = network.training.count_params()
    card = write_score_card(run, settings, weights, parameters, files, proof, command, report_lines)
    return Bundle(settings, tuple(run.seeds()), card, files), proof
