"""An audience for fittings in tests."""


class Nobody:
    """Hears nothing of a fitting."""

    def updated(self, *_: object) -> None:
        pass

    def ended_epoch(self, *_: object) -> None:
        pass
