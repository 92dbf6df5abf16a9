"""What a recording becomes besides MIDI: sound and pictures, each kind of file a module of its own."""
