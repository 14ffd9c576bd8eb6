import numpy as np

CHAPTER = "tensors"
LIBRARY = "numpy"
LAYOUT = "rows"


def pictures_to_rows(pictures):
    return pictures.reshape(len(pictures), -1) / 255


def rows_to_pictures(X, height, width):
    return (255 * X).reshape(len(X), height, width, 3)


def slope_by_nudge(f, a, nudge):
    return (f(a + nudge) - f(a)) / nudge


def computation_graph(a, b, c):
    u = b * c
    v = a + u
    J = 3 * v
    dv = 3
    da, du = dv, dv
    db, dc = du * c, du * b
    return J, da, db, dc


def weighted_sums_with_loops(X, w, b):
    m, n = X.shape
    Z = np.zeros((m, 1))
    for i in range(m):
        for j in range(n):
            Z[i, 0] += X[i, j] * w[j, 0]
        Z[i, 0] += b
    return Z


def weighted_sums(X, w, b):
    return X @ w + b


def percentages(table):
    return 100 * table / np.sum(table, axis=1, keepdims=True)


def column(v):
    return v.reshape(-1, 1)


def row(v):
    return v.reshape(1, -1)
