"""The model card of a score preset: its corpus, its training, and how well it does."""

import math
from collections.abc import Mapping, Sequence

from export.order import ExportOrder
from export.provenance import describe_choice, describe_corpus
from presets.bundles.networks import ScoreFiles
from presets.bundles.settings import Settings
from presets.counting import count_of
from presets.music.encoding import DURATIONS
from training.runs.history import Epoch, read_history
from training.score.learning.run import ScoreRun

NAMES_SHOWN = 40
"""Maximum number of names in a list; the run folder has the rest."""

TEMPLATE = """\
# {name}

A network that predicts music event by event, with rhythm, dynamics, real octaves and {parts}. Two LSTM
layers of {recipe.lstm_units} units hear each event with its place in {place}. From their state, from what a
memory of earlier phrases expects, from what was played in earlier bars, and from an outline of the bar, it
predicts the next interval, then note after note with its duration and its velocity.
{parameters:,} parameters.

## Corpus

{corpus}
{before}
{files}; {pieces} of {events:,} events in all, {training_events:,} of them trained on.
{split}

- chose the epoch: {valid}
- test, and nothing else: {test}
- left out by name, with versions: {left_out}
- left out as duplicates: {duplicates}
- left out as unreadable: {unreadable}

## Training

Recipe `{recipe.name}`: Adam, {plan.learning_rate:g} falling as half a cosine, dropout {recipe.dropout:g},
{recipe.batch} rows of {plan.window} events an update, each row in a random key. {epochs} in {minutes}
minutes, with Keras on {backend} ({versions}).
These weights are those of epoch {epoch}, {choice}.

| | bits an event |
|---|---|
| training pieces in that epoch, with dropout | {training_loss} |
| pieces that chose the epoch, with their outlines | {valid_loss} |

Made by:

```
{commands}
```

{proof}.

The graphs weigh {graphs:,} bytes. The index of the training music weighs {index:,}: hashes that find what a
performance shares with it. Its forms weigh {forms:,}: what its sections are like, and which of them return.
Neither holds music.

## Figures

{report}

## Limits

- Onsets lie on a grid of 24 to a quarter note, durations on {durations}; the tempo is the player's.
- It knows neither drums nor pedals: a sustained note is a long one.
- On music that it has not seen it is as good as its figures say, and no better.
"""

NO_REPORT = "Not taken yet: `segue evaluate` takes them."


def write_score_card(
    run: ScoreRun,
    order: ExportOrder,
    settings: Settings,
    parameters: int,
    network: ScoreFiles,
    proof: str,
) -> str:
    """Return the card as Markdown.

    Args:
        run: the run of the network.
        order: the choices of the export.
        settings: the settings of the preset.
        parameters: number of parameters of the network.
        network: the files of the network.
        proof: the proof of the graphs, a sentence without its full stop.
    """
    facts = run.facts()
    corpus = facts["corpus"]
    earlier = run.starts
    commands = [line for one in (*reversed(earlier), run) for line in one.facts()["commands"]]
    epoch = _find_epoch(run, facts["best_epoch"] if order.weights == "best" else facts["epochs"])
    return TEMPLATE.format(
        name=settings.name,
        plan=run.plan,
        recipe=run.plan.recipe,
        parts="one part" if run.parts == 1 else f"{run.parts} parts",
        place="the bar" if settings.bars else "the quarter note",
        parameters=parameters,
        corpus=describe_corpus(facts),
        before="".join(map(_describe_start, earlier)),
        files=count_of(len(corpus["files"]), "file"),
        pieces=count_of(len(run.all_pieces), "piece"),
        events=corpus["events"],
        training_events=corpus["training_events"],
        split=corpus["split"],
        valid=_list(corpus["valid"]),
        test=_list(corpus["test"]),
        left_out=_list(corpus.get("left_out", [])),
        duplicates=_list([f"{name} (of {kept})" for name, kept in corpus["duplicates"].items()]),
        unreadable=_list([f"{name} ({why})" for name, why in corpus["unreadable"].items()]),
        epochs=count_of(facts["epochs"], "epoch"),
        minutes=facts["minutes_trained"],
        backend=facts["backend"],
        versions=_describe_versions(facts["versions"]),
        epoch=epoch.epoch,
        choice=describe_choice(order.weights, judged=bool(corpus["valid"])),
        training_loss=_bits(epoch.loss),
        valid_loss=_bits(epoch.held_out_loss),
        commands="\n".join([*commands, order.command]),
        proof=proof,
        graphs=network.size,
        index=len(network.originality),
        forms=len(network.forms or b""),
        report="\n".join(order.report_lines or [NO_REPORT]),
        durations=f"a table of {len(DURATIONS)} values",
    )


START = """
Before, the network learnt from:

{corpus}

{pieces} of {events:,} events trained on, {left_out} left out by name or as versions of these; {epochs} in
{minutes} minutes, of which the best went on.
"""


def _describe_start(run: ScoreRun) -> str:
    facts = run.facts()
    corpus = facts["corpus"]
    return START.format(
        corpus=describe_corpus(facts),
        pieces=count_of(len(run.pieces("train")), "piece"),
        events=corpus["training_events"],
        left_out=len(corpus.get("left_out", [])),
        epochs=count_of(facts["epochs"], "epoch"),
        minutes=facts["minutes_trained"],
    )


def _find_epoch(run: ScoreRun, number: int) -> Epoch:
    return next(epoch for epoch in read_history(run.history_path) if epoch.epoch == number)


def _bits(nats: float) -> str:
    return "none held out" if math.isnan(nats) else f"{nats / math.log(2):.2f}"


def _list(names: Sequence[str]) -> str:
    """Return names in a line; of a long list only the first names and the number of the others."""
    more = f" and {len(names) - NAMES_SHOWN} more" if len(names) > NAMES_SHOWN else ""
    return (", ".join(names[:NAMES_SHOWN]) or "nothing") + more


def _describe_versions(versions: Mapping[str, str]) -> str:
    return ", ".join(f"{package} {version}" for package, version in versions.items())
