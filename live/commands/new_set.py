"""`segue new-set`: a first set file, to be changed."""

import argparse
from pathlib import Path

from presets.errors import SegueError

SUMMARY = "write an example of a set file: the presets of an evening, in order"

EXAMPLE = """\
# The set of an evening. Play it with: segue play --set {file}
# What stands after # is a remark. What is not given is the preset's own, and what the command line says
# counts more. docs/sets.md has all the words. Everything is checked before the music starts.

name = "An evening"

# The whole evening: written above the first [[preset]].

mode = "stream"        # how you play together: stream, continue, answer, accompany, hold
switch = "bar"         # where the next preset takes over: on the next bar or beat, or now
meter = "4/4"          # of all presets; without it that of the first
swing = 50             # 50 is straight, 67 a triplet
velocity = 80          # how hard notes are struck, on average: any control may stand here, for all presets
# originality = 8      # never so many events in a row as in a piece that the preset learnt from
# clock = "midi-in"    # follow the MIDI clock that comes in; or:
# send_clock = true    # let others follow
# count_in = 1         # bars of clicks
# latency_ms = 12      # send notes earlier, for an instrument that is slow to sound
# output = "FLUID"     # a port, or a part of its name: `segue ports` lists them
# input = ["nano", "Keystation"]
# thru = true          # let what you play through to the output
# wait = true          # listen first

# The presets, in the order of the evening. `segue presets` lists them; one may come twice.

[[preset]]
name = "chopin"
title = "Nocturne"     # as the screen shows it
tempo = 96             # it brings its tempo along; without this line the tempo stays
key = "C minor"        # only notes of this key
temperature = 0.9      # below 1 surer, above 1 wilder
density = -0.3         # fewer events

[[preset]]
name = "bach"
title = "Chorale, call and response"
mode = "answer"
tempo = 84
switch = "beat"
transpose = -2
# seed = "chorale.mid" # begin with this music; its path is meant from this file on

# Where its parts sound, if not as the preset says. Channels and programs are counted from 1.
[preset.parts.soprano]
channel = 4
program = 53           # choir aahs; "none" leaves the instrument's sound alone
# bank = 0
# output = "FLUID"     # this part plays into a port of its own

[[preset]]
name = "folk"
title = "Reel"
mode = "stream"
tempo = 112
recall = 0.9           # figures come back
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
step = 0.5             # it knows no rhythm: an event every half beat, eighths
temperature = 1.1      # a little wilder: among few choices (top_k = 12) it repeats its chords

# Knobs, pads and pedals: `cc` or `note`, and what it turns, does, or which preset it calls.
# In the middle of the music the key l learns them, too; those are for all sets.

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
        raise SegueError(f"{path} exists already, and is not written over; choose another name") from error
    except OSError as error:
        raise SegueError(
            f"a set must be a file in a folder that can be written, got {path}: {error.strerror or error}"
        ) from error
    print(f"wrote {path}: change it, and then `segue play --set {path}`")
    return 0
