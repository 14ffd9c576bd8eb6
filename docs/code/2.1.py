"""Lesson 2.1: the output of a network for one example, node by node and then a layer at once."""

# %% network
import torch

from course_torch.formulas import shallow_network as shallow
from course_torch.formulas.layers import linear

torch.set_default_dtype(torch.float64)
x = torch.tensor([[1.0, 2.0, -1.0]])  # one example is a row
parameters = shallow.Parameters(
    W1=torch.tensor([[0.5, 0.2, -0.1], [-0.3, 0.4, 0.2], [0.1, -0.5, 0.3], [0.5, 0.25, 0.5]]),
    b1=torch.tensor([[-0.5, 0.7, 0.2, -0.5]]),
    W2=torch.tensor([[2.0, 1.0, -1.0, 0.5]]),
    b2=torch.tensor([[-1.0]]),
)

# %% first_node
w1 = parameters.W1[0]  # row 1 of W1: the weights of node 1
products = w1 * x[0]
z_first = products.sum() + parameters.b1[0, 0]
a_first = torch.tanh(z_first)
print("products:", products)
print(f"z = {z_first.item():.4f}, a = {a_first.item():.4f}")

# %% nodes
values = shallow.forward_one_example(x, parameters)
for name, tensor in values._asdict().items():
    print(name, "=", tensor)

# %% layer
z_nodes = shallow.node_by_node(x, parameters.W1, parameters.b1)
z_layer = linear(x, parameters.W1, parameters.b1)
print("the layer at once:", z_layer)
print("equal to the nodes:", torch.allclose(z_nodes, z_layer))

# %% nudge
W1_nudged = parameters.W1.clone()
W1_nudged[1, 2] += 0.1  # row 2, column 3
before = shallow.forward(x, parameters)
after = shallow.forward(x, parameters._replace(W1=W1_nudged))
change = after.Z1 - before.Z1
print("change of Z1:", change)
print(f"A2: {before.A2.item():.4f} -> {after.A2.item():.4f}")

# %% numbers
numbers = {
    "x": x.tolist(),
    "X": x.tolist(),
    "activation": "tanh",
    **{name: tensor.tolist() for name, tensor in parameters._asdict().items()},
    **{name: tensor.tolist() for name, tensor in values._asdict().items()},
    "products": [products.tolist()],
    "change": change.tolist(),
    "A2_nudged": after.A2.item(),
    "count": sum(tensor.numel() for tensor in parameters),
}
