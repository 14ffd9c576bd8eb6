"""What makes a wrong tensor.

diagnosis       the first wrong tensor of a backward pass: what is tried, in which order
wrong_pass      which explanations the other tensors of the pass allow
explanation     which mistakes make the tensor: alone, with a factor, or in another layout
factors         what a factor means
wrong_forward   the causes of a wrong tensor of the forward pass
"""
