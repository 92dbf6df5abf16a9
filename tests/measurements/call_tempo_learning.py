"""Learns what `live/core/input/rhythm_tables.py` has, and prints it.

`python -m tests.measurements.call_tempo_learning KRUEGER NOTTINGHAM` reads both folders of MIDI files. It
counts the rhythms of half of the files and then fits the weights: the hypotheses with the written beat
should be as likely as possible beside all others. What was found with the weights of one round is what the
next one fits. In the end, what counts is the share of phrases whose beat is found.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from live.core.input.rhythm_tables import (
    COMPOUND,
    EVIDENCE,
    INTERVALS,
    NATS,
    PARTS,
    PARTS_OF_BEAT,
    SIMPLE,
    WEIGHTS,
    Floats,
    Rhythms,
)
from live.core.input.tempo_finder import evidence_of, hypotheses_of, onsets_of
from tests.measurements.played_phrases import (
    Phrase,
    Piece,
    by_hand,
    exercises,
    melody,
    performed,
    read_pieces,
)

NOISE = 0.020

ANCHOR = {"tempo": -2.9, "tempo_squared": -2.8, "rhythm": 1.0, "timing": 1.0, "ornaments": -3.0}
"""Weights to stay near: beats of 0.6 s, a factor of 1.5 more or less, and each onset with its probability.
That of ornaments is not learned: all onsets of a phrase that is not understood would become ornaments."""

STIFFNESS, STIFFNESS_OF_SHARE = 3e-3, 3e-4
"""How strongly the weights stay near the anchor, and in the end near those of the round before."""

FOLK_SHARE = 0.3
"""How much a folk tune counts beside a piano piece in the tables."""


def counted(pieces: Sequence[Piece], *, compound: bool) -> Floats:
    """Return the mean shares of the intervals after each part of the beat, (24, intervals)."""
    total = np.zeros((PARTS_OF_BEAT, len(INTERVALS)))
    for piece in pieces:
        counts, last = np.zeros((PARTS_OF_BEAT, INTERVALS[-1] + 1)), None
        for tick in sorted({note[0] for note in piece.notes}):
            since, meter = piece.meter_at(tick)
            if meter.is_compound != compound:
                last = None
                continue
            part = round((tick - since) / piece.beat_of(meter) * PARTS_OF_BEAT)
            if last is not None and 0 < part - last <= INTERVALS[-1]:
                counts[last % PARTS_OF_BEAT, part - last] += 1
            last = part if last is None else max(part, last)
        if counts.sum() > FEWEST:
            total += counts[:, INTERVALS] / counts.sum()
    return total


FEWEST = 20
"""Onsets that a piece must have to be counted."""


def tables(shares: Floats) -> tuple[str, list[str]]:
    """Return the letters of a table of rhythms: the first row, and the rows of intervals."""
    shares = shares / shares.sum()
    rows = shares + 0.0005 * shares.sum(axis=0) + 1e-7
    rows /= rows.sum(axis=1, keepdims=True)
    first = _letters(np.log(shares.sum(axis=1) + 1e-4)[list(PARTS)])
    meant = [np.isin((part + INTERVALS) % PARTS_OF_BEAT, PARTS) for part in PARTS]
    return first, [
        _letters(np.where(is_meant, np.log(rows[part]), -np.inf))
        for part, is_meant in zip(PARTS, meant, strict=True)
    ]


def _letters(nats: Floats) -> str:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    return "".join(alphabet[int(min(51.0, -value / NATS + 0.5))] for value in nats)


def gathered(phrases: Sequence[Phrase], weights: Floats) -> list[tuple[Floats, np.ndarray]]:
    """Return the evidence of each phrase's hypotheses, and which of them have the written beat."""
    found = []
    for phrase in phrases:
        onsets = onsets_of(phrase.notes)
        rhythms: Rhythms = COMPOUND if phrase.meter.is_compound else SIMPLE
        hypotheses = hypotheses_of(onsets, rhythms, weights)
        beat_at = hypotheses.at - hypotheses.part / PARTS_OF_BEAT * hypotheses.beat
        off = (phrase.end - beat_at) / hypotheses.beat
        is_right = (np.abs(np.log(hypotheses.beat / phrase.beat_seconds)) < 0.08) & (
            np.abs(off - np.round(off)) < 0.17
        )
        found.append((evidence_of(hypotheses, onsets), is_right))
    return found


