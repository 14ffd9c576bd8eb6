"""The commands that take a learner's file."""
