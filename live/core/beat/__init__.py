"""Beats, ticks and seconds: the transport, tempo changes, swing, tap tempo and count-in."""
