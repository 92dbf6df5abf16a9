"""Big letters that the musician can read from across a stage: half blocks, three lines high or more."""

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
"""Five rows of squares for each letter, from top to bottom."""

HALVES = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}
"""The character for a square above and a square below."""


def letters_height(scale: int) -> int:
    """Return the height, in lines, of letters whose squares are `scale` columns wide."""
    return -(-5 * scale // 2)


def block_letters(text: str, scale: int) -> list[str] | None:
    """Return a text in big capitals as lines of equal width; None if the font lacks one of its characters.

    Args:
        text: the text to draw.
        scale: size of a square of the font, in columns and half lines, at least 1.
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
