"""Sheet music: decides the contents of each bar, in whole numbers. Nothing here draws.

Positions and lengths are in units, 24 to a quarter note, so that sixteenths, triplets and their halves are
whole numbers.
"""
