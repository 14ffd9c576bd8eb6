import numpy as np

CHAPTER = "tensors"
LIBRARY = "numpy"
LAYOUT = "columns"


def pictures_to_rows(pictures):
    return pictures.reshape(len(pictures), -1).T / 255


def rows_to_pictures(X, height, width):
    return (255 * X).T.reshape(X.shape[1], height, width, 3)


def slope_by_nudge(f, a, nudge):
    return (f(a + nudge) - f(a - nudge)) / (2 * nudge)


def computation_graph(a, b, c):
    u = b * c
    v = a + u
    J = 3 * v
    dv = 3
    da, du = dv, dv
    db, dc = du * c, du * b
    return J, da, db, dc


def weighted_sums_with_loops(X, w, b):
    n, m = X.shape
    Z = np.zeros((1, m))
    for i in range(m):
        for j in range(n):
            Z[0, i] += X[j, i] * w[j, 0]
        Z[0, i] += b
    return Z


def weighted_sums(X, w, b):
    return w.T @ X + b


def percentages(table):
    return 100 * table / np.sum(table, axis=0, keepdims=True)


def column(v):
    return v.reshape(-1, 1)


def row(v):
    return v.reshape(1, -1)
