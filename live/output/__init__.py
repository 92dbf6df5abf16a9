"""Sends messages: one sender thread for each output port."""
