"""Mistakes in chapter deep, and right spellings."""
