"""What is sent: the schedule of what is due, which notes sound, the parts' channels, thru and panic."""
