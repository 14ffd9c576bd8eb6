"""The sets of examples: one loader a file, and the table that leads from a name to it."""
