"""The mistakes of the backward pass, written out in NumPy: key -> what the mistake makes of a layer."""

from collections.abc import Callable

import numpy as np

from tests.mistakes.in_numpy import DERIVATIVES, VALUES, Array, Layer, db_of, dW_of

# dZ[L] = A - Y


def through_softmax(dA: Array, A: Array) -> Array:
    """dZ from dA by the Jacobian matrix ∂a_j / ∂z_k = a_j (δ_jk - a_k) of each example."""
    return np.stack([(np.diag(a) - np.outer(a, a)) @ da for da, a in zip(dA, A, strict=True)])


def softmax_of(rows: Array) -> Array:
    return np.stack([np.exp(z) / np.exp(z).sum() for z in rows])


def squared_error(n: Layer) -> list:
    """Softmax outputs may be derived as a whole, or one by one like sigmoid outputs. It is the loss of the identity."""
    one_by_one, whole = (n.A - n.Y) * (n.A - n.A**2), through_softmax(n.A - n.Y, n.A)
    return {"sigmoid": [one_by_one], "softmax": [one_by_one, whole], "identity": []}[n.output]


def true_class_only(n: Layer) -> list:
    """One output has no other class."""
    return [np.where(n.Y == 1, n.dZ, 0), np.where(n.Y == 0, n.dZ, 0)] if n.Y.shape[1] > 1 else []


def labels_of_rank_1(n: Layer) -> list:
    """A - Y of one output broadcasts a vector of the labels, or a vector of the answers, to an (m, m) table."""
    if n.A.shape[1] > 1:
        return []
    return [[[a - y for [y] in n.Y] for [a] in n.A], [[a - y for [a] in n.A] for [y] in n.Y]]


def decided(n: Layer) -> list:
    """1 for each probability above ½, or for the largest of several probabilities of an example."""
    if n.output == "identity":
        return []
    largest = [[int(k == np.argmax(a)) for k in range(len(a))] for a in n.A]
    return [np.where(n.A > 0.5, 1, 0) - n.Y, *([largest - n.Y] if n.A.shape[1] > 1 else [])]


def another_function(n: Layer) -> list:
    names = ("tanh", "relu") if n.output == "sigmoid" else ("sigmoid", "tanh", "relu")
    return [VALUES[name](n.Z, None) - n.Y for name in names]


def epsilon(n: Layer) -> list:
    """The derivatives by ε, at ε = 0, of dZ with an ε in both logarithms or one, in the denominator, in softmax's log.

    d/dε of -Y/(A + ε) is Y/A², and d/dε of (1 - Y)/(1 - A + ε) is -(1 - Y)/(1 - A)²; dZ has the factor A (1 - A). In
    dW an ε is added to m.
    """
    if n.kind == "dW":
        return [n.dW / (1 + 1e-8 / n.m)]
    A, Y, g_prime = n.A, n.Y, n.A * (1 - n.A)
    first, second = Y / A**2 * g_prime, (1 - Y) / (1 - A) ** 2 * g_prime
    return {
        "sigmoid": [first - second, first, second, n.dZ / g_prime],
        "softmax": [through_softmax(Y / A**2, A)],
        "identity": [],
    }[n.output]


# dZ = dA * g'(Z) and dA[l-1] = dZ[l] W[l]


def of_tanh(n: Layer, *derivatives: Array) -> list:
    return [n.dA * derivative for derivative in derivatives] if n.activation == "tanh" else []


def of_sigmoid(n: Layer, *derivatives: Array) -> list:
    return [n.dA * derivative for derivative in derivatives] if n.activation == "sigmoid" else []


def of_leaky(n: Layer, dZ: Array) -> list:
    return [dZ] if n.activation == "leaky_relu" else []


def reversed_mask(n: Layer) -> list:
    """Only an activation with a kink has a mask: 1 where Z ≤ 0, or all the activation's values exchanged."""
    if n.activation not in ("relu", "leaky_relu"):
        return []
    return [np.where(n.Z <= 0, n.dA, 0), n.dA * n.derivative(-n.Z, -n.A)]


def of_activation(name: str, n: Layer) -> list:
    """From the layer's A, and from that activation's own A. Without a slope of its own, leaky ReLU has the course's."""
    if name == n.activation:
        return []
    derivative, A = DERIVATIVES[name], VALUES[name](n.Z, 0.01)
    return [n.dA * derivative(n.Z, n.A, 0.01), n.dA * derivative(n.Z, A, 0.01)]


