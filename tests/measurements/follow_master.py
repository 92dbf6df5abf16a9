"""How well segue follows the MIDI clock of another program.

    python -m tests.measurements.follow_master jack_midi_clock
    python -m tests.measurements.follow_master ardour

The master rolls for a minute from the beginning, stops, and goes on in mid-song. A listener in another
process hears both on JACK: each onset of segue's must stand on a clock byte of the master's, for that is all
that its events can stand on. Exit code 1 if segue does not start where the master does, sounds after its
Stop, or is off by more than a clock. Needs the Debian packages jackd2 and jack-midi-clock or ardour (tried
with 7.3), and JACK-Client (the extra `jack`).
"""

import argparse
import os
import signal
import subprocess
import sys
import time
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from live.benchmarks.processes import running
from tests.jack.jack_server import RATE
from tests.measurements.figures import report, summarize
from tests.measurements.frame_listener import NAME, Framed, listening
from tests.measurements.pairs import count_unpaired
from tests.measurements.performance import Patchbay, jack_server
from tests.measurements.process import playing

SETTLING_CLOCKS = 4 * 24
"""Until then a follower is still learning the tempo."""

BAR_CLOCKS = 4 * 24

AFTER_STOP_SECONDS = 0.025
"""When the last note must have ended after Stop: two periods later."""

STARTS = 6
"""How often to start Ardour at most: one in three starts loses JACK while it makes the session."""

FIRST_LATE_SECONDS = 0.050
"""Nobody can foresee a Start: the first note leaves a period or two after its clock."""

ARDOUR = """
io.stdout:setvbuf("line")
AudioEngine:set_backend("JACK", "ardour", "")
local session = create_session(arg[1], "clock", 48000)
if not session then os.exit(1) end
ARDOUR.config():set_send_midi_clock(true)
local map = Temporal.TempoMap.write_copy()
map:set_tempo(Temporal.Tempo(arg[2], arg[2], 4), Temporal.timepos_t(0))
Temporal.TempoMap.update(map)
print("ready")
for line in io.lines() do
    local word, frame = line:match("(%a+) ?(%d*)")
    if word == "play" then
        session:request_roll(ARDOUR.TransportRequestSource.TRS_UI)
    elseif word == "stop" then
        session:request_stop(false, false, ARDOUR.TransportRequestSource.TRS_UI)
    elseif word == "locate" then
        session:request_locate(tonumber(frame), false, ARDOUR.LocateTransportDisposition.MustStop,
            ARDOUR.TransportRequestSource.TRS_UI)
    else
        break
    end
end
close_session()
"""


@dataclass(slots=True)
class Roll:
    """One stretch in which the master rolled.

    Attributes:
        position: where it began, in clocks.
        clocks: frames of its clock bytes, from Start or Continue to Stop.
        stop: frame of its Stop.
    """

    position: int
    clocks: list[int] = field(default_factory=list)
    stop: int = 1 << 62


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("master", choices=("jack_midi_clock", "ardour"))
    parser.add_argument("--bpm", type=float, default=123.45, help="the master's")
    parser.add_argument("--seconds", type=float, default=60.0, help="how long it rolls at first")
    parser.add_argument("--period", type=int, default=256, help="frames in a period of JACK")
    arguments = parser.parse_args(argv)
    options = ["--clock", "midi-in", "--meter", "4/4", "--output", f"{NAME}:segue"]
    with TemporaryDirectory() as folder, jack_server(arguments.period):
        with (
            listening(Path(folder) / "heard.jsonl", "segue", "master") as listener,
            playing("chopin", *options) as segue,
            Patchbay() as patchbay,
        ):
            patchbay.wait_for("segue:in")
            begin = _jack_midi_clock if arguments.master == "jack_midi_clock" else _ardour
            with begin(arguments.bpm, Path(folder), patchbay) as say:
                _conduct(say, arguments.bpm, arguments.seconds)
            segue.type("q")
            words = segue.finish(10)
            listener.finish()
        rolls = rolls_of(listener.heard("master"))
        heard, xruns = listener.heard("segue"), listener.xruns
    figures = [measure(roll, rolls[n + 1 : n + 2], heard) for n, roll in enumerate(rolls)]
    notes = [f.message for f in heard if f.message.type in ("note_on", "note_off")]
    report(
        {
            "master": arguments.master,
            "bpm": arguments.bpm,
            "rolls": figures,
            "unpaired": count_unpaired(notes),
            "xruns of JACK": xruns,
            "segue says": words,
        }
    )
    followed = len(rolls) >= 2 and all(roll["as it must be"] for roll in figures)
    return 0 if followed and not count_unpaired(notes) else 1


def _conduct(say: Any, bpm: float, seconds: float) -> None:
    """Roll from the beginning, stop, and roll again from the ninth bar."""
    say("locate 0")
    time.sleep(1)
    say("play")
    time.sleep(seconds)
    say("stop")
    time.sleep(3)
    say(f"locate {round(8 * 4 * 60 / bpm * RATE)}")
    time.sleep(3)
    say("play")
    time.sleep(15)
    say("stop")
    time.sleep(2)


