"""The network of the 2018 articles: notes and chords in equal steps."""
