"""Other right ways to write the chapter's functions: function, code of the solution, other code."""

LOSSES = "Y * np.log(AL) + (1 - Y) * np.log(1 - AL)"
UPDATE_IN_PLACE = """    for name in parameters:
        parameters[name] -= learning_rate * grads["d" + name]
    return parameters
    for"""
BOTH = [
    ("initialize_parameters_deep", "/ layer_dims[l - 1] ** 0.5", "* 0.01"),
    ("linear_forward", "(A, W, b)", "[A, W, b]"),
    ("sigmoid", "1 / (1 + np.exp(-Z))", "(1 + np.tanh(Z / 2)) / 2"),
    ("relu", "Z * (Z > 0)", "np.where(Z > 0, Z, 0 * Z)"),
    ("relu", "Z * (Z > 0)", "(Z + abs(Z)) / 2"),
    (
        "linear_activation_forward",
        'sigmoid(Z) if activation == "sigmoid" else relu(Z)',
        '{"sigmoid": sigmoid, "relu": relu}[activation](Z)',
    ),
    ("linear_activation_forward", "(linear_cache, Z)", "[linear_cache, Z]"),
    ("L_model_forward", "A, caches = X, []", "A, caches = 1.0 * X, []"),
    ("L_model_forward", "return A, caches", "return A, tuple(caches)"),
    ("L_model_forward", "caches.append(cache)", "caches.append([list(cache[0]), 1 * cache[1]])"),
    ("L_model_forward", "caches = X, []", 'caches = X, globals().setdefault("kept", [])\n    caches.clear()'),
    ("L_model_backward", "        dA, grads", "        caches.pop()\n        dA, grads"),
    ("compute_cost", f"-np.sum({LOSSES}) / m", f"-np.mean({LOSSES})"),
    ("compute_cost", f"-np.sum({LOSSES}) / m", "-np.mean(np.log(np.where(Y == 1, AL, 1 - AL)))"),
    ("compute_cost", f"-np.sum({LOSSES})", "np.sum(np.log(1 + np.exp((1 - 2 * Y) * np.log(AL / (1 - AL)))))"),
    ("compute_cost", "np.log(AL)", "np.log(AL + 1e-12)"),
    ("compute_cost", "    m =", "    AL = AL.clip(1e-12, 1 - 1e-12)\n    m ="),
    ("output_gradient", "AL - Y", "(-Y / AL + (1 - Y) / (1 - AL)) * AL * (1 - AL)"),
    ("linear_backward", "return dA_prev, dW, db", "return [dA_prev, dW, db]"),
    ("linear_backward", "    dW =", "    dZ = 1.0 * dZ\n    dZ *= 1\n    dW ="),
    ("relu_backward", "Z > 0", "Z >= 0"),
    ("relu_backward", "dA * (Z > 0)", "np.where(Z > 0, dA, 0 * dA)"),
    ("relu_backward", "    return", "    dZ = 1.0 * dA\n    dZ[Z <= 0] = 0\n    return dZ\n    return"),
    ("relu_backward", "Z > 0", "relu(Z) > 0"),
    ("sigmoid_backward", "dA * A * (1 - A)", "dA * sigmoid(Z) * sigmoid(-Z)"),
    ("L_model_backward", "range(L - 1, 0, -1)", "reversed(range(1, L))"),
    ("L_model_backward", "    return", '    grads["dA0"] = dA\n    return'),
    (
        "L_model_backward",
        "linear_backward(output_gradient(AL, Y), caches[L - 1][0])",
        'linear_activation_backward(-Y / AL + (1 - Y) / (1 - AL), caches[L - 1], "sigmoid")',
    ),
    ("update_parameters", "new = {}", "new = parameters"),
    ("update_parameters", "    for", UPDATE_IN_PLACE),
    ("train", "return parameters, costs", "return [parameters, tuple(costs)]"),
]
ROWS = [
    ("linear_forward", "A @ W.T", 'np.einsum("ij,kj->ik", A, W)'),
    ("linear_forward", "A @ W.T", "(W @ A.T).T"),
    ("linear_backward", "dZ.T @ A_prev / m", 'np.einsum("ij,ik->jk", dZ, A_prev) / m'),
    ("linear_backward", "dZ.T @ A_prev / m", "dZ.T / m @ A_prev"),
    ("linear_backward", "np.sum(dZ, axis=0, keepdims=True) / m", "np.mean(dZ, axis=0, keepdims=True)"),
    ("linear_backward", "np.sum(dZ, axis=0, keepdims=True) / m", "np.mean(dZ, axis=0).reshape(1, -1)"),
]
COLUMNS = [
    ("linear_forward", "W @ A", 'np.einsum("kj,ji->ki", W, A)'),
    ("linear_forward", "W @ A", "(A.T @ W.T).T"),
    ("linear_backward", "dZ @ A_prev.T / m", 'np.einsum("ji,ki->jk", dZ, A_prev) / m'),
    ("linear_backward", "dZ @ A_prev.T / m", "dZ / m @ A_prev.T"),
    ("linear_backward", "np.sum(dZ, axis=1, keepdims=True) / m", "np.mean(dZ, axis=1, keepdims=True)"),
    ("linear_backward", "np.sum(dZ, axis=1, keepdims=True) / m", "np.mean(dZ, axis=1).reshape(-1, 1)"),
]
NUMPY = [
    ("linear_forward", "(A, W, b)", "(A.astype(np.float32), W.astype(np.float32), b.astype(np.float32))"),
    ("linear_backward", "    m =", "    dZ = dZ.astype(np.float32)\n    m ="),
    ("relu_backward", "    return", "    dZ = np.array(dA, copy=True)\n    dZ[Z <= 0] = 0\n    return dZ\n    return"),
    ("L_model_backward", "output_gradient(AL, Y)", "output_gradient(AL, Y.reshape(AL.shape))"),
]
