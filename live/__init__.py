"""The stage: plays a preset in time into a MIDI port, and listens to a keyboard.

`live.core` decides and is pure; the rooms beside it each touch one thing of the world; `live.stage.setup`
wires them.
"""
