"""Other right ways to write the functions of the exercises, as edits of the solutions: none may be called wrong."""

from collections.abc import Iterator

from course_torch.mistakes.record import Edit


def ways(function: str, old: str, *new: str, need: str = "") -> Iterator[Edit]:
    """The same piece of a function, written in several ways."""
    return (Edit(function, old, other, need=need) for other in new)


def losses(A: str) -> str:
    return f"Y * np.log({A}) + (1 - Y) * np.log(1 - {A})"


def of_cost(A: str) -> list[Edit]:
    """compute_cost, where A[L] is called `A`."""
    J, sums = f"-np.sum({losses(A)}) / m", f"-np.sum({losses(A)})"
    in_rows = f"-(Y.T @ np.log({A}) + (1 - Y).T @ np.log(1 - {A}))"
    in_columns = f"-(Y @ np.log({A}).T + (1 - Y) @ np.log(1 - {A}).T)"
    return [
        *ways(
            "compute_cost",
            J,
            f"-np.mean({losses(A)})",
            f"-np.mean(np.log(np.where(Y == 1, {A}, 1 - {A})))",
            f"float(np.squeeze({J}))",
            f"-(np.sum(np.multiply(np.log({A}), Y)) + np.sum(np.multiply(np.log(1 - {A}), 1 - Y))) / m",
        ),
        Edit("compute_cost", sums, f"np.sum(np.log(1 + np.exp((1 - 2 * Y) * np.log({A} / (1 - {A})))))"),
        Edit("compute_cost", sums, in_rows, columns=in_columns),
        Edit("compute_cost", f"np.log({A})", f"np.log({A} + 1e-12)"),
        Edit("compute_cost", "    m =", f"    {A} = {A}.clip(1e-12, 1 - 1e-12)\n    m ="),
    ]


def of_mean(function: str, dZ: str) -> list[Edit]:
    """The mean of dZ over the examples."""
    mean = f"np.sum({dZ}, axis=0, keepdims=True) / m"
    others = (
        ("np.mean({}, axis={}, keepdims=True)",) * 2,
        ("np.mean({}, axis={}).reshape(1, -1)", "np.mean({}, axis={}).reshape(-1, 1)"),
        ("np.sum({}, axis={}).reshape(1, -1) / m", "np.sum({}, axis={}).reshape(-1, 1) / m"),
    )
    return [Edit(function, mean, row.format(dZ, 0), columns=column.format(dZ, 1)) for row, column in others]


# A spelling is a row of a table.
# fmt: off
SIGMOID, BY_TANH, BY_LOGARITHM = "1 / (1 + np.exp(-Z))", "(1 + np.tanh(Z / 2)) / 2", "np.exp(-np.logaddexp(0 * Z, -Z))"
IN_PLACE = """    for name in parameters:
        parameters[name] -= learning_rate * grads["d" + name]
    return parameters
    for"""
SHARED = (
    *ways("sigmoid", SIGMOID, BY_TANH, BY_LOGARITHM),
    *ways("sigmoid", BY_TANH, SIGMOID, BY_LOGARITHM),
    *ways("relu", "Z * (Z > 0)", "np.where(Z > 0, Z, 0 * Z)", "(Z + abs(Z)) / 2", "Z.clip(0)"),
    *ways("update_parameters", "new = {}", "new = dict(parameters)", "new = parameters"),
    Edit("update_parameters", 'parameters[f"W{l}"] - learning_rate * grads[f"dW{l}"]',
         'parameters[f"W{l}"] + -learning_rate * grads[f"dW{l}"]'),
    Edit("update_parameters", "    for", IN_PLACE),
    Edit("train", "return parameters, costs", "return [parameters, tuple(costs)]"),
)
"""Functions that several chapters have."""

