"""Mistakes that have no name: the exception or the form of the result says enough, or the numbers show no cause."""

from course_torch.mistakes.record import Edit

UNNAMED = {
    "": (
        Edit("initialize_parameters_deep", "range(1, len(layer_dims))", "range(1, len(layer_dims) - 1)"),
        Edit("linear_backward", "dA_prev, dW, db", "dW, db"),
        Edit("L_model_backward", "range(L - 1, 0, -1)", "range(L - 1, 1, -1)"),
        Edit("update_parameters", "len(parameters) // 2 + 1)", "len(parameters) // 2)"),
        Edit("update_parameters", "(1, 2)", "(1, 1)"),
        Edit("train", "        costs.append(compute_cost(AL, Y))\n", ""),
        Edit("train", "range(iterations)", "range(iterations + 1)"),
    ),
    "unknown": (
        Edit("layer_sizes", " 4,", " X.shape[0] * X.shape[1],"),
        Edit("linear_backward", "    dA_prev =", "    W = W.astype(np.float16)\n    dA_prev =", need="numpy"),
        Edit("output_gradient", "AL - Y", "(AL.astype(np.float16) - Y).astype(float)", need="numpy"),
    ),
}
"""Cause -> edits of the solutions."""
