"""Mistakes that the records were not written for: the diagnosis may call them unknown, but must never mislead.

A mistake is its name, the place where it is made, the first wrong tensor, and the wrong function; then the causes that
are true of the mistake, and the other fields of Fault. Without any cause, every named cause would be misleading.
"""

from typing import Any

import torch
from torch import Tensor

from course_torch.language import same
from course_torch.mistakes.context import BackwardContext, TensorName
from course_torch.verification.faults import Fault, Wrong


def fault(name: str, place: str, first: str, wrong: Wrong, *causes: str, **conditions: Any) -> Fault:
    return Fault(same(name), {place: wrong}, causes, first, **conditions)


def noise(tensor: Tensor, seed: int = 0) -> Tensor:
    """Random numbers of the tensor's shape."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(tensor.shape, generator=generator, dtype=torch.float64).to(tensor.dtype)


FACTORS = [
    fault("4 dW", "dW", "dW[L]", lambda n: 4 * n.right, "factor 4"),
    fault("2 db", "db", "db[L]", lambda n: 2 * n.right, "factor 2"),
    fault("0.9 dW", "dW", "dW[L]", lambda n: 0.9 * n.right, "factor 0.9"),
    fault(
        *("db / (m + 1)", "db", "db[L]", lambda n: n.dZ.sum(0, keepdim=True) / (n.m + 1)),
        *("another m", "factor 0.9", "factor 0.9167", "factor 0.9583"),
    ),
    fault("-2 dA", "dA", "dA[L-1]", lambda n: -2 * n.right, "factor -2"),
    fault("½ dZ in hidden layers", "dZ", "dZ[L-1]", lambda n: n.right / 2, "factor 0.5"),
    fault("0.37 dZ[L]", "dZ[L]", "dZ[L]", lambda n: 0.37 * n.right, "factor 0.37"),
    fault(*("dW / sqrt(m)", "dW", "dW[L]", lambda n: n.right / n.m**0.5), *("factor 0.3333", "factor 1/√m")),
    fault("dA_prev summed, not averaged", "dA", "dA[L-1]", lambda n: n.right * n.m, "factor m"),
    fault("dslope / 2", "dslope", "dslope[L-1]", lambda n: n.right / 2, "factor 0.5", need="leaky_relu"),
    fault("dW / m²", "dW", "dW[L]", lambda n: n.right / n.m**2, "factor 1/m²"),
    fault(
        "a factor of its own in each layer", "dW", "dW[L]", lambda n: n.right * (1 + 0.5 * n.layer / n.L), "factor 1.5"
    ),
    fault("dW normalized", "dW", "dW[L]", lambda n: n.right / n.right.norm() * (1 + 0.01 * noise(n.right))),
]

# Numbers that only look like a factor


def one_entry_lost(n: BackwardContext) -> Tensor:
    dW = n.right.clone()
    dW[0, 0] = 0
    return dW


NOISE = [
    fault("db with an offset", "db", "db[L]", lambda n: n.right + 0.137, "constant added"),
    fault("random db", "db", "db[L]", lambda n: noise(n.right)),
    fault("random dW", "dW", "dW[L]", lambda n: noise(n.right)),
    fault("random dslope", "dslope", "dslope[L-1]", lambda n: n.right * (1.234 + 0.1 * n.layer), need="leaky_relu"),
    fault("noise of 1e-3 in dA", "dA", "dA[L-1]", lambda n: n.right * (1 + 1e-3 * noise(n.right))),
    fault("noise of 1e-2 in db", "db", "db[L]", lambda n: n.right * (1 + 1e-2 * noise(n.right, n.layer))),
    fault("one entry of dW left at 0", "dW", "dW[L]", one_entry_lost),
    fault("dropout left in", "dZ", "dZ[L-1]", lambda n: n.right * (noise(n.right) > 0) * 2),
    fault("dA clipped", "dA", "dA[L-1]", lambda n: n.right.clamp(-0.1, 0.1)),
    fault("sign of dW", "dW", "dW[L]", lambda n: n.right.sign()),
    fault("dW rounded to 3 digits", "dW", "dW[L]", lambda n: n.right.mul(1000).round() / 1000),
    # Single numbers with another factor in each layer: no one number of examples explains them.
    fault(
        "dslope divided by the units",
        "dslope",
        "dslope[L-1]",
        lambda n: n.right / n.Z.shape[1],
        "mean of the units",
        need="leaky_relu",
    ),
]

# A narrower dtype, and epsilons


def epsilon_in_softmax(n: BackwardContext) -> Tensor:
    dA = -n.Y / (n.A + 1e-8)
    return n.A * (dA - (dA * n.A).sum(1, keepdim=True))


SIGMOID64 = {"outputs": ("sigmoid",), "float32": False}
PRECISION = [
    fault(
        *("dA added up in float32", "dA", "dA[L-1]", lambda n: (n.dZ.float() @ n.W.float()).double(), "float32"),
        float32=False,
    ),
    fault(
        *(
            "db added up in float32",
            "db",
            "db[L]",
            lambda n: n.dZ.float().sum(0, keepdim=True).double() / n.m,
            "float32",
        ),
        float32=False,
    ),
    fault(
        *("sigmoid in float32", "dZ[L]", "dZ[L]", lambda n: n.Z.float().sigmoid().double() - n.Y, "float32"),
        **SIGMOID64,
    ),
    fault(
        *("dA in bfloat16", "dA", "dA[L-1]", lambda n: (n.dZ.bfloat16() @ n.W.bfloat16()).to(n.dZ.dtype), "bfloat16")
    ),
    fault("dW in float16", "dW", "dW[L]", lambda n: n.right.half().to(n.right.dtype), "float16"),
    fault(
        *("g' in float32", "g'", "dZ[L-1]", lambda n: (1 - n.Z.float().tanh() ** 2).double(), "float32"),
        need="tanh",
        float32=False,
    ),
    fault(
        *("A clipped by 1e-8", "dZ[L]", "dZ[L]"),
        *(lambda n: (n.A - n.Y) / (n.A * (1 - n.A) + 1e-8) * n.A * (1 - n.A), "epsilon"),
        **SIGMOID64,
    ),
    fault(
        *("log(A + 1e-12)", "dZ[L]", "dZ[L]"),
        lambda n: (-n.Y / (n.A + 1e-12) + (1 - n.Y) / (1 - n.A + 1e-12)) * n.A * (1 - n.A),
        *("epsilon", "float32"),
        **SIGMOID64,
    ),
    fault(
        *("softmax's log(A + 1e-8)", "dZ[L]", "dZ[L]", epsilon_in_softmax, "epsilon"),
        outputs=("softmax",),
        float32=False,
    ),
]

# Other formulas at the output


def three_flipped(n: BackwardContext) -> Tensor:
    Y = n.Y.clone()
    Y[2:5] = 1 - Y[2:5]
    return n.A - Y


CLASSES = ("sigmoid", "softmax")
OUTPUT_FORMULAS = [
    fault("focal loss", "dZ[L]", "dZ[L]", lambda n: n.right * (n.A - n.Y) ** 2 * (1 + n.A), outputs=CLASSES),
    fault("Huber's loss", "dZ[L]", "dZ[L]", lambda n: n.right.clamp(-0.3, 0.3)),
    fault("temperature 2", "dZ[L]", "dZ[L]", lambda n: 1 / (1 + (-n.Z / 2).exp()) - n.Y, outputs=("sigmoid",)),
    fault("labels of real numbers", "dZ[L]", "dZ[L]", lambda n: n.A - noise(n.A), outputs=CLASSES),
    fault("three labels flipped", "dZ[L]", "dZ[L]", three_flipped, outputs=("sigmoid",)),
    fault(
        *("classes in another order", "dZ[L]", "dZ[L]", lambda n: n.A - n.Y[:, [1, 2, 0]], "labels shuffled"),
        outputs=("softmax",),
    ),
    fault(
        *("class weights ½ and -1", "dZ[L]", "dZ[L]"),
        lambda n: n.right * torch.where(n.Y == 0, -1.0, 0.5).to(n.A.dtype),
        outputs=("sigmoid",),
    ),
    fault(
        *("examples weighted", "dZ[L]", "dZ[L]"),
        lambda n: n.right * torch.linspace(0.5, 2, n.m, dtype=n.A.dtype)[:, None],
    ),
    # The same tensor as (A > ½) - Y.
    fault(
        *("hinge", "dZ[L]", "dZ[L]", lambda n: (n.right.abs() > 0.5) * n.right.sign(), "decided labels for A"),
        outputs=CLASSES,
    ),
]

# Other formulas in hidden layers

HIDDEN_FORMULAS = [
    fault("softplus's g' for ReLU's", "g'", "dZ[L-1]", lambda n: 1 / (1 + (-n.Z).exp()), need="relu"),
    fault("|1 - A| for 1 - A²", "g'", "dZ[L-1]", lambda n: 1 - n.A.abs(), need="tanh"),
    fault("1 - tanh(A)", "g'", "dZ[L-1]", lambda n: 1 - n.A.tanh(), need="tanh"),
    fault(
        *("g' of a mean Z", "g'", "dZ[L-1]", lambda n: (1 - n.Z.mean(0, keepdim=True).tanh() ** 2).expand_as(n.Z)),
        need="tanh",
    ),
    fault("no g' and 2 times", "dZ", "dZ[L-1]", lambda n: 2 * n.dA, "no g' and factor 2"),
    fault(
        *("slope ½ where Z ≤ 0, and 1/m", "dZ", "dZ[L-1]"),
        lambda n: n.dA * torch.where(n.Z > 0, 1.0, 0.5).to(n.Z.dtype) / n.m,
        need="relu",
    ),
    fault("units in another order", "dA", "dA[L-1]", lambda n: n.right.roll(1, 1)),
    fault("examples in another order", "dA", "dA[L-1]", lambda n: n.right.roll(2, 0)),
    fault("b added to dA", "dA", "dA[L-1]", lambda n: (n.dZ + n.b) @ n.W),
    fault("W with a wrong step", "dA", "dA[L-1]", lambda n: n.dZ @ (n.W + 0.1 * noise(n.W))),
    fault("W decayed", "dA", "dA[L-1]", lambda n: n.dZ @ (0.99 * n.W), "factor 0.99"),
    fault("W² for W", "dA", "dA[L-1]", lambda n: n.dZ @ n.W**2),
]

# Other formulas in dW and db


def layers_exchanged(n: BackwardContext) -> Tensor:
    above = n.tensors[TensorName("dZ", min(n.layer + 1, n.L))]
    return above.mean(0, keepdim=True) if above.shape == n.dZ.shape else n.right


SUMS = [
    fault("a half of the batch", "dW", "dW[L]", lambda n: n.dZ[: n.m // 2].T @ n.A_prev[: n.m // 2] / (n.m // 2)),
    fault(
        *("last example lost, and m - 1", "dW", "dW[L]", lambda n: n.dZ[:-1].T @ n.A_prev[:-1] / (n.m - 1)),
        "an example lost and m - 1",
    ),
    fault("second example lost", "db", "db[L]", lambda n: (n.dZ.sum(0, keepdim=True) - n.dZ[1:2]) / n.m),
    fault("A_prev centred", "dW", "dW[L]", lambda n: n.dZ.T @ (n.A_prev - n.A_prev.mean(0)) / n.m),
    fault("db added to dW", "dW", "dW[L]", lambda n: n.right + n.dZ.mean(0)[:, None], "constant added"),
    fault("L1 and L2 terms", "dW", "dW[L]", lambda n: n.right + 0.1 * n.W + 0.05 * n.W.sign()),
    fault("an L2 term without the gradient", "dW", "dW[L]", lambda n: 0.1 * n.W),
    fault("the L2 term twice and -dW", "dW", "dW[L]", lambda n: 0.2 * n.W - n.right),
    fault(
        *("dA for dZ in dA, without 1/m", "dA", "dA[L-2]"),
        lambda n: n.right if n.layer == n.L else n.m * n.dA @ n.W,
        "dA for dZ and factor m",
    ),
    fault(
        *("layers exchanged", "db", "db[L-2]", layers_exchanged, "dZ of another layer", "db of another layer"),
        need="square",
    ),
    fault(
        *("the largest in place of the sum", "db", "db[L]", lambda n: n.dZ.max(0, keepdim=True).values),
        "one example only and no 1/m",
    ),
    fault("the median in place of the mean", "db", "db[L]", lambda n: n.dZ.median(0, keepdim=True).values),
    fault(
        *("db of dZ in a wrong shape", "db", "db[L]", lambda n: n.dZ.sum(0)[:, None]),
        *("transposed", "transposed and no 1/m"),
        outputs=("softmax",),
    ),
]

HOLD_OUT = [*FACTORS, *NOISE, *PRECISION, *OUTPUT_FORMULAS, *HIDDEN_FORMULAS, *SUMS]
