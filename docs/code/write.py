"""Station write: the backward pass of a layer."""

# %% given
import torch

A_prev = torch.tensor([[2.0, 1], [0, 3]])
W = torch.tensor([[1.0, -1], [0.5, 2], [0, 1]])
b = torch.tensor([[0.0, -1, 2]])
dZ = torch.tensor([[1.0, 0, -1], [3, 2, 1]])


# %% function
def linear_backward(dZ, cache):
    A_prev, W, _ = cache
    m = len(A_prev)
    dW = dZ.T @ A_prev / m
    db = dZ.sum(axis=0, keepdims=True) / m
    dA_prev = dZ @ W
    return dA_prev, dW, db


for result in linear_backward(dZ, (A_prev, W, b)):
    print(result)

# %% numbers
numbers = {"m": len(A_prev)}
