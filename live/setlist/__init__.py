"""Set files and control files, read and checked, and the styles of a set."""
