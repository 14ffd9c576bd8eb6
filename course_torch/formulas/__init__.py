"""Plain functions on tensors: each formula of the course once, its forward and backward side by side."""
