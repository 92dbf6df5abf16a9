"""A moment of a performance, for whoever shows it."""

from dataclasses import replace

from live.core.beat.transport import Transport
from live.core.controls.mode import Mode
from live.core.generation.prediction import Understanding
from live.core.performer.status import BeatClock, Copies
from live.core.planning.states import Entry, LongestCopy, Source, State
from live.ports.lateness import Lateness
from live.screen import Dial, Panel, Ports, Setlist, Snapshot, Timekeeping
from live.screen.recent_notes import RollNote
from live.setlist.repertoire import Offer
from presets.bundles.bar_lines import BarLines
from presets.bundles.settings import Meter
from presets.music.event import PPQ, Event, Note
from presets.music.originality import VerbatimPassage


def entry(source, tick, *notes, nearest=None):
    event = Event.of(0, (Note(note, 240, 64) for note in notes))
    return Entry(source, event, Understanding(nearest or "", nearest is None), tick)


DIALS = (
    Dial("temperature", "0.95", 0.475),
    Dial("rhythm-temperature", "1.00", 0.5),
    Dial("dynamics-temperature", "1.00", 0.5),
    Dial("top-p", "0.98", 0.98),
    Dial("rhythm-top-p", "1.00", 1.0),
    Dial("dynamics-top-p", "1.00", 1.0),
    Dial("density", "+0.00", 0.5),
    Dial("recall", "0.50", 0.5),
    Dial("velocity", "64", 0.44),
    Dial("register", "+0.00", 0.5),
    Dial("transpose", "+3", 0.625),
    Dial("gate", "1.00", 0.47),
    Dial("swing", "50", 0.0),
    Dial("tempo", "96", 0.28),
    Dial("key", "C minor", 0.5),
    Dial("mode", "answer", 0.5),
    Dial("mute", "off", 0.0),
)

SNAPSHOT = Snapshot(
    now=3.125,
    state=State.PLAYING,
    clock=BeatClock(BarLines.of(Meter(3, 4)), 96.0, tick=5 * PPQ, transport=Transport.steady(0.0, 96.0)),
    setlist=Setlist(
        "bach",
        offers=(Offer("bach", None), Offer("folk", None), Offer("pop", "is still being loaded")),
        number=0,
    ),
    ports=Ports("segue:out", ("segue:in", "Keystation"), heard_at=3.0, sent_at=2.0),
    timekeeping=Timekeeping(Lateness(10, 0.0001, 0.0012, 0.0034), dropped=1, rested=2),
    mode=Mode.ANSWER,
    turn=Source.PLAYER,
    history=(
        entry(Source.SEGUE, 0, 60),
        entry(Source.PLAYER, 240, 60, 63, 67, nearest="0.4.7"),
        entry(Source.PLAYER, None, 21),
    ),
    roll=(
        RollNote(Source.SEGUE, 48, 0.0, 1.2),
        RollNote(Source.SEGUE, 67, 1.2, 2.5),
        RollNote(Source.SEGUE, 64, 2.5, 3.7),
        RollNote(Source.SEGUE, 52, 3.7, 4.2),
        RollNote(Source.PLAYER, 72, 1.9, 2.4),
        RollNote(Source.PLAYER, 69, 2.5, None),
    ),
    copies=Copies(
        VerbatimPassage(5, 7, "waltz.mid", 0), LongestCopy(VerbatimPassage(7, 0, "air.mid", 3), "folk", 480)
    ),
    panel=Panel(DIALS, chosen=0),
)
"""In the second bar, at its third beat: segue has played, and the player holds an A."""

_PARTS = ("clock", "setlist", "ports", "timekeeping", "copies", "panel")


def changed(snapshot, **changes):
    """The same moment, but for these fields of it or of its parts."""
    for name, value in changes.items():
        if hasattr(snapshot, name):
            snapshot = replace(snapshot, **{name: value})
        else:
            owner = next(part for part in _PARTS if hasattr(getattr(snapshot, part), name))
            snapshot = replace(snapshot, **{owner: replace(getattr(snapshot, owner), **{name: value})})
    return snapshot
