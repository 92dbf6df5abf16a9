"""Put a classic preset together: settings, vocabulary, seeds, graph, originality index and card."""

from collections.abc import Iterable, Sequence

from export.classic.card import write_card
from export.classic.convert import convert, load_network
from export.classic.parity import prove
from export.order import ExportOrder
from presets.bundles.bundle import Bundle
from presets.bundles.networks import ClassicFiles
from presets.bundles.seed import Seed
from presets.bundles.settings import Settings
from presets.music.event import PPQ, Event, Note
from presets.music.originality import OriginalityIndex
from presets.music.vocabulary import Vocabulary
from presets.music.window import Window
from training.classic.evaluation import Skill, evaluate, evaluate_frequencies
from training.classic.run import ClassicRun


def make_bundle(run: ClassicRun, order: ExportOrder) -> tuple[Bundle, str]:
    """Make a preset from a run, and prove that its graph predicts the same as the network.

    Args:
        run: the run of the network.
        order: the choices of the export.

    Returns:
        The preset, and a sentence, without its full stop, that states the proof.

    Raises:
        SettingsError: if the name is not allowed for a preset.
        ConversionError: if the run has not finished an epoch, or the graph has a Loop.
        ParityError: if graph and network differ.
    """
    corpus = run.facts()["corpus"]["name"]
    settings = Settings(
        name=order.name,
        description=f"classic LSTM trained on {corpus or 'a corpus without a name'}",
        window_length=run.plan.window,
    )
    network = load_network(run, order.weights)
    model = convert(network)
    proof = prove(run, network, model)
    sizes = len(run.vocabulary), run.plan.window
    skill = Skill(
        evaluate(network, run.training_rows, *sizes),
        evaluate(network, run.held_out_rows, *sizes),
        evaluate_frequencies(run.training_rows, run.held_out_rows, *sizes),
    )
    card = write_card(run, order, network.count_params(), skill, proof)
    seeds = tuple(Seed(seed_window(settings, seed)) for seed in run.seeds())
    index = make_index(run.vocabulary, ((row.name, row.ids) for row in run.rows if not row.held_out))
    files = ClassicFiles(run.vocabulary, model, index.to_bytes())
    return Bundle(settings, seeds, card, files), proof.sentence()


def make_index(vocabulary: Vocabulary, pieces: Iterable[tuple[str, Sequence[int]]]) -> OriginalityIndex:
    """Return the originality index of pieces, given by name and token ids, as they sound without rhythm."""
    sounds = [
        Event.of(0, (Note(note, duration=1, velocity=1) for note in token.notes))
        for token in vocabulary.tokens
    ]
    return OriginalityIndex.build(
        ((name, [sounds[token_id] for token_id in ids]) for name, ids in pieces), has_rhythm=False
    )


def seed_window(settings: Settings, seed: list[tuple[int, ...]]) -> Window:
    """Return a seed as events in the preset's steps, since the classic network has no rhythm."""
    step = round(settings.step * PPQ)
    duration = max(1, round(settings.step * settings.gate * PPQ))
    events = (Event.of(step, (Note(note, duration, settings.velocity) for note in notes)) for notes in seed)
    return Window.of(events, settings.window_length)
