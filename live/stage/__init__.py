"""The main thread's loop: everything that happens comes in through one inbox."""
