"""The score network, which knows rhythm, dynamics and parts."""
