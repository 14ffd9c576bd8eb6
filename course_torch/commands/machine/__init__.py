"""The commands that look at this machine."""
