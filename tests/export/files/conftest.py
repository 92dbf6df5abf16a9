import importlib.util

RENDER = ("matplotlib", "midirenderer", "music21", "pretty_midi", "verovio")
missing = [name for name in RENDER if importlib.util.find_spec(name) is None]
if missing:
    # Neither playing nor training needs them; the extra `render` brings them, and these tests with them.
    collect_ignore_glob = ["*"]
