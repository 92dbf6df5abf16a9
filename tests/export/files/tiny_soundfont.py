"""A SoundFont of a few kilobytes, whose sound can be told from its samples; SoundFont 2.04, section 7.

Program 0 is a click, program 1 a tone that lasts as long as its note, and every drum clicks.
"""

import struct

import numpy as np

RATE = 48_000
CLICK, TONE = 0, 1
TONE_HZ = 1000

CLICK_FRAMES = 32
ROOT, DRUMS_BANK = 60, 128
# Generators, section 8.1.2; a scale tuning of 0 lets each key sound alike.
INSTRUMENT, SAMPLE_ID, SAMPLE_MODES, SCALE_TUNING = 41, 53, 54, 56
ONCE, LOOPED = 0, 1


def tiny_soundfont() -> bytes:
    click = np.zeros(256)
    click[:CLICK_FRAMES] = 0.9
    tone = 0.5 * np.sin(2 * np.pi * TONE_HZ * np.arange(480) / RATE)
    gap = np.zeros(46)
    data = (np.concatenate((click, gap, tone, gap)) * 32767).astype("<i2").tobytes()
    first, second = 0, len(click) + len(gap)

    presets = (("click", CLICK, 0), ("tone", TONE, 0), ("drums", 0, DRUMS_BANK), ("EOP", 0, 0))
    generators = (
        ((SCALE_TUNING, 0), (SAMPLE_MODES, ONCE), (SAMPLE_ID, 0)),
        ((SCALE_TUNING, 0), (SAMPLE_MODES, LOOPED), (SAMPLE_ID, 1)),
    )
    samples = (("click", first, len(click)), ("tone", second, len(tone)), ("EOS", 0, 0))
    pdta = (
        (
            b"phdr",
            [
                struct.pack("<20sHHHIII", name.encode(), program, bank, bag, 0, 0, 0)
                for bag, (name, program, bank) in enumerate(presets)
            ],
        ),
        (b"pbag", [struct.pack("<HH", bag, 0) for bag in range(4)]),
        (b"pmod", [bytes(10)]),
        (b"pgen", [struct.pack("<HH", INSTRUMENT, number) for number in (0, 1, 0)] + [bytes(4)]),
        (b"inst", [struct.pack("<20sH", name, bag) for bag, name in enumerate((b"click", b"tone", b"EOI"))]),
        (b"ibag", [struct.pack("<HH", generator, 0) for generator in (0, 3, 6)]),
        (b"imod", [bytes(10)]),
        (b"igen", [struct.pack("<HH", *pair) for zone in generators for pair in zone] + [bytes(4)]),
        (
            b"shdr",
            [
                struct.pack(
                    "<20sIIIIIBbHH", name.encode(), begin, begin + length, begin, begin + length,
                    RATE, ROOT, 0, 0, 1,
                )
                for name, begin, length in samples
            ],
        ),
    )  # fmt: skip
    info = _chunk(b"ifil", struct.pack("<HH", 2, 4)) + _chunk(b"INAM", b"tiny\0\0")
    return _chunk(
        b"RIFF",
        b"sfbk"
        + _chunk(b"LIST", b"INFO" + info)
        + _chunk(b"LIST", b"sdta" + _chunk(b"smpl", data))
        + _chunk(b"LIST", b"pdta" + b"".join(_chunk(name, b"".join(rows)) for name, rows in pdta)),
    )


def _chunk(name: bytes, data: bytes) -> bytes:
    return name + struct.pack("<I", len(data)) + data
