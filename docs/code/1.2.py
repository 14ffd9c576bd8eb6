"""Lesson 1.2: sigmoid, the loss of an example, the cost of all examples."""

# %% example
import torch

from course_torch.formulas.activations import sigmoid
from course_torch.formulas.costs import cost, sigmoid_cross_entropy

torch.set_default_dtype(torch.float64)
x = torch.tensor([[1.0, 2.0]])  # an example is a row: two features
w = torch.tensor([[0.8], [-0.1]])
b = torch.tensor([[0.2]])
z = x @ w + b
a = sigmoid(z)
print(f"z = {z.item():.4f}, ŷ = {a.item():.4f}")

# %% limits
for value in (-40.0, -4.0, 0.0, 4.0, 40.0):
    print(f"sigmoid({value:5.1f}) = {sigmoid(torch.tensor(value)).item():.6f}")


# %% losses
def loss_of(y_hat: float, y: float) -> float:
    logit = torch.tensor([[y_hat]]).logit()  # the z whose sigmoid is ŷ
    return sigmoid_cross_entropy(logit, torch.tensor([[y]])).item()


print("  ŷ     y = 1     y = 0")
for y_hat in (0.1, 0.5, 0.9, 0.99):
    print(f"{y_hat:4.2f}  {loss_of(y_hat, 1):8.4f}  {loss_of(y_hat, 0):8.4f}")

# %% cost
X = torch.tensor([[1.0, 2.0], [2.0, -1.0], [-1.0, 1.0]])  # three examples, one a row
Y = torch.tensor([[1.0], [0.0], [1.0]])
Z = X @ w + b
A = sigmoid(Z)
L = sigmoid_cross_entropy(Z, Y)
J = cost(L, len(X))
print("A =", [f"{value:.4f}" for value in A.flatten().tolist()])
print("L =", [f"{value:.4f}" for value in L.tolist()])
print(f"J = {J.item():.4f}")

# %% rounding
z40, y0 = torch.tensor([[40.0]]), torch.tensor([[0.0]])
print("from A:", -torch.log(1 - sigmoid(z40)).item())
print("from Z:", sigmoid_cross_entropy(z40, y0).item())

# %% numbers
grid = torch.arange(1, 100) / 100
logits = grid.logit().reshape(-1, 1)
numbers = {
    "z": z.item(),
    "a": a.item(),
    "X": X.tolist(),
    "Y": Y.tolist(),
    "w": w.tolist(),
    "Z": Z.tolist(),
    "A": A.tolist(),
    "L": L.reshape(-1, 1).tolist(),
    "J": J.item(),
    "right": loss_of(0.9, 1),
    "wrong": loss_of(0.9, 0),
    "undecided": loss_of(0.5, 1),
    "ratio": loss_of(0.9, 0) / loss_of(0.9, 1),
    "curve": {
        "a": grid.tolist(),
        "z": logits.flatten().tolist(),
        "y1": sigmoid_cross_entropy(logits, torch.ones_like(logits)).tolist(),
        "y0": sigmoid_cross_entropy(logits, torch.zeros_like(logits)).tolist(),
    },
}