NUDGED = "(f(a + nudge) - f(a)) / nudge"
SUM = "np.sum(table, axis=1, keepdims=True)"
WEIGHTED = "X @ w + b"
TENSORS = (
    *ways("pictures_to_rows", "/ 255", "/ 255.0", "* (1 / 255)"),
    Edit("pictures_to_rows", "pictures.reshape(len(pictures), -1)", "np.stack([each.ravel() for each in pictures])",
         columns="np.stack([each.ravel() for each in pictures]).T"),
    *ways("rows_to_pictures", "(255 * X)", "np.round(255 * X)", "np.trunc(255 * X)"),
    *ways("slope_by_nudge", NUDGED, "f(a + nudge) / nudge - f(a) / nudge",
          "(f(a + nudge) - f(a - nudge)) / (2 * nudge)"),
    Edit("computation_graph", "return J, da, db, dc", "return [J, da, float(3 * c), 3 * b]"),
    Edit("weighted_sums_with_loops", "range(m)", "reversed(range(m))"),
    Edit("weighted_sums_with_loops", "np.zeros((m, 1))", "np.zeros((m, 1)) + 0 * X[:, :1]",
         columns="np.zeros((1, m)) + 0 * X[:1]"),
    *(Edit("weighted_sums", WEIGHTED, row, columns=column) for row, column in (
        ("np.sum(X * w.T, axis=1, keepdims=True) + b", "np.sum(X * w, axis=0, keepdims=True) + b"),
        ('np.einsum("ij,jk->ik", X, w) + b', 'np.einsum("ji,jk->ki", X, w) + b'),
    )),
    Edit("percentages", f"100 * table / {SUM}", "table / np.sum(table, axis=1)[:, None] * 100",
         columns="100 * table / np.sum(table, axis=0)"),
    *(Edit("percentages", SUM, row, columns=column) for row, column in (
        ("np.sum(table, axis=1).reshape(-1, 1)", "np.sum(table, axis=0).reshape(1, -1)"),
        ("(table @ np.ones_like(table[:1]).T)", "(np.ones_like(table[:, :1]).T @ table)"),
    )),
    *ways("column", "v.reshape(-1, 1)", "v[:, None]", "np.atleast_2d(v).T"),
    *ways("row", "v.reshape(1, -1)", "v[None]", "np.atleast_2d(v)"),
)

NORM, SUM_OF_ROW = "np.linalg.norm(x, axis=1, keepdims=True)", "np.sum(np.exp(x), axis=1, keepdims=True)"
BASICS = (
    *SHARED,
    Edit("basic_sigmoid", "1 / (1 + exp(-x))", "exp(x) / (1 + exp(x))"),
    Edit("basic_sigmoid", "1 / (1 + exp(-x))", "1.0 / (1 + 1 / np.exp(x))", need="numpy"),
    Edit("sigmoid_derivative", "A * (1 - A)", "np.exp(-Z) / (1 + np.exp(-Z)) ** 2"),
    *ways("image2vector", "image.reshape(-1, 1)", "image.ravel()[:, None]", "image.reshape(1, -1).T"),
    *ways("normalize_rows", NORM, "np.sqrt(np.sum(x**2, axis=1, keepdims=True))",
          "np.linalg.norm(x, axis=1).reshape(-1, 1)", "np.linalg.norm(x, ord=2, axis=1, keepdims=True)"),
    Edit("normalize_rows", "return x / ", f"x /= {NORM}\n    return x\n    return x / "),
    *ways("softmax", SUM_OF_ROW, "np.sum(np.exp(x), axis=1).reshape(-1, 1)", "np.exp(x).sum(axis=1)[:, None]"),
    Edit("softmax", "    return", "    x = x - np.max(x)\n    return"),
    *ways("L1", "np.sum(np.abs(y - yhat))", "sum(abs(yhat - y))", "np.linalg.norm(yhat - y, ord=1)",
          "np.sum(np.where(y > yhat, y - yhat, yhat - y))"),
    *ways("L2", "np.sum((y - yhat) ** 2)", "np.dot(y - yhat, y - yhat)", "np.linalg.norm(y - yhat) ** 2",
          "sum((yhat - y) * (yhat - y))", "np.sum(np.square(y - yhat))"),
)

LOSS = f"-({losses('A')})"
LOOPS = """
    dw, db, cost = 0 * w, 0.0, 0.0
    for i in range(m):
        x, y = {x}, Y.ravel()[i]
        a = sigmoid(np.sum(w * x) + b)
        cost += -(y * np.log(a) + (1 - y) * np.log(1 - a)) / m
        dw = dw + x * (a - y) / m
        db += (a - y) / m
    return {{"dw": dw, "db": db}}, cost
    A ="""
