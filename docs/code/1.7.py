"""Lesson 1.7: axes and broadcasting, and why a vector of rank 1 is a trap."""

# %% row_and_column
import numpy as np
import torch

from course_torch.errors import InputError
from course_torch.formulas.broadcasting import CALORIES, as_column, compared_with_rank_1, percentages
from course_torch.network.dimensions import check_batch

torch.set_default_dtype(torch.float64)
column = torch.tensor([[10.0], [20.0], [30.0], [40.0]])
row = torch.tensor([[1.0, 2.0, 3.0]])
table = column + row
print(tuple(column.shape), "+", tuple(row.shape), "=", tuple(table.shape))
print(table)

# %% axes
small = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
print("axis 0:", small.sum(dim=0).tolist())
print("axis 1:", small.sum(dim=1).tolist())
print("shapes with keepdim:", tuple(small.sum(dim=0, keepdim=True).shape), tuple(small.sum(dim=1, keepdim=True).shape))

# %% calories
sums = CALORIES.sum(dim=0, keepdim=True)
percent = percentages(CALORIES)
print("sums:", [f"{value:.1f}" for value in sums.flatten().tolist()])
for part, values in zip(("carbohydrates", "protein", "fat"), percent.tolist(), strict=True):
    print(f"{part:13}", *(f"{value:5.1f} %" for value in values))

# %% lost_axis
square = torch.tensor([[1.0, 1.0], [2.0, 6.0]])
right = 100 * square / square.sum(dim=1, keepdim=True)
wrong = 100 * square / square.sum(dim=1)
print("(2, 2) / (2, 1):", right.tolist())
print("(2, 2) / (2,):  ", wrong.tolist())

# %% rank_1
v = np.array([1.0, 2.0, 3.0])
print(v.shape, v.T.shape, "v @ v.T =", v @ v.T)
c = v.reshape(3, 1)
print(c.shape, c.T.shape, "c @ c.T =", (c @ c.T).tolist())
print("as_column:", tuple(as_column(torch.from_numpy(v)).shape))

# %% accuracy
predicted = torch.tensor([[1], [1], [1], [0]], dtype=torch.bool)
label = torch.tensor([0, 0, 0, 1], dtype=torch.bool)  # no prediction is right
pairs = compared_with_rank_1(predicted, label)
print(tuple(predicted.shape), "==", tuple(label.shape), "has the shape", tuple(pairs.shape))
false_accuracy = pairs.double().mean().item()
accuracy = (predicted == label.reshape(-1, 1)).double().mean().item()
print(f"mean of the table: {false_accuracy:.3f}, accuracy: {accuracy:.3f}")

# %% refused
X, Y = torch.ones(4, 2), torch.ones(4)
try:
    check_batch([2, 1], X, Y)
except InputError as error:
    print(error)

# %% backwards
b = torch.zeros(1, 1, requires_grad=True)
Z = torch.tensor([[0.8], [1.9], [-0.7]]) + b  # b is repeated three times
Z.backward(torch.tensor([[5.0], [-2.0], [4.0]]))  # any derivatives by the three entries of Z
print("derivative by b:", b.grad.tolist())

# %% numbers
numbers = {
    "column": column.tolist(),
    "row": row.tolist(),
    "table": table.tolist(),
    "small": small.tolist(),
    "down": small.sum(dim=0, keepdim=True).tolist(),
    "across": small.sum(dim=1, keepdim=True).tolist(),
    "calories": CALORIES.tolist(),
    "sums": sums.tolist(),
    "percent": percent.tolist(),
    "square": square.tolist(),
    "right": right.tolist(),
    "wrong": wrong.tolist(),
    "false_accuracy": false_accuracy,
    "accuracy": accuracy,
    "db": b.grad.item(),
}
