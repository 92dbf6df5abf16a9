"""Music in the form that networks use: events, the window, encodings, phrase memory and vocabulary."""
