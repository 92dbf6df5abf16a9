"""Sheet music: decides what is in each bar, in whole numbers. Nothing here draws.

Places and lengths are counted in units, 24 to a quarter note, so that sixteenths, triplets and their halves
are whole numbers.
"""
