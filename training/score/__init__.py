"""The score network: rhythm, dynamics and parts."""
