from importlib.util import find_spec

if any(find_spec(name) is None for name in ("music21", "verovio")):
    # What is decided is plain Python; only what is written needs the extra `render`.
    collect_ignore = ["test_musicxml.py", "test_pages.py"]
