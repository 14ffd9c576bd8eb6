"""Station neuron: one neuron, one example: the forward pass, the slopes, and an update."""

# %% step
from math import exp, log

x, y, w, b = 2, 1, 1, -2

z = w * x + b
a = 1 / (1 + exp(-z))

dz = a - y
dw, db = dz * x, dz

w, b = w - 0.5 * dw, b - 0.5 * db
print("w =", w, " b =", b)


# %% numbers
def sigma(z: float) -> float:
    return 1 / (1 + exp(-z))


def loss(z: float, y: int) -> float:
    return -log(sigma(z)) if y == 1 else -log(1 - sigma(z))


numbers = {
    **{"X": [[2]], "Y": [[1]], "W1": [[1]], "b1": [[-2]], "activation": "relu", "alpha": 0.5},
    "sigma": [round(sigma(z), 3) for z in (-4, 0, 4)],
    "loss": loss(0, 1),
    "yes": round(loss(0.001, 1), 6),
    "no": round(loss(0.001, 0), 6),
    "slope": (loss(1.001 * x - 2, y) - loss(0, y)) / 0.001,
    "w": w,
    "b": b,
    "a_after": sigma(w * x + b),
    "loss_after": loss(w * x + b, y),
}
