"""What a stage hands over while it plays, so that another process can go on with the performance."""

from dataclasses import dataclass
from typing import Self

from live.core.performer.checkpoint import Checkpoint
from live.core.performer.performer import Performer
from live.core.performer.state_line import from_line, to_line
from live.journals.recorder import Recorder, RecorderState
from live.setlist.repertoire import Repertoire


@dataclass(frozen=True, slots=True)
class StageState:
    """All that another process needs to go on with a performance and its journal.

    Attributes:
        checkpoint: of the performer; presets have their numbers in the repertoire.
        recorder: of the recorder.
    """

    checkpoint: Checkpoint
    recorder: RecorderState

    @classmethod
    def of(cls, performer: Performer, repertoire: Repertoire, recorder: Recorder, now: float) -> Self:
        """Return the state of a performance whose recorder is open.

        Args:
            performer: plays.
            repertoire: has the numbers of the presets.
            recorder: records it.
            now: seconds on the stage's clock.
        """
        return cls(performer.checkpoint(repertoire.number_of, now), recorder.state)

    def to_line(self) -> bytes:
        """Return the state as a line, for `from_line` of another process."""
        return to_line(self)

    @classmethod
    def from_line(cls, line: bytes) -> Self:
        """Return the state that was made into a line.

        Raises:
            StateLineError: if the line is damaged, or of another version of segue.
        """
        return from_line(cls, line)


class LatePresets:
    """Gives presets that are loaded only after a comeback what they had before. Owned by the stage's thread.

    Args:
        checkpoint: where the performance goes on.
        performer: goes on with it.
        repertoire: knows which presets are loaded.
    """

    def __init__(self, checkpoint: Checkpoint, performer: Performer, repertoire: Repertoire) -> None:
        self._missing = {
            number: controls for number, controls in checkpoint.controls if repertoire.is_loading(number)
        }
        self._performer = performer
        self._repertoire = repertoire

    def preset_came(self) -> None:
        """Take in that a preset was loaded, or failed to load: set the controls that were set before."""
        for number in [number for number in self._missing if not self._repertoire.is_loading(number)]:
            controls, style = self._missing.pop(number), self._repertoire.choose(number)
            if not isinstance(style, str):
                self._performer.set_controls(style, controls)
