"""`segue new-set`: writes an example set file for the user to edit."""

import argparse
from pathlib import Path

from presets.errors import SegueError

SUMMARY = "write an example set file: presets in order, each with its own settings"

EXAMPLE = """\
# An example set. Play it with: segue play --set {file}
# Text after # is a comment. Anything you leave out uses the preset's default. An option on the command line
# takes precedence over this file. docs/sets.md explains every key. segue checks the whole file before the
# music starts.

name = "An evening"

# These apply to the whole set: keep them above the first [[preset]].

mode = "stream"        # how segue plays with you: stream, continue, answer, accompany, hold
switch = "bar"         # when the next preset takes over: on the next bar, the next beat, or now
meter = "4/4"          # for all presets; without this line, that of the first one; "preset": each its own
swing = 50             # 50 is straight, 67 a triplet
velocity = 80          # how hard notes are played, on average; you can set any control here, for all presets
# originality = 8      # never this many events in a row as in a piece that the preset learned from
# clock = "midi-in"    # follow the MIDI clock of another device; or:
# send_clock = true    # send MIDI clock, so that other devices follow
# count_in = 1         # bars of clicks before bar 1
# latency_ms = 12      # send notes earlier, for an instrument that is slow to sound
# output = "FLUID"     # a port, or a part of its name: `segue ports` lists them
# input = ["nano", "Keystation"]
# thru = true          # send what you play on to the output
# wait = true          # listen to you first
# tempo_from_phrase = true # and take up the tempo of what you play

# The presets, in order. `segue presets` lists them; a preset may appear twice.

[[preset]]
name = "chopin"
title = "Nocturne"     # the name on the screen
tempo = 96             # set the tempo for this preset; without this line the tempo stays
key = "C minor"        # play only notes of this key
temperature = 0.9      # below 1 safer, above 1 wilder
density = -0.3         # fewer events

[[preset]]
name = "bach"
title = "Chorale, call and response"
mode = "answer"
tempo = 84
switch = "beat"
transpose = -2
# seed = "chorale.mid" # start from this music; the path is relative to this file

# Where a part sounds, if not where the preset says. Channels and programs count from 1.
[preset.parts.soprano]
channel = 4
program = 53           # choir aahs; "none" keeps the instrument's current sound
# bank = 0
# output = "FLUID"     # the port of this part

[[preset]]
name = "folk"
title = "Reel"
mode = "stream"
tempo = 112
recall = 0.9           # motifs return often
range = "C3-C6"

[[preset]]
name = "pop"
mode = "accompany"
max_notes = 4
register = 0.3         # a little higher
gate = 0.8             # a little shorter

[[preset]]
name = "chopin-classic"
title = "The network of 2018"
mode = "stream"
step = 0.5             # this preset knows no rhythm: it plays an event every half beat (eighths)
temperature = 1.1      # a little wilder; with few choices (such as top_k = 12) it repeats its chords

# Knobs, pads and pedals: `cc` or `note` says which one; `turns`, `does` or `preset` says what it is for.
# You can also press l while segue plays and let it learn them; learned controls apply to every set.

[[control]]
cc = 21
turns = "temperature"

[[control]]
cc = 22
turns = "density"

[[control]]
note = 36
channel = 10
does = "next"

[[control]]
note = 37
channel = 10
preset = "bach"
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `segue new-set`."""
    parser.add_argument("file", type=Path, metavar="FILE.toml", help="a file that does not exist yet")


def run(arguments: argparse.Namespace) -> int:
    """Write the example.

    Raises:
        SegueError: if the file exists, or cannot be written.
    """
    path: Path = arguments.file
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(EXAMPLE.format(file=path))
    except FileExistsError as error:
        raise SegueError(f"{path} already exists; choose another name") from error
    except OSError as error:
        raise SegueError(
            f"a set file must be in a folder that you can write to, got {path}: {error.strerror or error}"
        ) from error
    print(f"wrote {path}; edit it, and then run `segue play --set {path}`")
    return 0
