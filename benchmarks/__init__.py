"""Benchmarks: time gradient descent and training against other implementations."""
