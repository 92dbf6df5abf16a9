"""Writes a recording as audio, sheet music or a picture. Only one module imports each library."""
