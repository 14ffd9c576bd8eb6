"""The figures, by what they show. Each function takes tensors or numbers and returns a matplotlib Figure."""
