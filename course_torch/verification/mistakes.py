"""The mistakes that people make in a backward pass, and right ways to write it otherwise: they prove the diagnosis."""

import torch

from course_torch.verification.breakable import Mistake, Variant, wrong

MISTAKES = [
    Mistake("no 1/m in dW", wrong(weights=lambda dZ, A_prev, A: dZ.T @ A_prev), "dW[L]", "no 1/m"),
    Mistake("no 1/m in db", wrong(biases=lambda dZ: dZ.sum(0, keepdim=True)), "db[L]", "no 1/m"),
    Mistake("1/m twice in dW", wrong(weights=lambda dZ, A_prev, A: dZ.T @ A_prev / len(dZ) ** 2), "dW[L]", "1/m twice"),
    Mistake(
        "db is the mean, then / m", wrong(biases=lambda dZ: dZ.mean(0, keepdim=True) / len(dZ)), "db[L]", "1/m twice"
    ),
    Mistake("1/m in dZ[L]", wrong(output=lambda A, Y: (A - Y) / len(A)), "dZ[L]", "1/m in dZ"),
    Mistake("1/m in hidden dZ", wrong(hidden=lambda dA, Z, A, top, g: dA * g(Z, A) / len(dA)), "dZ[L-1]", "1/m in dZ"),
    Mistake("1/m in dA_prev", wrong(inputs=lambda dZ, W, dW: dZ @ W / len(dZ)), "dA[L-1]", "1/m in dA"),
    Mistake("m of another data set", wrong(weights=lambda dZ, A_prev, A: dZ.T @ A_prev / 209), "dW[L]", "another m"),
    Mistake(
        "gradients added up", wrong(weights=lambda dZ, A_prev, A: 3 * dZ.T @ A_prev / len(dZ)), "dW[L]", "added up"
    ),
    Mistake(
        "db sums all entries",
        wrong(biases=lambda dZ: dZ.sum().reshape(1, 1) / len(dZ)),
        "db[L-1]",
        "all entries summed",
    ),
    Mistake(
        "db sums the wrong axis", wrong(biases=lambda dZ: dZ.sum(1, keepdim=True) / len(dZ)), "db[L]", "wrong axis"
    ),
    Mistake("keepdim missing", wrong(biases=lambda dZ: dZ.sum(0) / len(dZ)), "db[L]", "keepdim missing"),
    Mistake("dW transposed", wrong(weights=lambda dZ, A_prev, A: A_prev.T @ dZ / len(dZ)), "dW[L]", "transposed"),
    Mistake("A[l] for A[l-1]", wrong(weights=lambda dZ, A_prev, A: dZ.T @ A / len(dZ)), "dW[L]", "A[l] for A[l-1]"),
    Mistake(
        "* for the product in dW",
        wrong(weights=lambda dZ, A_prev, A: dZ[:, :1] * A_prev / len(dZ)),
        "dW[L]",
        "product entry by entry",
    ),
    Mistake(
        "W for Wᵀ",
        wrong(inputs=lambda dZ, W, dW: dZ @ (W.T if W.shape[0] == W.shape[1] else W)),
        "dA[L-2]",
        "W for Wᵀ",
        "square",
    ),
    Mistake(
        "W updated too early", wrong(inputs=lambda dZ, W, dW: dZ @ (W - 0.1 * dW)), "dA[L-1]", "W updated too early"
    ),
    Mistake(
        "top dA reused", wrong(hidden=lambda dA, Z, A, top, g: top * g(Z, A)), "dZ[L-2]", "top dA reused", "square"
    ),
    Mistake("no g' in hidden layers", wrong(hidden=lambda dA, Z, A, top, g: dA), "dZ[L-1]", "no g'"),
    Mistake(
        "g'(A) for g'(Z)", wrong(hidden=lambda dA, Z, A, top, g: dA * (1 - A.tanh() ** 2)), "dZ[L-1]", "g'(A)", "tanh"
    ),
    Mistake(
        "1 - Z² for 1 - A²", wrong(hidden=lambda dA, Z, A, top, g: dA * (1 - Z**2)), "dZ[L-1]", "Z for A in g'", "tanh"
    ),
    Mistake("mask reversed", wrong(hidden=lambda dA, Z, A, top, g: dA * (Z <= 0)), "dZ[L-1]", "mask reversed", "relu"),
    Mistake(
        "leaky slope missing", wrong(hidden=lambda dA, Z, A, top, g: dA * (Z > 0)), "dZ[L-1]", "no slope", "leaky_relu"
    ),
    Mistake(
        "another leaky slope",
        wrong(hidden=lambda dA, Z, A, top, g: dA * (Z > 0) + dA * 0.3 * (Z <= 0)),
        "dZ[L-1]",
        "Z ≤ 0 only",
        "leaky_relu",
    ),
    Mistake(
        "dslope without 1/m", wrong(slope=lambda dA, Z: (dA * Z * (Z < 0)).sum()), "dslope[L-1]", "no 1/m", "leaky_relu"
    ),
    Mistake(
        "dslope from Z > 0",
        wrong(slope=lambda dA, Z: (dA * Z * (Z > 0)).sum() / len(dA)),
        "dslope[L-1]",
        "Z > 0 only",
        "leaky_relu",
    ),
    Mistake(
        "no g' at the output", wrong(output=lambda A, Y: -Y / A + (1 - Y) / (1 - A)), "dZ[L]", "no g' at the output"
    ),
    Mistake("squared error", wrong(output=lambda A, Y: (A - Y) * A * (1 - A)), "dZ[L]", "squared error"),
    Mistake("Y - A", wrong(output=lambda A, Y: Y - A), "dZ[L]", "sign at the output"),
    Mistake(
        "sign of the (1 - Y) term",
        wrong(output=lambda A, Y: (-Y / A - (1 - Y) / (1 - A)) * A * (1 - A)),
        "dZ[L]",
        "sign of (1 - Y)",
    ),
    Mistake("no (1 - Y) term", wrong(output=lambda A, Y: -Y / A * A * (1 - A)), "dZ[L]", "Y = 0 only"),
    Mistake("labels of rank 1", wrong(output=lambda A, Y: A - Y.flatten()), "dZ[L]", "labels of rank 1"),
]

VARIANTS = [
    Variant("dAL · g' for A - Y", wrong(output=lambda A, Y: (-Y / A + (1 - Y) / (1 - A)) * A * (1 - A))),
    Variant("mean for sum / m", wrong(biases=lambda dZ: dZ.mean(0, keepdim=True))),
    Variant("einsum for @", wrong(weights=lambda dZ, A_prev, A: torch.einsum("mo,mi->oi", dZ, A_prev) / len(dZ))),
    Variant("1/m before the sum", wrong(weights=lambda dZ, A_prev, A: (dZ / len(dZ)).T @ A_prev)),
    Variant("dA_prev by columns", wrong(inputs=lambda dZ, W, dW: (W.T @ dZ.T).T)),
    Variant("derivative from Z", wrong(hidden=lambda dA, Z, A, top, g: dA / Z.cosh() ** 2), "tanh"),
    Variant("ReLU's slope 1 at 0", wrong(hidden=lambda dA, Z, A, top, g: dA * (Z >= 0)), "zeros"),
]
"""Right backward passes that are written otherwise: none of them may raise an alarm."""
