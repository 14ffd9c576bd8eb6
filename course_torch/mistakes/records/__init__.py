"""The records of mistakes, by what the mistake is in."""
