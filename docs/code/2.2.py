"""Lesson 2.2: m examples through a network, in a loop over the examples and as one matrix for each layer."""

# %% inputs
import torch

from course_torch.formulas import shallow_network as shallow

torch.set_default_dtype(torch.float64)
X = torch.tensor([[1.0, 2.0], [3.0, -1.0], [-1.0, 1.0]])  # 3 rows
parameters = shallow.Parameters(
    W1=torch.tensor([[0.5, 0.5], [1.0, -0.5], [-0.5, 0.25], [0.25, -1.0]]),
    b1=torch.tensor([[-0.5, 0.5, 0.25, 0.75]]),
    W2=torch.tensor([[1.0, -1.0, 2.0, 0.5]]),
    b2=torch.tensor([[0.25]]),
)

# %% loop
rows = []
for i in range(len(X)):
    x = X[i : i + 1]  # the shape (1, 2); X[i] would have (2,)
    a2 = shallow.forward_one_example(x, parameters).A2
    rows.append(a2)
    print(f"example {i + 1}: a = {a2.item():.4f}")
A2_loop = torch.cat(rows)

# %% matrix
values = shallow.forward(X, parameters)
for name, tensor in values._asdict().items():
    print(name, tuple(tensor.shape))
print("A2ᵀ =", values.A2.T)
print("equal to the loop:", torch.allclose(values.A2, A2_loop))

# %% one_row
X_changed = X.clone()
X_changed[1] = torch.tensor([0.0, 3.0])  # another example 2
changed = shallow.forward(X_changed, parameters)
for name in values._fields:
    same = getattr(changed, name) == getattr(values, name)
    print(name, "same rows:", same.all(dim=1).tolist())

# %% columns
Z1_columns = parameters.W1 @ X.T + parameters.b1.T
print("Z1 of the course's layout:", tuple(Z1_columns.shape))
print("its transpose is ours:", torch.equal(Z1_columns.T, values.Z1))

# %% square
square = X[:2]  # two examples with two features
right = shallow.forward(square, parameters).A2
wrong = shallow.forward(square.T, parameters).A2
print("rows are examples:   ", right.T)
print("columns are examples:", wrong.T)

# %% numbers
numbers = {
    "X": X.tolist(),
    **{name: tensor.tolist() for name, tensor in parameters._asdict().items()},
    **{name: tensor.tolist() for name, tensor in values._asdict().items()},
    "right": right.tolist(),
    "wrong": wrong.tolist(),
}