@contextmanager
def _jack_midi_clock(bpm: float, _: Path, patchbay: Patchbay) -> Iterator[Any]:
    # It obeys JACK's transport, and jack_transport is that one's keyboard.
    with (
        running(["jack_midi_clock", "segue:in", f"{NAME}:master"], stdout=subprocess.DEVNULL) as clock,
        running(["jack_transport"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as transport,
    ):
        patchbay.wait_for("jack_midi_clock:mclk_out")
        time.sleep(1)

        def say(words: str) -> None:
            assert transport.stdin is not None
            transport.stdin.write(f"{words}\n")
            transport.stdin.flush()

        say(f"tempo {bpm}")
        say("master")
        yield say
        say("quit")
        transport.wait(10)
        clock.send_signal(signal.SIGINT)
        clock.wait(10)


@contextmanager
def _ardour(bpm: float, folder: Path, patchbay: Patchbay) -> Iterator[Any]:
    script = folder / "clock.lua"
    script.write_text(ARDOUR)
    for start in range(STARTS):
        home = folder / str(start)
        home.mkdir()
        with running(
            ["ardour7-lua", "-X", script, home / "session", str(bpm)],
            env={**os.environ, "HOME": str(home), "XDG_CONFIG_HOME": str(home)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ) as ardour:
            assert ardour.stdout is not None
            if not any(line.strip() == "ready" for line in ardour.stdout):
                continue
            for listener in ("segue:in", f"{NAME}:master"):
                patchbay.connect("ardour:MIDI Clock out", listener)

            def say(words: str, ardour: "subprocess.Popen[str]" = ardour) -> None:
                assert ardour.stdin is not None
                ardour.stdin.write(f"{words}\n")
                ardour.stdin.flush()

            yield say
            say("end")
            return
    raise RuntimeError(f"Ardour did not come to play in {STARTS} starts")


def rolls_of(heard: Sequence[Framed]) -> list[Roll]:
    """Return when the master rolled, and from where (MIDI 1.0: Song Position in sixteenths of 6 clocks)."""
    rolls: list[Roll] = []
    position, rolling = 0, False
    for framed in heard:
        match framed.message.type:
            case "songpos":
                position = 6 * framed.message.pos
            case "start" | "continue" as begin:
                rolls.append(Roll(0 if begin == "start" else position))
                rolling = True
            case "clock" if rolling:
                rolls[-1].clocks.append(framed.frame)
            case "stop" if rolling:
                rolls[-1].stop, rolling = framed.frame, False
                position = rolls[-1].position + len(rolls[-1].clocks)
    return [roll for roll in rolls if len(roll.clocks) > 1]


def measure(roll: Roll, following: Sequence[Roll], heard: Sequence[Framed]) -> dict[str, Any]:
    """Return how segue followed one roll; `following` is the next one, if there is one."""
    begin, end = roll.clocks[0], following[0].clocks[0] if following else 1 << 62
    frames = [f.frame for f in heard if f.message.type == "note_on" and begin - RATE // 50 <= f.frame < end]
    ons = [frame for frame in frames if frame <= roll.stop]
    nearest = [_nearest(roll.clocks, frame) for frame in ons]
    off = [(frame - roll.clocks[index]) / RATE for frame, index in zip(ons, nearest, strict=True)]
    settled = [abs(s) for s, index in zip(off, nearest, strict=True) if index >= SETTLING_CLOCKS]
    after = [f.frame for f in heard if roll.stop < f.frame < end]
    offs = [f.frame for f in heard if f.message.type == "note_off" and roll.stop < f.frame < end]
    expected = -(-roll.position // BAR_CLOCKS) * BAR_CLOCKS
    line = roll.clocks[expected - roll.position]
    start = (ons[0] - line) / RATE if ons else -1.0
    interval = (roll.clocks[-1] - roll.clocks[0]) / (len(roll.clocks) - 1)
    steps = [later - clock for clock, later in zip(roll.clocks, roll.clocks[1:], strict=False)]
    silent = max((frame - roll.stop for frame in after), default=0) / RATE
    return {
        "as it must be": 0 <= start <= FIRST_LATE_SECONDS
        and bool(settled)
        and max(settled) < interval / RATE / 2
        and len(frames) == len(ons)
        and silent <= AFTER_STOP_SECONDS,
        "began at, clocks": roll.position,
        "clocks": len(roll.clocks),
        "master's bpm": round(60 * RATE / (24 * interval), 3),
        "master's clocks apart, frames": [min(steps), max(steps)],
        "first bar line, clocks": expected,
        "first onset, ms after the bar line": round(start * 1e3, 3),
        "note-ons": len(ons),
        "phase error, ms": summarize([abs(s) for s in off]) if off else None,
        "phase error after 4 beats, ms": summarize(settled) if settled else None,
        "mean phase after 4 beats, ms": round(
            1e3
            * sum(s for s, n in zip(off, nearest, strict=True) if n >= SETTLING_CLOCKS)
            / max(1, len(settled)),
            3,
        ),
        "onsets after Stop": len(frames) - len(ons),
        "note-offs after Stop": len(offs),
        "silent after Stop, ms": round(silent * 1e3, 3),
    }


def _nearest(clocks: Sequence[int], frame: int) -> int:
    after = bisect_left(clocks, frame)
    return min(
        (index for index in (after - 1, after) if 0 <= index < len(clocks)),
        key=lambda index: abs(clocks[index] - frame),
    )


if __name__ == "__main__":
    sys.exit(main())
