"""Station layer: three units and two examples as one product of matrices."""

# %% product
import torch

X = torch.tensor([[2.0, 1], [0, 3]])
W = torch.tensor([[1.0, -1], [0.5, 2], [0, 1]])
b = torch.tensor([[0.0, -1, 2]])
Z = X @ W.T + b
print(Z)

# %% numbers
numbers = {"X": X.tolist(), "W1": W.tolist(), "b1": b.tolist(), "Z1": Z.tolist()}
numbers |= {"activation": "relu", "W2": [[1.0, -1, 0.5]], "b2": [[-0.5]]}  # the neuron behind the layer
