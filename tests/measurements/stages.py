"""Shipped presets on a virtual stage, as `segue play` would set them up."""

from typing import Any

from live.core.controls.mode import Mode
from live.core.controls.table import OPTIONS
from presets.bundles.bundle import Bundle
from presets.bundles.settings import Meter
from presets.music.readings import shipped_readings
from tests.live.stage.virtual_stage import VirtualStage


def on_stage(
    bundle: Bundle, mode: Mode, *, bpm: float, rng_seed: int, beats: int = 4, **options: Any
) -> VirtualStage:
    """Return a stage on which a preset has begun to play.

    Args:
        bundle: the preset.
        mode: the mode.
        bpm: the tempo.
        rng_seed: the chance.
        beats: beats in a bar.
        options: controls, by the names of their arguments; None for the preset's own.
    """
    stage = VirtualStage(
        preset=bundle,
        mode=mode,
        bpm=bpm,
        meter=Meter(beats, 4),
        rng_seed=rng_seed,
        originality=bundle.network.read_index(),
        forms=bundle.network.read_forms(len(bundle.settings.parts)),
        readings=shipped_readings(),
    )
    for control in OPTIONS:
        if (value := options.get(control.argument)) is not None:
            stage.set_controls(stage.status.controls.given(control, value))
    stage.performer.start()
    return stage
