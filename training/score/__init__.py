"""The score recipe: corpora as events with rhythm, dynamics and parts, and the networks that learn them."""
