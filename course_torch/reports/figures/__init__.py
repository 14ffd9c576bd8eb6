"""Figures, one topic per file. Each function takes tensors or numbers and returns a matplotlib Figure."""
