"""Mistakes in chapter logistic, and right spellings."""
