"""The start page: two moons, and a network that has not learned yet."""

# %% network
import torch
from sklearn.datasets import make_moons

points, labels = make_moons(60, noise=0.2, random_state=3)
X = torch.tensor((points - (0.5, 0.25)) * (1.2, 1.6)).round(decimals=2)  # around 0, and as high as wide

# %% numbers
numbers = {
    "X": X.tolist(),
    "Y": labels.reshape(-1, 1).tolist(),
    "activation": "tanh",
    "W1": [[0.2, -1.5], [-0.2, 0.9], [-1.8, 0.4]],
    "b1": [[-0.3, -0.8, 0.1]],
    "W2": [[-1.4, 0.8, 0.3]],
    "b2": [[-0.6]],
    "alpha": 0.5,
}
