"""The musical features that the counting judge hears: a module for each kind, a table of all."""
