"""Mistakes in chapter tensors, and right spellings."""
