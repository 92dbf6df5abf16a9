"""Letters that are read from across a stage: drawn of half blocks, three lines high or more."""

FONT = {
    "A": ".##. #..# #### #..# #..#",
    "B": "###. #..# ###. #..# ###.",
    "C": ".### #... #... #... .###",
    "D": "###. #..# #..# #..# ###.",
    "E": "#### #... ###. #... ####",
    "F": "#### #... ###. #... #...",
    "G": ".### #... #.## #..# .###",
    "H": "#..# #..# #### #..# #..#",
    "I": "### .#. .#. .#. ###",
    "J": "..## ...# ...# #..# .##.",
    "K": "#..# #.#. ##.. #.#. #..#",
    "L": "#.. #.. #.. #.. ###",
    "M": "#...# ##.## #.#.# #...# #...#",
    "N": "#..# ##.# #.## #..# #..#",
    "O": ".##. #..# #..# #..# .##.",
    "P": "###. #..# ###. #... #...",
    "Q": ".##. #..# #..# #.## .###",
    "R": "###. #..# ###. #.#. #..#",
    "S": ".### #... .##. ...# ###.",
    "T": "### .#. .#. .#. .#.",
    "U": "#..# #..# #..# #..# .##.",
    "V": "#...# #...# .#.#. .#.#. ..#..",
    "W": "#...# #...# #.#.# ##.## #...#",
    "X": "#..# #..# .##. #..# #..#",
    "Y": "#...# .#.#. ..#.. ..#.. ..#..",
    "Z": "#### ...# .##. #... ####",
    "0": ".##. #..# #..# #..# .##.",
    "1": ".#. ##. .#. .#. ###",
    "2": "###. ...# .##. #... ####",
    "3": "###. ...# .##. ...# ###.",
    "4": "#..# #..# #### ...# ...#",
    "5": "#### #... ###. ...# ###.",
    "6": ".##. #... ###. #..# .##.",
    "7": "#### ...# ..#. .#.. .#..",
    "8": ".##. #..# .##. #..# .##.",
    "9": ".##. #..# .### ...# .##.",
    " ": ".. .. .. .. ..",
    "-": "... ... ### ... ...",
    "_": "... ... ... ... ###",
    "+": "... .#. ### .#. ...",
    "/": "..# ..# .#. #.. #..",
    ".": ". . . . #",
    ",": ".. .. .. .# #.",
    "(": ".# #. #. #. .#",
    ")": "#. .# .# .# #.",
    "&": ".#.. #.#. .#.. #.#. .#.#",
    "#": ".#.#. ##### .#.#. ##### .#.#.",
    ":": ". # . # .",
    "'": "# # . . .",
    "!": "# # # . #",
    "?": "### ..# .#. ... .#.",
}
"""Five rows of squares for each letter, from the top."""

HALVES = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}
"""The character for a square above and a square below."""


def letters_height(scale: int) -> int:
    """Return how many lines letters take, whose squares are `scale` columns wide."""
    return -(-5 * scale // 2)


def block_letters(text: str, scale: int) -> list[str] | None:
    """Return the lines of a text in capitals, all equally wide; None if the font lacks one of its letters.

    Args:
        text: what to draw.
        scale: how many columns and half lines a square of the font takes, at least 1.
    """
    glyphs = [FONT.get(letter) for letter in text.upper()]
    if not text or None in glyphs:
        return None
    rows = (".".join(row) for row in zip(*(glyph.split() for glyph in glyphs if glyph), strict=True))
    squares = [[square == "#" for square in row for _ in range(scale)] for row in rows for _ in range(scale)]
    if len(squares) % 2:
        squares.append([False] * len(squares[0]))
    pairs = zip(squares[::2], squares[1::2], strict=True)
    return ["".join(map(HALVES.__getitem__, zip(above, below, strict=True))) for above, below in pairs]
