"""Training through Lightning, and nothing else that knows Lightning."""