def at_A_prev(n: Layer) -> list:
    """g' of A_prev, and 1 - A² or A (1 - A) with A_prev for A. One unit's A_prev is broadcast over the units."""
    A_prev = n.A_prev
    if A_prev.shape[1] not in (1, n.Z.shape[1]) and n.Z.shape[1] > 1:
        return []
    at = [n.dA * n.derivative(A_prev, n.g(A_prev))]
    return at + of_tanh(n, 1 - A_prev**2) + of_sigmoid(n, A_prev * (1 - A_prev))


def dZ_of_layer_above(n: Layer) -> list:
    """The dZ of one unit is broadcast over the units of the layer, and the dZ of several units over one unit."""
    dZ = n.at(n.l + 1).dZ
    return [dZ * n.g_prime] if n.dA.shape[1] in (1, dZ.shape[1]) or dZ.shape[1] == 1 else []


def top_dA(n: Layer) -> list:
    """In the top hidden layer itself dA is right."""
    top = n.at(n.L - 1).dA
    return [top * n.g_prime] if n.dA.shape[1] in (1, top.shape[1]) else []


def dA_prev(dZ: Array, W: Array) -> Array:
    return np.einsum("io,oj->ij", dZ, W)


# dW = (1/m) dZᵀ A_prev, db = (1/m) Σ dZ, and dslope


def gradient(n: Layer, dZ: Array) -> Array:
    """What another dZ makes: dW, db or dA_prev."""
    return {"dW": lambda: dW_of(dZ, n.A_prev), "db": lambda: db_of(dZ), "dA": lambda: dZ @ n.W}[n.kind]()


def dA_for_dZ(n: Layer) -> list:
    """At the output -Y/A alone may stand for dA."""
    return [gradient(n, n.dA)] + ([gradient(n, -n.Y / n.A)] if n.l == n.L else [])


def of_examples(n: Layer, *choices: list[int]) -> list:
    """The sum over these examples alone."""
    if n.kind == "dslope":
        return [total(n, right, examples) for examples in choices]
    return [
        gradient(n, np.array([dz if i in examples else 0 * dz for i, dz in enumerate(n.dZ)])) for examples in choices
    ]


def parameter(n: Layer) -> list:
    """Z - A_prev Wᵀ is b in every row."""
    return [n.W if n.kind == "dW" else np.mean(n.Z - n.A_prev @ n.W.T, axis=0, keepdims=True)]


def g_prime_again(n: Layer) -> list:
    return [gradient(n, n.dA * n.g_prime**2)] if n.l < n.L and n.activation != "relu" else []


def Z_for_input(n: Layer) -> list:
    """Z of the layer below, or of the layer itself. X has no Z."""
    return [*([dW_of(n.dZ, n.at(n.l - 1).Z)] if n.l > 1 else []), dW_of(n.dZ, n.Z)]


def entry_by_entry(n: Layer) -> list:
    """The first column of dZ times A_prev, and dZ * A_prev where NumPy broadcasts the shapes."""
    widths = {n.dZ.shape[1], n.A_prev.shape[1]}
    whole = [n.dZ * n.A_prev / n.m] if len(widths) == 1 or 1 in widths else []
    return [[dz[0] * a / n.m for dz, a in zip(n.dZ, n.A_prev, strict=True)], *whole]


def reshaped(n: Layer) -> list:
    """The numbers row by row in the other shape: of dZ, of dW, of A_prev."""
    dZ, A_prev = (np.array(list(table.flat)).reshape(-1, n.m) for table in (n.dZ, n.A_prev))
    scrambled = np.array(list(n.dW.T.flat)).reshape(n.dW.shape)
    return [dZ @ n.A_prev / n.m, scrambled, np.einsum("ij,jo->oi", A_prev, n.dZ) / n.m]


def another_order(n: Layer) -> list:
    return [dW_of(n.dZ, n.A_prev[order]) for order in ([4, 3, 2, 1, 0], [4, 0, 1, 2, 3], [1, 2, 3, 4, 0])]


def all_entries(n: Layer) -> list:
    entries = sum(entry for dz in n.dZ for entry in dz) / n.m
    return [[[entries]], entries, np.full_like(n.db, entries)]


def total(n: Layer, term: Callable[[float, float], float], examples: object = range(5)) -> float:
    """(1/m) Σ of the terms of dA and Z over units and examples."""
    return sum(term(da, z) for i in examples for da, z in zip(n.dA[i], n.Z[i], strict=True)) / n.m


