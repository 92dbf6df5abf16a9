"""Writes a recording as audio, sheet music or a picture. Each library is imported by one module only."""