BY_DA = "(-Y / A + (1 - Y) / (1 - A)) * A * (1 - A)"
LOGISTIC = (
    *SHARED,
    *of_cost("A"),
    *ways("initialize_with_zeros", "0.0", "0", "np.zeros((1, 1))"),
    Edit("initialize_with_zeros", "np.zeros((dim, 1)), 0.0", "[np.zeros((dim, 1)), 0.0]"),
    *ways("loss", LOSS, "-np.log(np.where(Y == 1, A, 1 - A))", "-Y * np.log(A) - (1 - Y) * np.log(1 - A)"),
    Edit("loss", "np.log(A)", "np.log(A + 1e-12)"),
    Edit("loss", "    return", "    A = np.clip(A, 1e-12, 1 - 1e-12)\n    return"),
    *ways("compute_cost", f"-np.sum({losses('A')}) / m", "np.mean(loss(A, Y))", "float(np.mean(loss(A, Y)))"),
    *ways("output_gradient", "A - Y", BY_DA, "-(Y - A)"),
    Edit("propagate", "A - Y", BY_DA),
    Edit("weight_gradient", "X.T @ dZ / m", "np.mean(X * dZ, axis=0, keepdims=True).T",
         columns="np.mean(X * dZ, axis=1, keepdims=True)"),
    *(Edit("weight_gradient", "X.T @ dZ", row, columns=column) for row, column in (
        ("sum(X[i : i + 1].T * dZ[i] for i in range(m))", "sum(X[:, i : i + 1] * dZ[0, i] for i in range(m))"),
    )),
    *ways("bias_gradient", "np.sum(dZ) / m", "np.mean(dZ)", "float(np.mean(dZ))", "np.sum(dZ / m)"),
    *(Edit("bias_gradient", "np.sum(dZ) / m", f"np.sum(dZ, axis=0{keepdims}) / m",
           columns=f"np.sum(dZ, axis=1{keepdims}) / m") for keepdims in ("", ", keepdims=True")),
    Edit("propagate", "dZ = A - Y", "dZ = 1.0 * A\n    dZ -= Y"),
    Edit("propagate", "compute_cost(A, Y)", f"-np.sum({losses('A')}) / m"),
    Edit("propagate", '{"dw": dw, "db": db}, cost', '[{"dw": dw, "db": db, "dZ": dZ}, cost]'),
    Edit("propagate", "\n    A =", LOOPS.format(x="X[i].reshape(-1, 1)"), columns=LOOPS.format(x="X[:, i : i + 1]")),
    *ways("update", "w = w - learning_rate * dw", "w -= learning_rate * dw", "w = w + learning_rate * -dw"),
    Edit("update", "return w, b", "return [w, b]"),
    Edit("optimize", 'w = w - learning_rate * grads["dw"]', 'w -= learning_rate * grads["dw"]'),
    Edit("optimize", "costs = []", "costs = []\n    w = 1.0 * w"),
    Edit("optimize", "costs.append(cost)", "costs = None"),
    Edit("optimize", "i % 100 == 0", "True"),
    Edit("model", '"w": w, ', '"num_iterations": num_iterations, "w": w, '),
    Edit("model", "initialize_with_zeros(", "initialize_with_zeros(dim="),
    *ways("predict", "A > 0.5", "A >= 0.5", "1.0 * (A > 0.5)", "np.round(A)", "np.where(A > 0.5, 1, 0)"),
    Edit("predict", "A = sigmoid(", "A = 0.5 + ("),
)