def fitted(
    found: Sequence[tuple[Floats, np.ndarray]],
    before: Floats,
    anchor: Floats,
    stiffness: float,
    *,
    by_share: bool,
) -> Floats:
    """Return the weights with which the right hypotheses are likeliest.

    Args:
        found: what `gathered` returns.
        before: where to begin.
        anchor: weights to stay near.
        stiffness: how strongly.
        by_share: whether the mean probability of the right hypotheses counts. It is about the share of
            phrases that are understood. In its logarithm, hopeless phrases count most.
    """
    usable = [(evidence, right) for evidence, right in found if right.any() and not right.all()]
    scale = np.std(np.concatenate([evidence for evidence, _ in usable]), axis=0) + 1e-6
    ornaments = EVIDENCE.index("ornaments")

    def loss(weights: Floats) -> tuple[float, Floats]:
        away = (weights - anchor) * scale
        value, slope = stiffness * float(away @ away), 2 * stiffness * away * scale
        for evidence, right in usable:
            score = evidence @ weights
            odds = np.exp(score - score.max())
            odds /= odds.sum()
            share = float(odds[right].sum()) + 1e-300
            better = evidence[right].T @ odds[right] / share - evidence.T @ odds
            value -= (share if by_share else float(np.log(share))) / len(usable)
            slope -= (share if by_share else 1.0) * better / len(usable)
        slope[ornaments] = 0.0
        return value, slope

    begin = before.copy()
    begin[ornaments] = ANCHOR["ornaments"]
    return np.asarray(minimize(loss, begin, jac=True, method="L-BFGS-B", options={"maxiter": 100}).x)


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("piano", type=Path)
    parser.add_argument("folk", type=Path)
    parser.add_argument("--phrases", type=int, default=600)
    parser.add_argument("--rounds", type=int, default=3, help="0 to go on from the weights that are in use")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args(argv)
    piano = [piece for piece in read_pieces(arguments.piano) if piece.is_in_first_half]
    folk = [piece for piece in read_pieces(arguments.folk) if piece.is_in_first_half]
    for name, compound in (("SIMPLE", False), ("COMPOUND", True)):
        shares = counted(piano, compound=compound) + FOLK_SHARE * counted(folk, compound=compound)
        first, rows = tables(shares)
        print(f"{name} = _rhythms(", *(f'    "{row}",' for row in (first, *rows)), ")", sep="\n")
    tunes = [tune for piece in folk if len((tune := melody(piece)).notes) > FEWEST]
    phrases = [
        *performed(piano, arguments.phrases, arguments.seed, NOISE),
        *by_hand(tunes, arguments.phrases // 3, arguments.seed, NOISE),
        *by_hand(folk, arguments.phrases // 6, arguments.seed, NOISE),
        *exercises(arguments.phrases // 3, arguments.seed, NOISE / 2),
    ]
    weights, found = WEIGHTS, []
    anchor = np.array([ANCHOR.get(kind, 0.0) for kind in EVIDENCE])
    for _ in range(arguments.rounds):
        found += gathered(phrases, weights)
        weights = fitted(found, weights, anchor, STIFFNESS, by_share=False)
    weights = fitted(gathered(phrases, weights), weights, weights, STIFFNESS_OF_SHARE, by_share=True)
    print(*(f'    "{kind}": {weight:.2f},' for kind, weight in zip(EVIDENCE, weights, strict=True)), sep="\n")


if __name__ == "__main__":
    main()
