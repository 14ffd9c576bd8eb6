"""The learner's own forward and backward pass, as the gradients of a network of this project.

gradients   `LearnersPass`: trained by `train`, judged by `compare`, shown by `trace`; the network of a file's chapter
lines       the line of the file that computes a tensor
"""
