"""What the engine asks of the ports; frozen, because it crosses to another process."""

from dataclasses import dataclass

from live.core.output.orders import Orders, SoundMessages
from live.core.output.thru_rules import ThruRules


@dataclass(frozen=True, slots=True)
class Connections:
    """Names of other programs' ports, connected to each of segue's own outputs and inputs, by number."""

    outputs: tuple[tuple[str, ...], ...]
    inputs: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Open:
    """Open the ports, or go on with those that an engine before has opened.

    Attributes:
        outputs: names of the outputs by number; None for segue's own.
        inputs: names of the inputs that the user wants; empty for segue's own.
        backend: one of `live.midi.system.BACKENDS`; None to choose one.
        follows_clock: whether another device's clock may come in: segue's own input is then opened, too.
        must_have_midi: whether a computer without MIDI system is an error.
        rules: what of the musician's messages goes through.
        connections: what was connected to the ports of a port process that died, whose notes may still sound
            there; None for the first.
    """

    outputs: tuple[str | None, ...]
    inputs: tuple[str, ...]
    backend: str | None
    follows_clock: bool
    must_have_midi: bool
    rules: ThruRules
    connections: Connections | None = None


@dataclass(frozen=True, slots=True)
class Give:
    """Carry out what the performer has ordered."""

    orders: Orders


@dataclass(frozen=True, slots=True)
class SelectSounds:
    """Send the messages that select the sounds, either the present ones again or new ones.

    Attributes:
        sounds: the messages from now on, by number of the output, none for an output that is not listed; None
            for the present ones.
        output: the only output to send them to, because its port has just come back; None for all.
    """

    sounds: SoundMessages | None
    output: int | None = None


@dataclass(frozen=True, slots=True)
class Panic:
    """End segue's and the musician's notes, then send all notes off and all sound off on every channel.

    Keys that are still down own no notes afterwards.
    """


@dataclass(frozen=True, slots=True)
class SetRules:
    """Send through what these rules say from now on; keys that are down keep their notes."""

    rules: ThruRules


@dataclass(frozen=True, slots=True)
class Remember:
    """Keep this state of the performance for another engine, should this one die."""

    state: bytes


@dataclass(frozen=True, slots=True)
class Live:
    """The engine lives; it sends this when there is nothing else to send."""


@dataclass(frozen=True, slots=True)
class Close:
    """End segue's and the musician's notes, let out what is due, and close all ports."""


Order = Give | SelectSounds | Panic | SetRules | Remember | Live | Close | Open
"""What the engine sends, each in a packet of its own."""
