"""Exercises: the formulas of the notes to write, and a checker that says what is wrong and why."""
