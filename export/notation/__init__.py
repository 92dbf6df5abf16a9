"""Sheet music of a recording: what stands in each bar, decided in whole numbers; nothing here draws.

Every place and length is counted in units, 24 to a quarter note: sixteenths, triplets, their halves and all
that is made of them are whole numbers of it.
"""
