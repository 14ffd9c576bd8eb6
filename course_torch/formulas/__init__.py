"""Plain functions on tensors. Each formula of the course stands here once, with its forward and backward together."""
