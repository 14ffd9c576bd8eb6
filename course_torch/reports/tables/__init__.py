"""Tables for the terminal. Each file has one topic."""
