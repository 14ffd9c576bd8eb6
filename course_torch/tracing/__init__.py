"""The trace: every formula that a network runs in a parameter update, with its numbers and autograd's verdict."""
