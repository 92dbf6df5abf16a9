"""What is going to be performed, before the first note."""

from dataclasses import dataclass, field

from live.core.beat.tempo import TempoChange
from live.core.controls.mode import Mode
from live.core.planning.states import Length
from live.core.planning.style import Style
from presets.bundles.seed import Seed
from presets.bundles.settings import Meter


@dataclass(frozen=True, slots=True)
class Performance:
    """What a performer is asked to play.

    Attributes:
        style: the preset that begins.
        seed: the first window, as it would have sounded.
        meter: time signature at the beginning.
        bpm: quarter notes a minute at the beginning, 20..400.
        mode: how segue plays with the musician, unless the preset brings its own mode.
        wait: whether segue listens first; the phrase it hears then replaces the seed.
        tempo_from_phrase: whether segue takes up the tempo and the beat of that phrase; only with `wait`.
        tempo_changes: in order; a tempo set while the music runs replaces those yet to come.
        length: when the music stops by itself.
        count_in: bars of clicks before the first bar.
        swing: percent of the beat that its first eighth gets, 50..75.
        latency_seconds: how much earlier than its tick a note leaves, -0.5..0.5, for an instrument that is
            slow to sound.
        follows: whether another master starts, stops and times the music.
        own_meters: whether each preset brings along the meter of its corpus, unless it sets another one.
        sends_clock: whether segue sends MIDI clock, start and stop.
    """

    style: Style
    seed: Seed
    meter: Meter
    bpm: float
    mode: Mode = Mode.STREAM
    wait: bool = False
    tempo_from_phrase: bool = False
    tempo_changes: tuple[TempoChange, ...] = ()
    length: Length = field(default_factory=Length)
    count_in: int = 0
    swing: float = 50.0
    latency_seconds: float = 0.0
    follows: bool = False
    own_meters: bool = False
    sends_clock: bool = False
