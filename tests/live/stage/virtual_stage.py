"""A whole stage on virtual time: the real performer, player and loop, a memory port, a scripted keyboard."""

from bisect import insort
from dataclasses import replace
from functools import partial
from queue import SimpleQueue

import numpy as np
from mido import Message

from live.core.controls.binding import Binding, Target
from live.core.controls.control_map import ControlMap
from live.core.controls.table import Controls
from live.core.input.loop_detection import LoopDetector
from live.core.output.thru import Thru
from live.core.performer.master_sync import MasterSync
from live.core.performer.performance import Performance
from live.core.performer.performer import Performer
from live.core.performer.status import Status
from live.core.planning.style import Style
from live.inference.opening import open_predictor
from live.inference.preset_loader import PresetReady
from live.journals.recorder import Recorder
from live.midi.inputs import Inputs
from live.midi.ports import PortError
from live.output.outputs import Outputs
from live.screen import Snapshot
from live.setlist.repertoire import Repertoire
from live.setlist.set_entries import SetEntry
from live.stage.inbox import Inbox, MessageReceived, Signalled, Typed
from live.stage.session import Session
from live.stage.stage import Stage
from live.stage.steering import Steering
from live.system.clock import VirtualClock
from presets.bundles.settings import Meter, Part
from presets.sets.records import Opened, Record
from tests.live.midi.memory_ports import MemoryOutput, MemorySystem
from tests.live.stage.alphabet import CONTROLS, A, AlphabetPredictor, seed


def entry(name: str) -> SetEntry:
    return SetEntry(name, name, None, None, None, None, {}, {}, 0)


class LastSnapshot:
    def __init__(self) -> None:
        self.last: Snapshot | None = None

    def show(self, snapshot: Snapshot) -> None:
        self.last = snapshot


