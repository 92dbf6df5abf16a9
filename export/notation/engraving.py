"""Write a sheet as music21's objects, sign by sign: music21 makes no decisions of its own."""

from collections.abc import Callable, Sequence
from fractions import Fraction

from music21 import (
    articulations,
    bar,
    beam,
    chord,
    clef,
    duration,
    expressions,
    instrument,
    key,
    layout,
    metadata,
    meter,
    note,
    pitch,
    stream,
    tempo,
    tie,
)

from export.notation.bars import QUARTER
from export.notation.sheet import Head, Heading, Part, Sheet, Sign, StaffBar, Voice

COMPOSER = "segue"
"""The composer on the sheet; without it music21 names itself."""

TIES = {(False, True): "start", (True, True): "continue", (True, False): "stop"}
"""The kind of a tie, by whether a note is tied from the note before, and to the next note."""


def to_score(sheet: Sheet, progress: Callable[[float], None]) -> stream.Score:
    """Return a sheet as a score that music21 can write without adding its own notation.

    Tempo marks, texts and rehearsal marks go over the first staff.

    Args:
        sheet: a sheet with at least one part.
        progress: called with the share of the work that is done, rising to 1.
    """
    score = stream.Score()
    score.metadata = metadata.Metadata(movementName=sheet.title, composer=COMPOSER)
    staves = sum(len(part.staves) for part in sheet.parts)
    done = 0
    for part in sheet.parts:
        written = []
        for bars in part.staves:
            staff = _write_staff(part, done, bars, sheet.headings)
            written.append(staff)
            score.insert(0, staff)
            done += 1
            progress(done / staves)
        if len(written) > 1:
            score.insert(0, layout.StaffGroup(written, symbol="brace", barTogether=True))
    return score


def _write_staff(
    part: Part, number: int, bars: Sequence[StaffBar], headings: Sequence[Heading]
) -> stream.Part:
    """Return the staff with this number; the first staff, 0, also gets the marks of the headings."""
    staff = stream.PartStaff() if len(part.staves) > 1 else stream.Part()
    sound = instrument.instrumentFromMidiProgram(part.program)
    # Otherwise music21 chooses random IDs.
    sound.partId, sound.instrumentId = f"P{number + 1}", f"I{number + 1}"
    staff.insert(0, sound)
    staff.partName, staff.partAbbreviation = part.name, part.abbreviation
    begin = 0
    for index, (staff_bar, heading) in enumerate(zip(bars, headings, strict=True)):
        before = (bars[index - 1], headings[index - 1]) if index else (None, None)
        measure = stream.Measure(number=index + 1)
        _begin_bar(measure, staff_bar, heading, *before)
        if number == 0:
            _write_over(measure, heading)
        _write_voices(measure, staff_bar.voices)
        if index + 1 == len(bars):
            measure.rightBarline = bar.Barline("final")
        staff.insert(_quarters(begin), measure)
        begin += staff_bar.voices[0][-1].value.end
    return staff


def _begin_bar(
    measure: stream.Measure,
    staff_bar: StaffBar,
    heading: Heading,
    before: StaffBar | None,
    heading_before: Heading | None,
) -> None:
    """Write the clef, key and time signature if they change."""
    if before is None or before.clef != staff_bar.clef:
        measure.clef = getattr(clef, staff_bar.clef.name)()
    if heading_before is None or heading_before.key.sharps != heading.key.sharps:
        measure.keySignature = key.KeySignature(heading.key.sharps)
    if heading_before is None or heading_before.bar.meter != heading.bar.meter:
        measure.timeSignature = meter.TimeSignature(str(heading.bar.meter))


def _write_over(measure: stream.Measure, heading: Heading) -> None:
    """Write the tempo mark, texts and rehearsal marks over the top staff."""
    if heading.bpm is not None:
        dotted = heading.bar.meter.is_compound and heading.bar.meter.denominator == 8
        referent = duration.Duration("quarter", dots=1 if dotted else 0)
        number = round(heading.bpm / 1.5) if dotted else heading.bpm
        measure.insert(0, tempo.MetronomeMark(number=number, referent=referent))
    for begin, words in heading.texts:
        text = expressions.TextExpression(words)
        text.placement = "above"
        text.style.fontStyle = "italic"
        measure.insert(_quarters(begin), text)
    for begin, words in heading.rehearsals:
        measure.insert(_quarters(begin), expressions.RehearsalMark(words))


def _write_voices(measure: stream.Measure, voices: Sequence[Voice]) -> None:
    if len(voices) == 1:
        for sign in voices[0]:
            measure.insert(_quarters(sign.value.begin), _write_sign(sign, None))
        return
    for number, (signs, stem) in enumerate(zip(voices, ("up", "down"), strict=True)):
        voice = stream.Voice(id=str(number + 1))
        for sign in signs:
            voice.insert(_quarters(sign.value.begin), _write_sign(sign, stem))
        measure.insert(0, voice)


def _write_sign(sign: Sign, stem: str | None) -> note.GeneralNote:
    written: note.GeneralNote
    if not sign.heads:
        written = note.Rest()
        if sign.fills_bar:
            written.fullMeasure = "always"
            written.duration = duration.Duration(_quarters(sign.value.end))
            return written
        if not sign.visible:
            written.style.hideObjectOnPrint = True
    elif len(sign.heads) == 1:
        written = _write_head(sign.heads[0])
    else:
        written = chord.Chord([_write_head(head) for head in sign.heads])
    written.duration = _write_duration(sign)
    if sign.heads:
        if stem:
            written.stemDirection = stem
        written.beams = _write_beams(sign.beams)
        if sign.staccato:
            written.articulations.append(articulations.Staccato())
    return written


def _write_head(head: Head) -> note.Note:
    named = pitch.Pitch(step=head.spelled.step, octave=head.spelled.octave)
    if head.spelled.alter or head.accidental:
        named.accidental = pitch.Accidental(head.spelled.alter)
        named.accidental.displayStatus = head.accidental
    written = note.Note(named)
    if kind := TIES.get((head.tied_from, head.tied_to)):
        written.tie = tie.Tie(kind)
    return written


def _write_duration(sign: Sign) -> duration.Duration:
    value = sign.value
    written = duration.Duration(value.kind, dots=value.dots)
    if value.tuplet is None:
        return written
    tuplet = duration.Tuplet(
        value.tuplet.actual, value.tuplet.normal, "16th" if value.tuplet.actual == 6 else "eighth"
    )
    tuplet.bracket = sign.bracket
    tuplet.type = None
    if sign.tuplet_starts and sign.tuplet_stops:
        tuplet.type = "startStop"
    elif sign.tuplet_starts:
        tuplet.type = "start"
    elif sign.tuplet_stops:
        tuplet.type = "stop"
    written.appendTuplet(tuplet)
    return written


def _write_beams(states: Sequence[str]) -> beam.Beams:
    written = beam.Beams()
    for state in states:
        kind, _, direction = state.partition("-")
        written.append(kind, direction or None)
    return written


def _quarters(units: int) -> Fraction | float:
    """Return units as quarter notes, in the form that music21 uses."""
    return Fraction(units, QUARTER)
