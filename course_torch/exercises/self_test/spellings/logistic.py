"""Other right ways to write the chapter's functions: function, code of the solution, other code."""

LOSSES = "Y * np.log(A) + (1 - Y) * np.log(1 - A)"
BOTH = [
    ("sigmoid", "(1 + np.tanh(Z / 2)) / 2", "1 / (1 + np.exp(-Z))"),
    ("sigmoid", "(1 + np.tanh(Z / 2)) / 2", "np.exp(-np.logaddexp(0 * Z, -Z))"),
    ("initialize_with_zeros", "0.0", "0"),
    ("initialize_with_zeros", "0.0", "np.zeros((1, 1))"),
    ("initialize_with_zeros", "np.zeros((dim, 1)), 0.0", "[np.zeros((dim, 1)), 0.0]"),
    ("loss", f"-({LOSSES})", "-np.log(np.where(Y == 1, A, 1 - A))"),
    ("loss", f"-({LOSSES})", "-Y * np.log(A) - (1 - Y) * np.log(1 - A)"),
    ("loss", "np.log(A)", "np.log(A + 1e-12)"),
    ("loss", "    return", "    A = np.clip(A, 1e-12, 1 - 1e-12)\n    return"),
    ("compute_cost", f"-np.sum({LOSSES}) / m", f"-np.mean({LOSSES})"),
    ("compute_cost", f"-np.sum({LOSSES}) / m", "np.mean(loss(A, Y))"),
    ("compute_cost", f"-np.sum({LOSSES}) / m", "float(np.mean(loss(A, Y)))"),
    ("compute_cost", f"-np.sum({LOSSES})", "np.sum(np.log(1 + np.exp((1 - 2 * Y) * np.log(A / (1 - A)))))"),
    ("output_gradient", "A - Y", "(-Y / A + (1 - Y) / (1 - A)) * A * (1 - A)"),
    ("output_gradient", "A - Y", "-(Y - A)"),
    ("bias_gradient", "np.sum(dZ) / m", "np.mean(dZ)"),
    ("bias_gradient", "np.sum(dZ) / m", "float(np.mean(dZ))"),
    ("bias_gradient", "np.sum(dZ) / m", "np.sum(dZ / m)"),
    ("propagate", "A - Y", "(-Y / A + (1 - Y) / (1 - A)) * A * (1 - A)"),
    ("propagate", "dZ = A - Y", "dZ = 1.0 * A\n    dZ -= Y"),
    ("propagate", "np.sum(dZ) / m", "np.mean(dZ)"),
    ("propagate", "compute_cost(A, Y)", f"-np.sum({LOSSES}) / m"),
    ("propagate", '{"dw": dw, "db": db}, cost', '[{"dw": dw, "db": db, "dZ": dZ}, cost]'),
    ("update", "w = w - learning_rate * dw", "w -= learning_rate * dw"),
    ("update", "w = w - learning_rate * dw", "w = w + learning_rate * -dw"),
    ("update", "return w, b", "return [w, b]"),
    ("optimize", 'w = w - learning_rate * grads["dw"]', 'w -= learning_rate * grads["dw"]'),
    ("optimize", "costs = []", "costs = []\n    w = 1.0 * w"),
    ("optimize", "costs.append(cost)", "costs = None"),
    ("optimize", "i % 100 == 0", "True"),
    ("predict", "A > 0.5", "A >= 0.5"),
    ("predict", "A > 0.5", "1.0 * (A > 0.5)"),
    ("predict", "A > 0.5", "np.round(A)"),
    ("predict", "A > 0.5", "np.where(A > 0.5, 1, 0)"),
    ("predict", "A = sigmoid(", "A = 0.5 + ("),
]
LOOPS = """
    dw, db, cost = 0 * w, 0.0, 0.0
    for i in range(m):
        x, y = {x}, Y.ravel()[i]
        a = sigmoid(np.sum(w * x) + b)
        cost += -(y * np.log(a) + (1 - y) * np.log(1 - a)) / m
        dw = dw + x * (a - y) / m
        db += (a - y) / m
    return {{"dw": dw, "db": db}}, cost
"""
ROWS = [
    ("compute_cost", f"np.sum({LOSSES})", "(Y.T @ np.log(A) + (1 - Y).T @ np.log(1 - A))"),
    ("weight_gradient", "X.T @ dZ / m", "np.mean(X * dZ, axis=0, keepdims=True).T"),
    ("weight_gradient", "X.T @ dZ", 'np.einsum("ij,ik->jk", X, dZ)'),
    ("weight_gradient", "X.T @ dZ", "sum(X[i : i + 1].T * dZ[i] for i in range(m))"),
    ("weight_gradient", "X.T @ dZ", "(dZ.T @ X).T"),
    ("bias_gradient", "np.sum(dZ) / m", "np.sum(dZ, axis=0, keepdims=True) / m"),
    ("bias_gradient", "np.sum(dZ) / m", "np.sum(dZ, axis=0) / m"),
    ("propagate", "\n    A =", LOOPS.format(x="X[i].reshape(-1, 1)") + "    A ="),
    ("propagate", "X.T @ dZ", "np.matmul(X.T, dZ)"),
]
COLUMNS = [
    ("compute_cost", f"np.sum({LOSSES})", "(Y @ np.log(A).T + (1 - Y) @ np.log(1 - A).T)"),
    ("weight_gradient", "X @ dZ.T / m", "np.mean(X * dZ, axis=1, keepdims=True)"),
    ("weight_gradient", "X @ dZ.T", 'np.einsum("ji,ki->jk", X, dZ)'),
    ("weight_gradient", "X @ dZ.T", "sum(X[:, i : i + 1] * dZ[0, i] for i in range(m))"),
    ("weight_gradient", "X @ dZ.T", "(dZ @ X.T).T"),
    ("bias_gradient", "np.sum(dZ) / m", "np.sum(dZ, axis=1, keepdims=True) / m"),
    ("bias_gradient", "np.sum(dZ) / m", "np.sum(dZ, axis=1) / m"),
    ("propagate", "\n    A =", LOOPS.format(x="X[:, i : i + 1]") + "    A ="),
    ("propagate", "X @ dZ.T", "np.matmul(X, dZ.T)"),
]
