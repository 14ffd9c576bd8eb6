"""Figures, one topic a file: each function takes tensors or numbers and returns a matplotlib Figure."""
