"""The data sets: their loaders, and the table of their names."""
