import numpy as np


def pictures_to_rows(pictures):
    return pictures.reshape(len(pictures), -1) / 255  # columns: -1) -> -1).T


def rows_to_pictures(X, height, width):
    return (255 * X).reshape(len(X), height, width, 3)  # columns: (255 * X) -> (255 * X).T; len(X) -> X.shape[1]


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
    m, n = X.shape  # columns: m, n -> n, m
    Z = np.zeros((m, 1))  # columns: (m, 1) -> (1, m)
    for i in range(m):
        for j in range(n):
            Z[i, 0] += X[i, j] * w[j, 0]  # columns: Z[i, 0] -> Z[0, i]; X[i, j] -> X[j, i]
        Z[i, 0] += b  # columns: Z[i, 0] -> Z[0, i]
    return Z


def weighted_sums(X, w, b):
    return X @ w + b  # columns: X @ w -> w.T @ X


def percentages(table):
    return 100 * table / np.sum(table, axis=1, keepdims=True)  # columns: axis=1 -> axis=0


def column(v):
    return v.reshape(-1, 1)


def row(v):
    return v.reshape(1, -1)
