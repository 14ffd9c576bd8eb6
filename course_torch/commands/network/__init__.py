"""The commands that build, train or load a network."""
