"""Plays a preset in time into a MIDI port, and listens to a keyboard.

`live.core` makes every decision and has no side effects. Each of the other rooms touches one thing outside
the program. `live.stage.setup` connects them.
"""
