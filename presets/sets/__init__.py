"""What is kept of a set: the records of its journal, and the recording made from them."""
