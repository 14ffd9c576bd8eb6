"""The commands that show what the package holds."""