class VirtualStage:
    """`at`, `keys`, `type` and `signal` script what comes in; `play_until` pumps deadline by deadline.

    It plays a preset, or the alphabet; `others` are further styles that keys switch to. `options` are those
    of the performance.
    """

    def __init__(
        self,
        *,
        preset=None,
        predictor=None,
        others=(),
        bindings=(),
        switch="bar",
        thru=None,
        follows=False,
        lead_seconds=0.0,
        needed_seconds=0.0,
        outputs=1,
        rng_seed=0,
        **options,
    ) -> None:
        self.clock = VirtualClock()
        self.inbox: Inbox = SimpleQueue()
        self.keyboards = MemorySystem()
        self.inputs = Inputs(
            self.keyboards,
            ["keyboard", None],
            lambda at, source, message: self.inbox.put(MessageReceived(at, source, message)),
            self.clock.now(),
        )
        self.ports: list[MemoryOutput] = []
        self.refuse_ports = False
        self.predictor = open_predictor(preset) if preset else predictor or AlphabetPredictor()
        parts = preset.settings.parts if preset else options.pop("parts", (Part("piano"),))
        controls = (
            Controls.of(preset.settings)
            if preset
            else replace(options.pop("controls", CONTROLS), step=options.pop("step", 0.5))
        )
        index = options.pop("originality", None)
        forms, readings = options.pop("forms", None), options.pop("readings", ())
        style = Style(
            "alphabet", self.predictor, parts, controls, originality=index, forms=forms, readings=readings
        )
        performance = Performance(
            style,
            preset.seeds[0] if preset else seed("abc"),
            options.pop("meter", Meter(4, 4)),
            options.pop("bpm", 120),
            follows=follows,
            **options,
        )
        self.performer = Performer(performance, np.random.default_rng(rng_seed))
        self._lead = lead_seconds, needed_seconds
        loop_detector = LoopDetector()
        open_ports = [partial(self.open_port, output) for output in range(outputs)]
        self.outputs = Outputs(
            open_ports, self.clock, self.inbox.put, self.performer.sounds, loop_detector.sent
        )
        self.display = LastSnapshot()
        entries = [entry(name) for name in ("alphabet", *(other.name for other in others))]
        self.repertoire = Repertoire(entries, style, lambda _, other: other)
        for number, other in enumerate(others, 1):
            self.repertoire.take(PresetReady(number, other))
        master_sync = MasterSync(self.performer) if follows else None
        self.records: list[Record] = []
        self.recorder = Recorder(self.records.append, self.clock.now(), performance.latency_seconds)
        opened = Opened(
            "", None, performance.meter, performance.bpm, self.outputs.port_names, self.inputs.names
        )
        self.recorder.open(opened, self.status)
        self.saved: list[Binding] = []
        self.forgotten: list[Target] = []
        self.steering = Steering(
            self.performer,
            self.outputs,
            self.repertoire,
            master_sync=master_sync,
            switch=switch,
            surface=ControlMap(bindings),
            save=self.saved.append,
            forget=self.forgotten.append,
        )
        session = Session(
            performer=self.performer,
            repertoire=self.repertoire,
            steering=self.steering,
            outputs=self.outputs,
            inputs=self.inputs,
            loop_detector=loop_detector,
            recorder=self.recorder,
            clock=self.clock,
            inbox=self.inbox,
            display=self.display,
            thru=None if thru is None else Thru(thru),
            master_sync=master_sync,
        )
        self.stage = Stage(session)
        self._script: list[tuple[float, object]] = []

    @property
    def status(self) -> Status:
        return self.performer.status(self.clock.now())

    def set_controls(self, controls: Controls) -> None:
        """Turn every knob of the preset that plays at once."""
        now = self.clock.now()
        self.performer.apply(replace(self.performer.control_state(now), controls=controls), now)

    def open_port(self, output: int = 0) -> MemoryOutput:
        if self.refuse_ports:
            raise PortError("there is no port")
        self.ports.append(MemoryOutput(self._output_name(output), *self._lead))
        return self.ports[-1]

    @staticmethod
    def _output_name(output: int) -> str:
        return f"memory:{output + 1}" if output else "memory:out"

    def at(self, seconds: float, *items: object) -> None:
        """Let these come in at this time: a word of keys pressed together, a typed key, or any inbox item."""
        for item in items:
            insort(self._script, (seconds, item), key=lambda entry: entry[0])

    def strike(self, note: int, at: float, held: float = 0.2, velocity: int = 90, channel: int = 0) -> None:
        """Strike a key and hold it."""
        down = Message("note_on", channel=channel, note=note, velocity=velocity)
        up = Message("note_off", channel=channel, note=note)
        self.at(at, MessageReceived(at, 0, down))
        self.at(at + held, MessageReceived(at + held, 0, up))

    def keys(self, word: str, at: float, held: float = 0.2) -> None:
        """Strike the letters of a word together and hold them."""
        for letter in word:
            self.strike(A + ord(letter) - ord("a"), at, held)

    def type(self, character: str, at: float) -> None:
        self.at(at, Typed(character, at))

    def signal(self, number: int, at: float) -> None:
        self.at(at, Signalled(number))

    def play_until(self, until: float) -> None:
        """Let time pass. The stage and the outputs wake as their threads do, each when something is due."""
        outputs_at = float("-inf")
        while True:
            self.stage.pump()
            if outputs_at <= self.clock.now() or self._have_orders:
                outputs_at = self.outputs.pump()
            if self.stage.is_leaving:
                return
            stage_at = self.stage.deadline
            while self.inbox.empty():  # news wakes the stage at once
                coming = self._script[0][0] if self._script else float("inf")
                deadline = max(min(outputs_at, stage_at, coming), self.clock.now())
                if deadline > until:
                    self.clock.jump_to(max(until, self.clock.now()))
                    return
                self.clock.jump_to(deadline)
                while self._script and self._script[0][0] <= deadline:
                    self.inbox.put(self._script.pop(0)[1])
                if stage_at <= deadline:
                    break
                if self.inbox.empty():
                    outputs_at = self.outputs.pump()

    @property
    def _have_orders(self) -> bool:
        """Whether the stage has given the outputs anything."""
        return any(not sender._orders.empty() for sender in self.outputs._senders)

    @property
    def sent(self) -> list[tuple[float, Message]]:
        return [timed for port in self.ports for timed in port.sent]

    def sounding(self) -> set[tuple[int, int]]:
        """What a listener would still hear."""
        return {key for name in {port.name for port in self.ports} for key in self._sounding_on(name)}

    def _sounding_on(self, output: str) -> set[tuple[int, int]]:
        notes: set[tuple[int, int]] = set()
        ports = [port for port in self.ports if port.name == output]
        if ports[-1].lost:
            return notes
        for message in (message for port in ports for _, message in port.sent):
            if message.type == "note_on":
                notes.add((message.channel, message.note))
            elif message.type == "note_off":
                notes.discard((message.channel, message.note))
            elif message.type == "control_change" and message.control in (120, 123):
                notes = {note for note in notes if note[0] != message.channel}
        return notes
