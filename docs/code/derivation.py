"""Guide derivation: the formulas of the backward pass against autograd, and the error of central differences."""

# %% layer
from functools import partial

import torch
from torch.nn.functional import softplus

from course_torch import DeepNetwork
from course_torch.formulas.activations import ACTIVATIONS
from course_torch.formulas.computation_graph import slope_by_nudge, slope_from_both_sides
from course_torch.formulas.layers import block, block_backward, linear

torch.set_default_dtype(torch.float64)
generator = torch.Generator().manual_seed(1)
m, n_in, n_out = 5, 3, 2  # three sizes: a wrong transpose cannot run
randn = partial(torch.randn, generator=generator)
A_prev, dA = randn(m, n_in), randn(m, n_out)
W, b = randn(n_out, n_in), randn(1, n_out)
tanh = ACTIVATIONS["tanh"]
step = block_backward(dA, block(A_prev, W, b, tanh), W, tanh, m)
for tensor in (A_prev, W, b):
    tensor.requires_grad_()
J = (dA * torch.tanh(linear(A_prev, W, b))).sum() / m
J.backward()  # the losses of J have the given dA
for name, ours, theirs in (
    ("dW", step.gradients.dW, W.grad),
    ("db", step.gradients.db, b.grad),
    ("dA_prev", step.dA_prev, m * A_prev.grad),
):
    difference = (ours - theirs).abs().max().item()
    print(f"{name} {tuple(ours.shape)}: largest difference {difference:.0e}")

# %% bookkeepings
net = DeepNetwork([3, 4, 2, 1], "tanh", generator=generator)
X, Y = randn(m, 3), torch.tensor([[1.0], [0.0], [1.0], [1.0], [0.0]])
steps = net.backward_steps(X, Y)  # the course's bookkeeping
caches = net.caches(X)
for cache in caches:
    cache.Z.retain_grad()
net.output.cost(caches[-1].Z, Y).backward()  # autograd's bookkeeping
for l, step in enumerate(steps, start=1):
    ratio = step.dZ / caches[l - 1].Z.grad
    same = torch.allclose(step.gradients.dW, net.layers[l - 1].W.grad, rtol=1e-12)
    print(f"layer {l}: dZ / Z.grad is {ratio.min():.4f} to {ratio.max():.4f}")
    print(f"         dW equal: {same}")

# %% slope
leaky = ACTIVATIONS["leaky_relu"]
slope = torch.tensor(0.1, requires_grad=True)
cache = block(A_prev, W, b, leaky, slope)
dslope = block_backward(dA, cache, W, leaky, m, slope).gradients.dslope
((dA * cache.A).sum() / m).backward()
print(f"dslope = {dslope.item():.4f}, autograd: {slope.grad.item():.4f}")


# %% nudges
def loss(z: float, dtype: torch.dtype = torch.float64) -> float:  # y = 0
    return softplus(torch.tensor(z, dtype=dtype)).item()


loss_in_float32 = partial(loss, dtype=torch.float32)
right = torch.sigmoid(torch.tensor(1.0)).item()  # the slope at 1
table = []
print("nudge   one side   two sides  two sides, float32")
for power in range(1, 13):
    nudge = 10.0**-power
    errors = [
        abs(slope_by_nudge(loss, 1.0, nudge) - right),
        abs(slope_from_both_sides(loss, 1.0, nudge) - right),
        abs(slope_from_both_sides(loss_in_float32, 1.0, nudge) - right),
    ]
    table.append(errors)
    print(f"1e-{power:02d}  " + "   ".join(f"{error:.1e}" for error in errors))

# %% kink
relu = ACTIVATIONS["relu"]


def g(z: float) -> float:
    return relu.value(torch.tensor(z)).item()


at_zero = slope_from_both_sides(g, 0.0, 1e-5)
near_zero = slope_from_both_sides(g, 2.5e-6, 1e-5)
print(f"at 0:      {at_zero:.3f}, by the formula 0")
print(f"at 2.5e-6: {near_zero:.3f}, by the formula 1")


# %% saturation
def sigmoid(z: float) -> float:
    return torch.sigmoid(torch.tensor(z)).item()


saturated = slope_from_both_sides(sigmoid, 40.0, 1e-5)
exact = sigmoid(40.0) * sigmoid(-40.0)
print(f"differences: {saturated:.1e}, right: {exact:.1e}")

# %% numbers
numbers = {
    "one_side": [row[0] for row in table],
    "two_sides": [row[1] for row in table],
    "float32": [row[2] for row in table],
    "gain": round(table[2][0] / table[2][1], -2),
    "best32": min(row[2] for row in table),
    "at_zero": at_zero,
    "near_zero": near_zero,
    "saturated": saturated,
    "exact": exact,
}
