"""The checks of `segue doctor`: one module for each subject; each check yields findings."""
