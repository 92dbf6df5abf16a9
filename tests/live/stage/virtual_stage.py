"""A whole stage on virtual time: the real performer, ports and loop, memory ports, a scripted keyboard."""

from bisect import insort
from dataclasses import replace
from queue import SimpleQueue

import numpy as np
from mido import Message

from live.core.controls.binding import Binding, Target
from live.core.controls.control_map import ControlMap
from live.core.controls.table import Controls
from live.core.output.thru import Thru
from live.core.output.thru_rules import ThruRules
from live.core.performer.master_sync import MasterSync
from live.core.performer.performance import Performance
from live.core.performer.performer import Performer
from live.core.performer.status import Status
from live.core.planning.style import Style
from live.inference.opening import open_predictor
from live.inference.preset_loader import PresetReady
from live.journals.recorder import Recorder
from live.midi.ports import PortError, own_output
from live.ports.line import queue_lines
from live.ports.link import PortLink
from live.ports.orders import Open
from live.ports.port_server import PortServer
from live.ports.process import PortProcess
from live.ports.reports import MessageReceived
from live.screen import Snapshot
from live.setlist.repertoire import Repertoire
from live.setlist.set_entries import SetEntry
from live.stage.inbox import Inbox, Signalled, Typed
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


class StageSystem(MemorySystem):
    """The ports of a virtual stage: its keyboards can be unplugged, and its outputs refused."""

    def __init__(self, stage: "VirtualStage", clock: VirtualClock) -> None:
        super().__init__(clock)
        self._stage = stage

    def open_output(self, port: str | None = None) -> MemoryOutput:
        return self._stage.open_port(f"memory:{own_output(port)}")


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
        outputs=1,
        rng_seed=0,
        **options,
    ) -> None:
        self.clock = VirtualClock()
        self.inbox: Inbox = SimpleQueue()
        self.keyboards = StageSystem(self, self.clock)
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
        self.lead_seconds = lead_seconds
        further = (f"segue:{number}" for number in range(2, outputs + 1))
        rules = ThruRules(None if thru is None else Thru(thru))
        wanted = Open((None, *further), ("keyboard",), None, True, True, rules)
        self._here, there = queue_lines()
        self._there = there
        self.port_process = PortProcess(there, self.clock, lambda _: self.keyboards, hop_seconds=0.0)
        self.link = PortLink(self._here, wanted, self.inbox.put, self.clock)
        self.pump_ports()
        opened = self.link.opened
        assert opened is not None
        assert opened.inputs is not None
        self.link.select_sounds(self.performer.sounds)
        self.display = LastSnapshot()
        entries = [entry(name) for name in ("alphabet", *(other.name for other in others))]
        self.repertoire = Repertoire(entries, style, lambda _, other: other)
        for number, other in enumerate(others, 1):
            self.repertoire.take(PresetReady(number, other))
        master_sync = MasterSync(self.performer) if follows else None
        self.records: list[Record] = []
        self.recorder = Recorder(self.records.append, self.clock.now(), performance.latency_seconds)
        self.recorder.open(
            Opened("", None, performance.meter, performance.bpm, opened.outputs, opened.inputs.names),
            self.status,
        )
        self.saved: list[Binding] = []
        self.forgotten: list[Target] = []
        self.steering = Steering(
            self.performer,
            self.link,
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
            ports=self.link,
            opened=opened,
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

    @property
    def server(self) -> PortServer:
        server = self.port_process.server
        assert server is not None
        return server

    def pump_ports(self) -> None:
        """Let the line bring what was sent, either way, and the ports do what is due."""
        while True:
            self.link.take_in(self._here.receive(0.0))
            packets = self._there.receive(0.0)
            self.port_process.step(packets)
            if not packets:
                break
        self.link.take_in(self._here.receive(0.0))

    def close_ports(self) -> None:
        self.link.close()
        self.pump_ports()

    def open_port(self, name: str) -> MemoryOutput:
        if self.refuse_ports:
            raise PortError("there is no port")
        self.ports.append(MemoryOutput(name, self.lead_seconds))
        return self.ports[-1]

    @staticmethod
    def output_name(output: int) -> str:
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
        """Let time pass. The stage and the ports wake as their processes do, each when something is due."""
        while True:
            self.stage.pump()
            self.pump_ports()
            if self.stage.is_leaving:
                return
            stage_at = self.stage.deadline
            while self.inbox.empty():  # news wakes the stage at once
                coming = self._script[0][0] if self._script else float("inf")
                deadline = max(min(self.port_process.deadline, stage_at, coming), self.clock.now())
                if deadline > until:
                    self.clock.jump_to(max(until, self.clock.now()))
                    return
                self.clock.jump_to(deadline)
                while self._script and self._script[0][0] <= deadline:
                    self._come_in(self._script.pop(0)[1])
                if stage_at <= deadline:
                    break
                if self.inbox.empty():
                    self.pump_ports()

    def _come_in(self, item: object) -> None:
        match item:
            case MessageReceived(at, source, message):
                self.keyboards.inputs[source].play((at, message))
                self.link.take_in(self._here.receive(0.0))
            case _:
                self.inbox.put(item)

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
