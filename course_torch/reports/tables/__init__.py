"""Tables for the terminal, one topic a file."""