def right(da: float, z: float) -> float:
    return da * min(0, z)


# Any tensor


def example_at_0(n: Layer) -> list:
    return [[np.zeros_like(row) if i == lost else row for i, row in enumerate(n.right)] for lost in (0, 4)]


def rows_summed(n: Layer) -> list:
    total = sum(n.right)
    return [[total], [total] * n.m]


IN_NUMPY = {
    # dZ[L] = A - Y
    "sign at the output": lambda n: [n.Y - n.A],
    "no g' at the output": lambda n: [] if n.output == "identity" else [-n.Y / n.A + (1 - n.Y) / (1 - n.A), -n.Y / n.A],
    "squared error": squared_error,
    "sign of (1 - Y)": lambda n: [-n.Y + n.Y * n.A - n.A + n.Y * n.A] if n.output == "sigmoid" else [],
    "no (1 - Y) term": lambda n: [n.Y * n.A - n.Y] if n.output == "sigmoid" else [],
    "no Y term": lambda n: [n.A - n.Y * n.A] if n.output == "sigmoid" else [],
    "|A - Y|": lambda n: [np.where(n.dZ < 0, -n.dZ, n.dZ)],
    "(A - Y)²": lambda n: [n.dZ * n.dZ],
    "true class only": true_class_only,
    "labels of rank 1": labels_of_rank_1,
    "Y left out": lambda n: [n.A],
    "A + Y": lambda n: [n.A + n.Y],
    "labels inverted": lambda n: [n.A + n.Y - 1] if n.output != "identity" else [],
    "labels of ±1": lambda n: [n.A - 2 * n.Y + 1] if n.output != "identity" else [],
    "labels smoothed": lambda n: [n.Y - 1 / 2, n.Y - 1 / n.Y.shape[1]] if n.output != "identity" else [],
    "labels shuffled": lambda n: [
        n.A - n.Y[order] for order in ([3, 0, 2, 4, 1], [4, 3, 2, 1, 0], [4, 0, 1, 2, 3], [1, 2, 3, 4, 0])
    ],
    "Z for A at the output": lambda n: [n.Z - n.Y] if n.output != "identity" else [],
    "decided labels for A": decided,
    "softmax along the examples": lambda n: [softmax_of(n.Z.T).T - n.Y] if n.output == "softmax" else [],
    "softmax for the output": lambda n: [softmax_of(n.Z) - n.Y] if n.output != "softmax" and n.Z.shape[1] > 1 else [],
    "another function at the output": another_function,
    "epsilon": epsilon,
    # dZ = dA * g'(Z) and dA[l-1] = dZ[l] W[l]
    "no g'": lambda n: [n.dA],
    "A for g'": lambda n: [n.dA * n.A],
    "Z for g'": lambda n: [n.dA * n.Z],
    "g' squared": lambda n: [n.dA * n.g_prime**2] if n.activation != "relu" else [],
    "sign in g'": lambda n: of_tanh(n, 1 + n.A**2) + of_sigmoid(n, n.A + n.A**2),
    "1 left out": lambda n: of_tanh(n, n.A**2) + of_sigmoid(n, n.A**2),
    "A not squared": lambda n: of_tanh(n, 1 - n.A),
    "another power of A": lambda n: of_tanh(n, 1 - n.A**3, 1 - n.A**4),
    "A left out": lambda n: of_sigmoid(n, 1 - n.A),
    "mask reversed": reversed_mask,
    "no slope": lambda n: of_leaky(n, np.where(n.Z > 0, n.dA, 0)),
    "slope everywhere": lambda n: of_leaky(n, n.dA * (0.1 * n.l)),
    "another slope": lambda n: [np.where(n.Z > 0, 0, n.dA)] if n.activation in ("relu", "leaky_relu") else [],
    "g'(A)": lambda n: [n.dA * n.derivative(n.A, n.g(n.A))] if n.activation in ("tanh", "sigmoid") else [],
    "Z for A in g'": lambda n: of_tanh(n, 1 - n.Z**2) + of_sigmoid(n, n.Z - n.Z**2),
    "g' of another layer": lambda n: n.from_others(lambda other: n.dA * other.g_prime),
    "g' at A_prev": at_A_prev,
    "g' of sigmoid": lambda n: of_activation("sigmoid", n),
    "g' of tanh": lambda n: of_activation("tanh", n),
    "g' of relu": lambda n: of_activation("relu", n),
    "g' of leaky_relu": lambda n: of_activation("leaky_relu", n),
    "top dA reused": top_dA,
    "dA of another layer": lambda n: n.from_others(lambda other: other.dA * n.g_prime),
    "dZ for dA": dZ_of_layer_above,
    "A for dA": lambda n: [n.A * n.g_prime],
    "g' without dA": lambda n: [n.g_prime],
    "W for Wᵀ": lambda n: [dA_prev(n.dZ, n.W.T)] if n.W.shape in ((4, 4), (1, 1)) else [],
    "dW for W": lambda n: [dA_prev(n.dZ, n.dW)],
    "W of another layer": lambda n: n.from_others(lambda other: n.dZ @ other.W),
    "g' of the layer below in dA": lambda n: [n.dA_prev * n.at(n.l - 1).g_prime] if n.l > 1 else [],
    "W updated too early": lambda n: [dA_prev(n.dZ, n.dW)],
    # dW = (1/m) dZᵀ A_prev, db = (1/m) Σ dZ, and dslope
    "dA for dZ": dA_for_dZ,
    "A for dZ": lambda n: [gradient(n, n.A)],
    "Z for dZ": lambda n: [gradient(n, n.Z)],
    "dZ of another layer": lambda n: n.from_others(lambda other: gradient(n, other.dZ)),
    "g' multiplied in again": g_prime_again,
    "an example lost": lambda n: of_examples(n, [1, 2, 3, 4], [0, 1, 2, 3]),
    "one example only": lambda n: of_examples(n, [4], [0]),
    "sum over the layers": lambda n: n.from_others(lambda other: getattr(n, n.kind) + getattr(other, n.kind)),
    "L2 term": parameter,
    "A[l] for A[l-1]": lambda n: [dW_of(n.dZ, n.A)],
    "Z for A_prev": Z_for_input,
    "A of another layer": lambda n: n.from_others(lambda other: dW_of(n.dZ, other.A)),
    "X for A_prev": lambda n: [dW_of(n.dZ, n.at(1).A_prev)],
    "product entry by entry": entry_by_entry,
    "reshape for a transpose": reshaped,
    "examples in another order": another_order,
    "db for dW": lambda n: [np.repeat(n.db.T, n.dW.shape[1], axis=1)],
    "L1 term": lambda n: [np.where(n.W > 0, 1, -1)],
    "all entries summed": all_entries,
    "wrong axis": lambda n: [[[sum(dz) / n.m] for dz in n.dZ], [sum(dz) / n.m for dz in n.dZ]],
    "not summed": lambda n: [[dz / n.m for dz in n.dZ]],
    "dW for db": lambda n: [[[sum(row) for row in n.dW]], [[sum(row) / len(row) for row in n.dW]]],
    "db of another layer": lambda n: n.from_others(lambda other: other.db),
    "Z > 0 only": lambda n: [total(n, lambda da, z: da * max(0, z))],
    "all Z": lambda n: [total(n, lambda da, z: da * z)],
    "dZ for dA in dslope": lambda n: [
        np.where(n.Z <= 0, dA * Z, 0).sum() / n.m for dA, Z in ((n.dZ, n.Z), (n.dA, n.A))
    ],
    "no Z in dslope": lambda n: [total(n, lambda da, z: da if z <= 0 else 0)],
    "|Z| in dslope": lambda n: [total(n, lambda da, z: da * abs(z))],
    "no dA in dslope": lambda n: [total(n, lambda da, z: min(0, z))],
    # Any tensor
    "an example left at 0": example_at_0,
    "examples summed": rows_summed,
    "sign": lambda n: [-n.right] if n.kind != "dZ" or n.activation == "tanh" else [],
    "no 1/m": lambda n: [5 * n.right],
    "1/m twice": lambda n: [n.right / 5],
    "1/m in dZ": lambda n: [n.right / 5],
    "1/m in dA": lambda n: [n.right / 5],
    "m - 1": lambda n: [n.right * 5 / 4],
    "m of the features": lambda n: [n.right * 5 / n.A_prev.shape[1]],
    "m of the units": lambda n: [n.right * 5 / n.Z.shape[1]],
    "another m": lambda n: [n.right * 5 / 209],
    "factor": lambda n: [n.right * {"dZ": 2, "dW": 0.075, "db": 0.5}[n.kind]],
    "transposed": lambda n: [n.dW.T],
    "keepdim missing": lambda n: [n.db[0]],
    "swapped": lambda n: [n.db if n.kind == "dW" else n.dW],
    "constant rounded": lambda n: [n.right * 5 * float(np.float16(0.2))],
}
