"""The data sets: table.py names them, source.py holds their options, split.py and data_set.py say what a set is."""