TANH = "(np.exp(Z) - np.exp(-Z)) / (np.exp(Z) + np.exp(-Z))"
LEAKY = "np.where(Z > 0, Z, 0.01 * Z)"
PREDICTED = "1.0 * (A2 > 0.5)"
SHALLOW = (
    *SHARED,
    *of_cost("A2"),
    Edit("initialize_parameters", "* 0.01", "/ 3"),
    Edit("initialize_parameters", "return {", 'return {"seed": 1, '),
    Edit("node_by_node", "+= W[j, k]", "+= 1.0 * W[j, k]"),
    *(Edit("node_by_node", "    z =", f"    return {row} + b\n    z =",
           columns=f"    return {column} + b\n    z =") for row, column in (
        ("(W @ a_prev.T).T", "W @ a_prev"),
        ("np.sum(W * a_prev, axis=1).reshape(1, -1)", "np.sum(W * a_prev.T, axis=1).reshape(-1, 1)"),
    )),
    *ways("tanh", TANH, "np.tanh(Z)", "2 * sigmoid(2 * Z) - 1"),
    *ways("leaky_relu", LEAKY, "np.maximum(Z, 0.01 * Z)", "Z * (Z > 0) + 0.01 * Z * (Z <= 0)"),
    *ways("sigmoid_derivative", "A * (1 - A)", "A - A**2", "A * sigmoid(-Z)"),
    *ways("tanh_derivative", "1 - A**2", "(1 - A) * (1 + A)", "1 / np.cosh(Z) ** 2"),
    *ways("relu_derivative", "1.0 * (Z > 0)", "Z > 0", "1.0 * (Z >= 0)", "np.where(Z > 0, 1, 0)"),
    Edit("leaky_relu_derivative", "Z > 0", "Z >= 0"),
    Edit("forward_propagation", "np.tanh(Z1)", "tanh(Z1)"),
    Edit("forward_propagation", '{"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}', '{"A1": A1, "A2": A2, "X": X}'),
    Edit("forward_propagation", "    W1, b1", "    X = X.astype(np.float32)\n    W1, b1", need="numpy"),
    Edit("forward_propagation", "np.tanh(Z1)", "np.tanh(Z1.astype(np.float32))", need="numpy"),
    *ways("backward_propagation", "A2 - Y", "(-Y / A2 + (1 - Y) / (1 - A2)) * A2 * (1 - A2)",
          "A2 - 1.0 * Y\n    dZ2 *= 1"),
    Edit("backward_propagation", "A2 - Y", "(A2 - Y).astype(np.float32)", need="numpy"),
    Edit("backward_propagation", "A1, A2 =", "X, W2 = X.astype(np.float32), W2.astype(np.float32)\n    A1, A2 =",
         need="numpy"),
    *ways("backward_propagation", "1 - A1**2", 'tanh_derivative(cache["Z1"])', "1 - np.multiply(A1, A1)",
          "(1 + A1) * (1 - A1)"),
    Edit("backward_propagation", "1 - A1**2", "1 - np.power(A1, 2)", need="numpy"),
    Edit("backward_propagation", "return {", 'return {"dZ1": dZ1, "dZ2": dZ2, '),
    Edit("backward_propagation", "dZ2 @ W2", "dZ2 * W2", columns="W2.T * dZ2"),
    Edit("backward_propagation", "dZ1.T @ X / m", "sum(dZ1[i : i + 1].T @ X[i : i + 1] / m for i in range(m))",
         columns="sum(dZ1[:, i : i + 1] @ X[:, i : i + 1].T / m for i in range(m))"),
    *of_mean("backward_propagation", "dZ1"),
    Edit("train", "costs.append(compute_cost(A2, Y))", "costs += [float(compute_cost(A2, Y))]"),
    Edit("nn_model", "    return", "    last = grads\n    return"),
    Edit("nn_model", "update_parameters(parameters, grads)", "update_parameters(parameters, grads, 0.5)"),
    Edit("nn_model", "parameters, grads)", "dict(parameters), grads, learning_rate=1.2)"),
    *ways("predict", PREDICTED, "A2 > 0.5", "np.round(A2)", "np.where(A2 > 0.5, 1, 0)", '1.0 * (_["Z2"] > 0)'),
    Edit("predict", PREDICTED, "(A2 > 0.5).astype(int)", need="numpy"),
    Edit("predict", "A2 > 0.5", "A2 >= 0.5"),
)

