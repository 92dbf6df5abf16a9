"""The threads that send: one sender for each output port."""
