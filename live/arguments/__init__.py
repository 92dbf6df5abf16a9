"""The command-line options that `play`, `render` and `bench` share: added, read and checked."""
