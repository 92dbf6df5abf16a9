"""Messages as text, one a line, so that a test reads like the score."""

from collections.abc import Iterable

from mido import Message


def line(at: float, message: Message) -> str:
    match message.type:
        case "note_on" | "note_off":
            text = f"{message.type[5:]} {message.note}"
        case "control_change":
            text = f"cc {message.control}={message.value}"
        case "program_change":
            text = f"program {message.program}"
        case "songpos":
            return f"{at:.3f} songpos {message.pos}"
        case other if not hasattr(message, "channel"):
            return f"{at:.3f} {other}"
        case other:
            text = other
    return f"{at:.3f} ch{message.channel + 1} {text}"


def transcript(timed: Iterable[tuple[float, Message]]) -> list[str]:
    return [line(at, message) for at, message in timed]
