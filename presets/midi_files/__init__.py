"""Reads MIDI files: the one reader for seeds, corpora and everything else.

Source: Standard MIDI Files 1.0 (MIDI Manufacturers Association, RP-001). The reader goes through the bytes
itself. mido's `MidiFile` refuses chunks that it does not know, RIFF wrappers and invalid key signatures. Some
of its errors are empty, and none names the byte. It makes an object of each byte of a SysEx dump, and it
reads the whole file where a seed needs only the beginning.

The files come from other people's programs, so the reader forgives what costs no note: it ignores such an
event and names it in `MidiFile.remarks`. It refuses a file as soon as the notes are uncertain, and names the
byte. The first byte of a file is byte 0.
"""
