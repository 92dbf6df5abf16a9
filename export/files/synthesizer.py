"""The synthesizer: turns messages at their blocks into sound."""

import wave
from collections.abc import Iterator, Sequence
from io import BytesIO

import numpy as np
from midirenderer import render_wave_from
from mido import Message, MetaMessage, MidiFile, MidiTrack
from numpy.typing import NDArray

from export.files.instruments import BLOCK, VOLUME, VOLUME_FINE
from export.files.soundfont import SoundFontError
from export.files.stretches import Cue
from presets.sets.channel_message import CONTROL_CHANGE

PPQ = 750
"""A tick is half a block at a MIDI file's 120 bpm, so that a message falls safely between two blocks."""

FULL = (1 << 14) - 1
"""The volume of a channel has 14 bits; the amplitude is its square (General MIDI 1)."""

USUAL = 100
"""The default volume of a channel (General MIDI 1), out of 127."""

TIMES = 4
"""How often to try: music that is too loud is played again at half the volume, a quarter of the amplitude."""

Sound = NDArray[np.float32]
"""Frames x 2 (left, right); 1.0 is full scale of a 16-bit file."""


class Synthesizer:
    """Plays with a SoundFont through `midirenderer`.

    Args:
        soundfont: the bytes of the SoundFont.
        name: its name in errors.
        loudest: the highest volume that any channel is set to, up to 127. This volume is scaled to the
            maximum, because the renderer's sound has only 16 bits and it adds no reverb to soft sounds.

    Raises:
        SoundFontError: if the SoundFont cannot be played.
    """

    def __init__(self, soundfont: bytes, name: str, loudest: int = USUAL) -> None:
        self._soundfont = soundfont
        self._name = name
        self._scale = FULL / max(loudest, USUAL)
        self._render((), 1, 0)

    def play(self, cues: Sequence[Cue], length: int) -> Sound:
        """Return the sound of messages.

        Args:
            cues: the messages; those of each channel are in order.
            length: length in blocks, 1 or more.

        Raises:
            SoundFontError: if the SoundFont cannot be played.
        """
        for quieter in range(TIMES):
            samples = self._render(cues, length, quieter)
            if samples.min() > -32768 and samples.max() < 32767:
                break
        return samples.astype(np.float32) * np.float32(4**quieter / 32768)

    def _render(self, cues: Sequence[Cue], length: int, quieter: int) -> NDArray[np.int16]:
        track = MidiTrack()
        last = 0
        for block, message in sorted(self._at_volume(cues, quieter), key=lambda cue: cue[0]):
            tick = max(2 * block - 1, 0)
            track.append(Message.from_bytes(message, time=tick - last))
            last = tick
        track.append(MetaMessage("end_of_track", time=2 * length + 1 - last))
        file = BytesIO()
        MidiFile(type=1, ticks_per_beat=PPQ, tracks=[track]).save(file=file)
        try:
            rendered = render_wave_from(self._soundfont, file.getvalue())
        except RuntimeError as error:
            raise self._unplayable(str(error)) from error
        except BaseException as error:
            # On an unexpected SoundFont the renderer panics, and that is not an Exception.
            if type(error).__name__ != "PanicException":
                raise
            raise self._unplayable(str(error)) from error
        with wave.open(BytesIO(rendered)) as sound:
            frames = sound.readframes(length * BLOCK)
        return np.frombuffer(frames, "<i2").reshape(-1, 2)

    def _at_volume(self, cues: Sequence[Cue], quieter: int) -> Iterator[Cue]:
        """Yield the messages with scaled volumes, and first the default volume of each channel."""
        for channel in sorted({message[0] & 0x0F for _, message in cues}):
            yield from self._volume(0, channel, USUAL, quieter)
        for block, message in cues:
            if message[0] & 0xF0 == CONTROL_CHANGE and message[1] == VOLUME:
                yield from self._volume(block, message[0] & 0x0F, message[2], quieter)
            else:
                yield block, message

    def _volume(self, block: int, channel: int, volume: int, quieter: int) -> Iterator[Cue]:
        scaled = round(volume * self._scale) >> quieter
        yield block, bytes((CONTROL_CHANGE | channel, VOLUME, scaled >> 7))
        yield block, bytes((CONTROL_CHANGE | channel, VOLUME_FINE, scaled & 0x7F))

    def _unplayable(self, reason: str) -> SoundFontError:
        return SoundFontError(
            f"a SoundFont must be a .sf2 file that is not compressed, got {self._name!r}, "
            f"which cannot be played ({reason})"
        )
