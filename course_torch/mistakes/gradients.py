"""Mistakes in the functions of the exercises that compute z, dZ = A - Y, dW and db."""

from course_torch.mistakes.output import in_functions
from course_torch.mistakes.parameters import in_dW, in_dw
from course_torch.mistakes.record import Edit, edits, first, mistake

BIASES = [
    mistake(
        "no bias",
        "漏掉了 b",
        "1.2",
        "b is not added: each z contains the term + b",
        "没有加上 b：每个 z 都含有 + b 这一项",
        *edits(" + b)", ")", "propagate", "predict"),
        Edit("weighted_sums", " + b", ""),
        *edits("+= b", "+= 0 * b", "weighted_sums_with_loops", "node_by_node"),
        Edit("linear_forward", " + b,", ","),
    ),
    mistake(
        "bias subtracted",
        "减去了 b",
        "1.2",
        "b is subtracted: each z contains the term + b",
        "减去了 b：每个 z 都含有 + b 这一项",
        *edits(" + b", " - b", "propagate", "predict", "weighted_sums", "linear_forward"),
        *edits("+= b", "-= b", "weighted_sums_with_loops", "node_by_node"),
    ),
    mistake(
        "sign in e^(-z)",
        "e^(-z) 的正负号",
        "1.2",
        "the sign of z is turned around: e^(-z)",
        "z 的符号反了：应当是 e^(-z)",
        Edit("propagate", "sigmoid(X @ w + b)", "sigmoid(-(X @ w + b))", columns=("(w.T @ X + b)", "(-(w.T @ X + b))")),
    ),
]

GRADIENTS = [
    *BIASES,
    mistake(
        "labels for A",
        "用预测的标签代替了 A",
        "1.5",
        "the predicted labels are compared with Y: dZ is made of the probabilities A",
        "用预测的标签减去了 Y：dZ 要用概率 A",
        *in_functions("1.0 * ({A} > 0.5) - Y", "output_gradient", "propagate"),
    ),
    mistake(
        "axis of length 1",
        "除以了长度为 1 的轴",
        "1.5",
        "divided by the length of the wrong axis, which is 1: m is the number of examples",
        "除以的是另一个轴的长度，而它是 1：m 是样本的个数",
        Edit("weight_gradient", "X.shape[0]", "dZ.shape[1]", columns=("X.shape[1]", "dZ.shape[0]")),
        Edit("bias_gradient", "dZ.shape[0]", "dZ.shape[1]", columns=("dZ.shape[1]", "dZ.shape[0]")),
        *(
            Edit(function, "X.shape[0]", "Y.shape[1]", columns=("X.shape[1]", "Y.shape[0]"))
            for function in ("propagate", "backward_propagation")
        ),
        recognized="factor",
    ),
    mistake(
        "* for the product",
        "矩阵乘法写成了逐个元素相乘",
        "1.6",
        "the entries are multiplied one by one but not added up: Z, dW and dw need the matrix product",
        "逐个元素相乘，没有求和：Z、dW 和 dw 要用矩阵乘法",
        Edit("linear_forward", "A @ W.T", "A * W", columns=("W @ A", "W * A")),
        Edit("linear_forward", "A @ W.T", "A * W.T", columns=("W @ A", "W.T * A")),
        *in_dW("{dZ}.T * {A}", "{dZ} * {A}.T", "linear_backward"),
        *in_dW("{dZ} * {A}", "{dZ} * {A}", "linear_backward"),
        *in_dw("X * dZ", "X * dZ"),
        *in_dw("m * X * dZ", "m * X * dZ"),
        *in_dw("np.sum(X * dZ, axis=1, keepdims=True)", "np.sum(X * dZ, axis=0, keepdims=True)"),
        *in_dw("m * np.sum(X * dZ, axis=1, keepdims=True)", "m * np.sum(X * dZ, axis=0, keepdims=True)"),
    ),
    mistake(
        "X transposed",
        "X 转置错了",
        "1.6",
        "X and Xᵀ are confused: Z = X w + b and dw = (1/m) Xᵀ dZ for examples as rows, Z = wᵀ X + b and "
        "dw = (1/m) X dZᵀ for examples as columns",
        "X 和 Xᵀ 弄混了：样本为行时 Z = X w + b，dw = (1/m) Xᵀ dZ；样本为列时 Z = wᵀ X + b，dw = (1/m) X dZᵀ",
        *in_dw("X @ dZ", "X.T @ dZ.T"),
        *first("return X.T @ w + b", "weighted_sums_with_loops", "weighted_sums", columns="return w.T @ X.T + b"),
    ),
    mistake(
        "last example only",
        "只算了最后一个样本",
        "1.5",
        "only the last example counts: add them up with +=",
        "只算了最后一个样本：要用 += 累加",
        *in_dw("X[-1:].T @ dZ[-1:]", "X[:, -1:] @ dZ[:, -1:].T"),
        Edit("bias_gradient", "np.sum(dZ)", "dZ[-1, -1]"),
    ),
    mistake(
        "dZ not used",
        "没有用 dZ",
        "1.5",
        "this is the mean of X: multiply by dZ",
        "这是 X 的平均值：还要乘以 dZ",
        *in_dw("np.sum(X, axis=0).reshape(-1, 1)", "np.sum(X, axis=1).reshape(-1, 1)"),
    ),
    mistake(
        "dw is 0",
        "dw 为 0",
        "1.5",
        "dw is 0: dw = (1/m) Xᵀ dZ",
        "dw 是 0：dw = (1/m) Xᵀ dZ",
        *in_dw("0 * w", "0 * w")[1:],
    ),
    mistake(
        "db not summed",
        "db 没有求和",
        "1.5",
        "dZ is not added up over the examples: db is one number",
        "dZ 没有对样本求和：db 是一个数",
        *(
            Edit(function, "np.sum(dZ) / m", new)
            for function in ("bias_gradient", "propagate")
            for new in ("dZ", "dZ / m", "dZ.ravel()", "dZ.ravel() / m")
        ),
    ),
    mistake(
        "db is 0",
        "db 为 0",
        "1.5",
        "db is 0: db = (1/m) Σ dZ",
        "db 是 0：db = (1/m) Σ dZ",
        *(Edit(function, "np.sum(dZ) / m", "0.0") for function in ("bias_gradient", "propagate")),
    ),
    mistake(
        "absolute values",
        "取了绝对值",
        "1.5",
        "the absolute values are added up: keep the signs",
        "对绝对值求和了：要保留正负号",
        *(Edit(function, "np.sum(dZ)", "np.sum(abs(dZ))") for function in ("bias_gradient", "propagate")),
    ),
    mistake(
        "layers swapped",
        "两层互换了",
        "2.5",
        "dW1 and dW2 are swapped",
        "dW1 和 dW2 互换了",
        Edit("backward_propagation", '"dW1": dW1, "db1": db1, "dW2": dW2', '"dW1": dW2, "db1": db1, "dW2": dW1'),
    ),
]
