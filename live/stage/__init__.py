"""The main thread: everything that happens comes in through one inbox, and its loop deals with it."""
