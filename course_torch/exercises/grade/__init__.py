"""Grade a class, test a file by pytest, and keep how far a learner is."""
