"""The reference on JACK: sends on in each process cycle what came in, and does nothing else.

    python -m live.benchmarks.jack_rig.bare_thru

No program in Python can do better: it is a separate process, and its callback is JACK-Client's own. It is the
client `bare` with the ports `in` and `out`, until it is asked to end.
"""

import gc
import sys
from threading import Event

import jack

from live.benchmarks.processes import end_in_order

NAME = "bare"


def main() -> int:
    """Send on until SIGTERM."""
    client = jack.Client(NAME, no_start_server=True)
    source, target = client.midi_inports.register("in"), client.midi_outports.register("out")

    def process(frames: int) -> None:
        target.clear_buffer()
        for offset, data in source.incoming_midi_events():
            target.write_midi_event(offset, data)

    client.set_process_callback(process)
    gc.freeze()
    with client:
        Event().wait()
    return 0


if __name__ == "__main__":
    end_in_order()
    sys.exit(main())
