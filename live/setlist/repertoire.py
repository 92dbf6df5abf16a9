"""The presets of a performance: which there are, and whether each is ready to play."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from live.core.planning.style import Style
from live.inference.preset_loader import PresetFailed, PresetReady, StagePreset
from live.setlist.set_entries import SetEntry
from presets.errors import SegueError

LOADING = "is still loading: it will take over as soon as it is ready"
"""The answer when the musician asks for a preset too early."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One preset as the screen shows it.

    Attributes:
        name: its title in the set, or the name that the command line gave.
        trouble: why it cannot be played yet, or at all; None if it can.
    """

    name: str
    trouble: str | None


class Repertoire:
    """The presets that the musician can switch to, numbered from 0. Owned by the stage's thread.

    Args:
        entries: of the set, in order; a preset may appear more than once.
        loaded: the style of the entry that plays first.
        style_of: makes the style of an entry from its loaded preset.
        number: of that entry.

    Attributes:
        presets: the presets to load, each once, in the order of the set.
    """

    def __init__(
        self,
        entries: Sequence[SetEntry],
        loaded: Style,
        style_of: Callable[[SetEntry, StagePreset], Style],
        number: int = 0,
    ) -> None:
        self.presets = tuple(dict.fromkeys(entry.preset for entry in entries))
        self._entries = tuple(entries)
        self._style_of = style_of
        self._styles: list[Style | str] = [LOADING] * len(entries)
        self._styles[number] = loaded

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
        """Take a preset that was loaded, or failed to load; return a notice for the musician, or None."""
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
        except SegueError as error:  # a control that the preset does not have
            return f"cannot be played: {error}"

    @property
    def ready(self) -> dict[int, Style]:
        """The styles of the entries that can be played, by their numbers."""
        return {number: style for number, style in enumerate(self._styles) if not isinstance(style, str)}

    def is_loading(self, number: int) -> bool:
        """Return whether an entry's preset is still being loaded."""
        return number < len(self._styles) and self._styles[number] == LOADING

    def choose(self, number: int) -> Style | str:
        """Return the style of an entry, or one sentence that says why it cannot be played."""
        if not 0 <= number < len(self._styles):
            count = len(self._styles)
            return f"there is no preset {number + 1}: there {'is' if count == 1 else 'are'} {count}"
        style = self._styles[number]
        return f"{self._entries[number].title} {style}" if isinstance(style, str) else style

    def number_of(self, style: Style) -> int:
        """Return the number of the entry that a style of this repertoire plays."""
        return next(number for number, mine in enumerate(self._styles) if mine is style)

    def title_of(self, style: Style) -> str | None:
        """Return a style's title in the set; None if it is the preset's name."""
        title = self._entries[self.number_of(style)].title
        return title if title != style.name else None

    def switch_of(self, number: int) -> str | None:
        """Return when an entry takes over, "bar", "beat" or "now"; None for the set's own value."""
        return self._entries[number].switch
