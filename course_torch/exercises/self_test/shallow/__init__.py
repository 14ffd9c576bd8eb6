"""Mistakes in chapter shallow, and right spellings."""
