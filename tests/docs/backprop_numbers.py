"""The numbers of docs/backprop.md, worked out by plain loops that share nothing with the package."""

from math import exp, log, tanh

import numpy as np

from tests.docs.page import Matrix

GIVEN = {
    "X": [[1, 2], [2, -1], [-1, 1]],
    "Y": [[1], [0], [1]],
    "W[1]": [[0.5, -0.2], [0.3, 0.4]],
    "b[1]": [[0.2, -0.3]],
    "W[2]": [[2, -1]],
    "b[2]": [[0.5]],
}


def one_by_one(X: list, Y: list, W1: list, b1: list, W2: list, b2: list) -> dict[str, Matrix]:
    """Every result of sections 2 and 3 by plain loops over examples and units, in the manner of notes 1.5."""
    names = ("Z[1]", "A[1]", "Z[2]", "A[2]", "L", "dA[2]", "g'(Z[2])", "dZ[2]", "dA[1]", "g'(Z[1])", "dZ[1]")
    rows: dict[str, list] = {name: [] for name in names}
    dW1, db1, dW2, db2, J = [[0.0, 0.0], [0.0, 0.0]], [0.0, 0.0], [0.0, 0.0], 0.0, 0.0
    for x, (y,) in zip(X, Y, strict=True):
        z1 = [W1[j][0] * x[0] + W1[j][1] * x[1] + b1[0][j] for j in (0, 1)]
        a1 = [tanh(z) for z in z1]
        z2 = W2[0][0] * a1[0] + W2[0][1] * a1[1] + b2[0][0]
        a2 = 1 / (1 + exp(-z2))
        loss = -log(a2) if y == 1 else -log(1 - a2)
        da2, g2 = (-1 / a2 if y == 1 else 1 / (1 - a2)), exp(-z2) / (1 + exp(-z2)) ** 2
        dz2 = da2 * g2
        da1 = [dz2 * W2[0][j] for j in (0, 1)]
        g1 = [1 - tanh(z) ** 2 for z in z1]
        dz1 = [da1[j] * g1[j] for j in (0, 1)]
        for name, row in zip(names, (z1, a1, [z2], [a2], [loss], [da2], [g2], [dz2], da1, g1, dz1), strict=True):
            rows[name].append(row)
        J, db2 = J + loss / len(X), db2 + dz2 / len(X)
        for j in (0, 1):
            dW2[j] += dz2 * a1[j] / len(X)
            db1[j] += dz1[j] / len(X)
            for k in (0, 1):
                dW1[j][k] += dz1[j] * x[k] / len(X)
    sums = {"J": J, "dW[2]": [dW2], "db[2]": [[db2]], "dW[1]": dW1, "db[1]": [db1]}
    return {name: np.array(value, dtype=float) for name, value in (rows | sums).items()}


def expected_results() -> dict[str, Matrix]:
    """All results of the page, without rounding."""
    values = one_by_one(*GIVEN.values())
    alpha = 0.5
    updated = [np.array(GIVEN[name]) - alpha * values[f"d{name}"] for name in ("W[1]", "b[1]", "W[2]", "b[2]")]
    (dz_1,), (dz_2,), (dz_3,) = values["dZ[2]"]
    more = {
        "α": alpha,
        "J(W, b)": values["J"],
        "J(W − α dW, b − α db)": one_by_one(GIVEN["X"], GIVEN["Y"], *updated)["J"],
        "Z[2].grad": values["dZ[2]"] / 3,
        "rank 0: db[2]": (dz_1 + dz_2) * 2 / 3,
        "rank 1: db[2]": dz_3 * 2 / 3,
        "mean: db[2]": (dz_1 + dz_2 + dz_3) / 3,
        "mean of own means: db[2]": dz_1 / 4 + dz_2 / 4 + dz_3 / 2,
    }
    return {name: np.array(value, dtype=float) for name, value in (GIVEN | values | more).items()}


EXPECTED = expected_results()
PRINTED = {f"{abs(number):.4f}": abs(number) for value in EXPECTED.values() for number in value.flat}
