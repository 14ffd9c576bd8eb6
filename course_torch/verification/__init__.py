"""Proof that the hand-written gradients are right."""