DEEP = (
    *SHARED,
    *of_cost("AL"),
    Edit("initialize_parameters_deep", "/ layer_dims[l - 1] ** 0.5", "* 0.01"),
    Edit("linear_forward", "(A, W, b)", "[A, W, b]"),
    Edit("linear_forward", "(A, W, b)", "(A.astype(np.float32), W.astype(np.float32), b.astype(np.float32))",
         need="numpy"),
    Edit("linear_activation_forward", 'sigmoid(Z) if activation == "sigmoid" else relu(Z)',
         '{"sigmoid": sigmoid, "relu": relu}[activation](Z)'),
    Edit("linear_activation_forward", "(linear_cache, Z)", "[linear_cache, Z]"),
    Edit("L_model_forward", "A, caches = X, []", "A, caches = 1.0 * X, []"),
    Edit("L_model_forward", "return A, caches", "return A, tuple(caches)"),
    Edit("L_model_forward", "caches.append(cache)", "caches.append([list(cache[0]), 1 * cache[1]])"),
    Edit("L_model_forward", "caches = X, []", 'caches = X, globals().setdefault("kept", [])\n    caches.clear()'),
    Edit("output_gradient", "AL - Y", "(-Y / AL + (1 - Y) / (1 - AL)) * AL * (1 - AL)"),
    Edit("linear_backward", "return dA_prev, dW, db", "return [dA_prev, dW, db]"),
    Edit("linear_backward", "    dW =", "    dZ = 1.0 * dZ\n    dZ *= 1\n    dW ="),
    Edit("linear_backward", "dZ.T @ A_prev / m", "dZ.T / m @ A_prev", columns="dZ / m @ A_prev.T"),
    *of_mean("linear_backward", "dZ"),
    Edit("linear_backward", "    m =", "    dZ = dZ.astype(np.float32)\n    m =", need="numpy"),
    *ways("relu_backward", "Z > 0", "Z >= 0", "relu(Z) > 0"),
    Edit("relu_backward", "dA * (Z > 0)", "np.where(Z > 0, dA, 0 * dA)"),
    Edit("relu_backward", "    return", "    dZ = 1.0 * dA\n    dZ[Z <= 0] = 0\n    return dZ\n    return"),
    Edit("relu_backward", "    return",
         "    dZ = np.array(dA, copy=True)\n    dZ[Z <= 0] = 0\n    return dZ\n    return", need="numpy"),
    Edit("sigmoid_backward", "dA * A * (1 - A)", "dA * sigmoid(Z) * sigmoid(-Z)"),
    Edit("L_model_backward", "        dA, grads", "        caches.pop()\n        dA, grads"),
    Edit("L_model_backward", "range(L - 1, 0, -1)", "reversed(range(1, L))"),
    Edit("L_model_backward", "    return", '    grads["dA0"] = dA\n    return'),
    Edit("L_model_backward", "linear_backward(output_gradient(AL, Y), caches[L - 1][0])",
         'linear_activation_backward(-Y / AL + (1 - Y) / (1 - AL), caches[L - 1], "sigmoid")'),
    Edit("L_model_backward", "output_gradient(AL, Y)", "output_gradient(AL, Y.reshape(AL.shape))", need="numpy"),
)

LAYERS = "for l in range(1, len(layers_dims))"
DRAWN = f"{{f'W{{l}}': np.random.randn(layers_dims[l], layers_dims[l - 1]) * 0.1 {LAYERS}}}"
OWN_START = f"""    costs, parameters = [], {DRAWN}
    parameters |= {{f'b{{l}}': 0 * parameters[f'W{{l}}'].sum(axis=1).reshape(1, -1) {LAYERS}}}
    for i"""
APPLICATION = (
    Edit("two_layer_model", "-(np.divide(Y, A2) - np.divide(1 - Y, 1 - A2))", "-(Y / A2) + (1 - Y) / (1 - A2)"),
    Edit("two_layer_model", 'dA2, cache2, "sigmoid"', 'dA2, cache2, activation="sigmoid"'),
    Edit("two_layer_model", "    costs, grads = [], {}", '    costs, grads = [], {"dW1": None, "db1": None}'),
    Edit("L_layer_model", "    costs = []\n    for i", OWN_START, columns=OWN_START.replace("(1, -1)", "(-1, 1)")),
    *(edit for model in ("two_layer_model", "L_layer_model") for edit in (
        Edit(model, "    parameters = start", "    np.random.seed(3)\n    parameters = start", need="numpy"),
        Edit(model, "return parameters, costs", "return parameters"),
        Edit(model, "return parameters, costs", "return [parameters, np.array(costs)]", need="numpy"),
        Edit(model, "    return", "    last = i\n    return"),
        *ways(model, "i % 100 == 0", "True", "i == num_iterations - 1", "False"),
        Edit(model, "range(num_iterations)", "range(1, num_iterations + 1)"),
    )),
    *ways("predict", "1.0 * (AL > 0.5)", "AL > 0.5", "np.round(AL)", "np.where(AL > 0.5, 1, 0)"),
    Edit("predict", "1.0 * (AL > 0.5)", "(AL > 0.5).astype(int)", need="numpy"),
)
SPELLINGS = {
    "tensors": TENSORS, "basics": BASICS, "logistic": LOGISTIC, "shallow": SHALLOW, "deep": DEEP,
    "application": APPLICATION,
}
"""Chapter -> the edits of its solution."""
