"""The model card of a classic preset: its corpus, its training, and how well it does."""

import math

from export.classic.parity import Proof
from export.order import ExportOrder
from export.provenance import describe_choice, describe_corpus
from presets.counting import count_of
from training.classic.evaluation import Prediction, Skill
from training.classic.run import ClassicRun

TEMPLATE = """\
# {name}

The network of S. Skúli's article "How to Generate Music using a LSTM Neural Network in Keras": three LSTM
layers of {recipe.lstm_units} units and a dense layer of {recipe.dense_units}, {parameters:,} parameters. It
sees the last {plan.window} notes and chords, each as one number, and gives the probability of each of
{classes} notes and chords to come next. It knows neither rhythm nor dynamics: the player gives both.

## Corpus

{corpus}

{files}, {corpus_tokens:,} tokens, {training_tokens:,} of them trained on.

- held out: {held_out_names}
- left out: {unreadable}

## Training

Recipe `{recipe.name}`: {recipe.optimizer}, dropout {recipe.dropout}, {plan.batch} windows an update, each
with {targets}{keys}. {epochs} in {minutes} minutes, with Keras on {backend}.
These weights are those of epoch {epoch}, {choice}.

| predicted from a full window | bits a token | next token right | windows |
|---|---|---|---|
| training pieces | {training} |
| held-out pieces | {held_out} |
| held-out pieces, by token frequencies alone | {frequencies} |

Made by:

```
{commands}
```

{proof}.

## Limits

- A chord is known by its pitch classes only, and sounds in the register that the corpus used most for it.
  What the vocabulary lacks is heard as the nearest token that it has.
- On music that it has not seen it is as good as the held-out row says, and no better.
- It plays one note or chord each step; rests and held notes are unknown to it.
"""


def write_card(run: ClassicRun, order: ExportOrder, parameters: int, skill: Skill, proof: Proof) -> str:
    """Return the card as Markdown.

    Args:
        run: the run of the network.
        order: the choices of the export.
        parameters: number of parameters of the network.
        skill: how well the network predicts.
        proof: the proof that the graph predicts the same.
    """
    facts = run.facts()
    corpus = facts["corpus"]
    return TEMPLATE.format(
        name=order.name,
        plan=run.plan,
        recipe=run.plan.recipe,
        parameters=parameters,
        classes=len(run.vocabulary),
        corpus=describe_corpus(facts),
        files=count_of(len(corpus["files"]), "file"),
        corpus_tokens=corpus["tokens"],
        training_tokens=corpus["training_tokens"],
        held_out_names=", ".join(corpus["held_out"]) or "nothing",
        unreadable=", ".join(f"{file} ({why})" for file, why in corpus["unreadable"].items()) or "nothing",
        targets="a target at every position" if run.plan.targets == "all" else "one target at its end",
        keys="; each epoch heard each piece in a random key" if run.plan.transpose else "",
        epochs=count_of(facts["epochs"], "epoch"),
        minutes=facts["minutes_trained"],
        backend=f"{facts['backend']} {facts['versions'].get(facts['backend'], '')}".strip(),
        epoch=facts["best_epoch"] if order.weights == "best" else facts["epochs"],
        choice=describe_choice(order.weights, judged=skill.held_out.windows > 0),
        training=_describe_prediction(skill.training),
        held_out=_describe_prediction(skill.held_out),
        frequencies=_describe_prediction(skill.frequencies),
        commands="\n".join([*facts["commands"], order.command]),
        proof=proof.sentence(),
    )


def _describe_prediction(prediction: Prediction) -> str:
    if math.isnan(prediction.bits):
        return "none | none | 0"
    return f"{prediction.bits:.2f} | {prediction.accuracy:.1%} | {prediction.windows:,}"
