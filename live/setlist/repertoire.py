"""The presets of a performance: which there are, and how far each is ready to be played."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from live.core.planning.style import Style
from live.inference.preset_loader import PresetFailed, PresetReady, StagePreset
from live.setlist.set_entries import SetEntry
from presets.errors import SegueError

LOADING = "is still being loaded: it comes as soon as it can"
"""What is said of a preset that was asked for too early."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One preset as the screen shows it.

    Attributes:
        name: its title in the set, or the name by which it was asked for.
        trouble: why it cannot be played yet, or at all; None if it can.
    """

    name: str
    trouble: str | None


class Repertoire:
    """What can be switched to, numbered from 0. Owned by the stage's thread.

    Args:
        entries: of the set, in order; a preset may stand in it more than once.
        first: what the first entry is played by: it plays already.
        style_of: makes the style that plays an entry from its loaded preset.

    Attributes:
        presets: what must be loaded, each once, in the order in which it is needed.
    """

    def __init__(
        self, entries: Sequence[SetEntry], first: Style, style_of: Callable[[SetEntry, StagePreset], Style]
    ) -> None:
        self.presets = tuple(dict.fromkeys(entry.preset for entry in entries))
        self._entries = tuple(entries)
        self._style_of = style_of
        self._styles: list[Style | str] = [first, *([LOADING] * (len(entries) - 1))]

    @property
    def offers(self) -> tuple[Offer, ...]:
        """The entries in order."""
        return tuple(
            Offer(entry.title, style if isinstance(style, str) else None)
            for entry, style in zip(self._entries, self._styles, strict=True)
        )

    @property
    def names(self) -> tuple[str, ...]:
        """The preset of each entry, in order."""
        return tuple(entry.preset for entry in self._entries)

    def take(self, news: PresetReady | PresetFailed) -> str | None:
        """Take a preset that has been loaded, or has failed to be; return what is to be said of it."""
        trouble: str | None = None
        for number, entry in enumerate(self._entries):
            if entry.preset != self.presets[news.number] or self._styles[number] != LOADING:
                continue
            self._styles[number] = style = self._made(entry, news)
            if isinstance(style, str):
                trouble = f"{entry.title} {style}"
        return trouble

    def _made(self, entry: SetEntry, news: PresetReady | PresetFailed) -> Style | str:
        if isinstance(news, PresetFailed):
            return f"cannot be played: {news.reason}"
        try:
            return self._style_of(entry, news.preset)
        except SegueError as error:  # a control that the preset refuses
            return f"cannot be played: {error}"

    def is_loading(self, number: int) -> bool:
        """Return whether an entry's preset is yet to be loaded."""
        return number < len(self._styles) and self._styles[number] == LOADING

    def choose(self, number: int) -> Style | str:
        """Return what an entry is played by, or one sentence that says why it cannot be."""
        if not 0 <= number < len(self._styles):
            count = len(self._styles)
            return f"there is no preset {number + 1}: there {'is' if count == 1 else 'are'} {count}"
        style = self._styles[number]
        return f"{self._entries[number].title} {style}" if isinstance(style, str) else style

    def number_of(self, style: Style) -> int:
        """Return which entry is played by a style of this repertoire."""
        return next(number for number, mine in enumerate(self._styles) if mine is style)

    def title_of(self, style: Style) -> str | None:
        """Return what the set calls a style of this repertoire; None if that is its preset's name."""
        title = self._entries[self.number_of(style)].title
        return title if title != style.name else None

    def switch_of(self, number: int) -> str | None:
        """Return where an entry takes over, "bar", "beat" or "now"; None as the evening does."""
        return self._entries[number].switch
