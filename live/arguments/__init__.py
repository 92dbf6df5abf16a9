"""The command-line options that several commands share: declared, read and checked."""
