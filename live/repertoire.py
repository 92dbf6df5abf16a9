"""The presets of a performance: which there are, and how far each is ready to be played."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from live.core.style import Style
from live.preset_loader import PresetFailed, PresetReady, StagePreset
from presets.errors import SegueError

LOADING = "is still being loaded: it comes as soon as it can"
"""What is said of a preset that was asked for too early."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One preset as the screen shows it.

    Attributes:
        name: as it was asked for.
        trouble: why it cannot be played yet, or at all; None if it can.
    """

    name: str
    trouble: str | None


class Repertoire:
    """What can be switched to, numbered from 0. Owned by the stage's thread.

    Args:
        names: of the presets; the first one plays already.
        first: it.
        dress: makes of a loaded preset what the performer plays by, with the player's own controls.
    """

    def __init__(self, names: Sequence[str], first: Style, dress: Callable[[StagePreset], Style]) -> None:
        self._names = tuple(names)
        self._dress = dress
        self._styles: list[Style | str] = [first, *([LOADING] * (len(names) - 1))]

    @property
    def offers(self) -> tuple[Offer, ...]:
        """The presets in order."""
        return tuple(
            Offer(name, style if isinstance(style, str) else None)
            for name, style in zip(self._names, self._styles, strict=True)
        )

    def take(self, news: PresetReady | PresetFailed) -> str | None:
        """Take a preset that has been loaded, or has failed to be; return what is to be said of it."""
        match news:
            case PresetReady(number, preset):
                try:
                    self._styles[number] = self._dress(preset)
                except SegueError as error:  # a control that the preset refuses
                    self._styles[number] = f"cannot be played: {error}"
            case PresetFailed(number, reason):
                self._styles[number] = f"cannot be played: {reason}"
        style = self._styles[number]
        return f"{self._names[number]} {style}" if isinstance(style, str) else None

    def is_loading(self, number: int) -> bool:
        """Return whether a preset is yet to be loaded."""
        return number < len(self._styles) and self._styles[number] == LOADING

    def choose(self, number: int) -> Style | str:
        """Return a preset, or one sentence that says why it cannot be played."""
        if number >= len(self._styles):
            return f"there is no preset {number + 1}: there are {len(self._styles)}"
        style = self._styles[number]
        return f"{self._names[number]} {style}" if isinstance(style, str) else style
