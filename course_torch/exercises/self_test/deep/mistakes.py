"""Mistakes in right solutions of the chapter: function, old code, new code, and the cause that the checker names.

The cause is empty where the exception or the structure of the result already says what is wrong.
"""

BOTH = [
    (
        "initialize_parameters_deep",
        "np.random.randn(layer_dims[l], layer_dims[l - 1])",
        "np.zeros((layer_dims[l], layer_dims[l - 1]))",
        "equal units",
    ),
    ("initialize_parameters_deep", "np.zeros", "np.ones", "biases not 0"),
    ("initialize_parameters_deep", "/ layer_dims[l - 1] ** 0.5", "* 100", "weights too large"),
    (
        "initialize_parameters_deep",
        "(layer_dims[l], layer_dims[l - 1])",
        "(layer_dims[l - 1], layer_dims[l])",
        "transposed",
    ),
    ("initialize_parameters_deep", "range(1, len(layer_dims))", "range(1, len(layer_dims) - 1)", ""),
    ("linear_forward", " + b,", ",", "no bias"),
    ("linear_forward", " + b,", " - b,", "bias subtracted"),
    ("sigmoid", "-Z", "Z", "sign in e^(-Z)"),
    ("relu", "Z > 0", "Z < 0", "min for max"),
    ("linear_activation_forward", 'sigmoid(Z) if activation == "sigmoid" else relu(Z)', "relu(Z)", "always relu"),
    ("linear_activation_forward", 'sigmoid(Z) if activation == "sigmoid" else relu(Z)', "sigmoid(Z)", "always sigmoid"),
    ("linear_activation_forward", 'sigmoid(Z) if activation == "sigmoid" else relu(Z)', "Z", "no activation"),
    ("linear_activation_forward", '== "sigmoid"', '== "relu"', "activations swapped"),
    ("L_model_forward", 'if l < L else "sigmoid"', "", "relu at the output"),
    ("L_model_forward", '"relu" if l < L else ', "", "sigmoid everywhere"),
    ("L_model_forward", "range(1, L + 1)", "range(1, L)", "last layer left out"),
    ("compute_cost", " / m", "", "sum, not mean"),
    ("compute_cost", "-np.sum", "np.sum", "sign"),
    ("compute_cost", " + (1 - Y) * np.log(1 - AL)", "", "no (1 - y) term"),
    ("compute_cost", " + (1 - Y)", " - (1 - Y)", "sign of the (1 - y) term"),
    ("linear_backward", "dA_prev, dW, db", "dW, db", ""),
    ("L_model_backward", "range(L - 1, 0, -1)", "range(L - 1, 1, -1)", ""),
    ("update_parameters", "len(parameters) // 2 + 1)", "len(parameters) // 2)", ""),
    ("train", "        costs.append(compute_cost(AL, Y))\n", "", ""),
    ("L_model_forward", "range(1, L + 1)", "range(2, L + 1)", "first layer left out"),
    (
        "L_model_forward",
        "linear_activation_forward(A,",
        "linear_activation_forward(X if l < L else A,",
        "X in every layer",
    ),
]
ROWS = [
    ("linear_forward", "A @ W.T", "A @ W", "W transposed"),
    ("linear_forward", "A @ W.T", "A * W", "* for the product"),
    ("compute_cost", "shape[0]", "shape[1]", "sum, not mean"),
]
COLUMNS = [
    ("linear_forward", "W @ A", "W.T @ A", "W transposed"),
    ("linear_forward", "W @ A", "W * A", "* for the product"),
    ("compute_cost", "shape[1]", "shape[0]", "sum, not mean"),
]
NUMPY = [
    ("linear_backward", "    dA_prev =", "    W = W.astype(np.float16)\n    dA_prev =", "unknown"),
    ("output_gradient", "AL - Y", "(AL.astype(np.float16) - Y).astype(float)", "unknown"),
]
"""Mistakes that NumPy's code alone can show: numbers kept in a narrow dtype on the way have no known direction."""
