"""Pure decisions: no threads, no clock, no ports, no screen. Time comes in as an argument, in seconds."""
