"""The questions of lessons 3.1 to 3.3."""

from _questions.question import function, own, tensor

SIZES = {"n_0": 6, "n_1": 4, "n_2": 3, "m": 10}


DEEP_NETWORK = {
    "3.1-W_shape": own(
        "(n_2, n_1)",
        (
            "(n_1, n_2)",
            "the two sizes are swapped: a row of W belongs to a unit of its own layer",
            "两个数写反了：W 的一行属于本层的一个单元",
        ),
        ("(n_1, n_0)", "this is the shape of W[1]", "这是 W[1] 的形状"),
        ("(n_2, n_0)", "W[2] gets the outputs of layer 1, not the features", "W[2] 的输入是第 1 层的输出，不是特征"),
        ("(m, n_2)", "this is the shape of Z[2]: a parameter knows nothing of m", "这是 Z[2] 的形状：参数与 m 无关"),
        **SIZES,
    ),
    "3.1-dA_shape": own(
        "(m, n_1)",
        (
            "(n_1, m)",
            "this is the course's layout, with a column for each example: here each example is a row",
            "这是课程的排法，每个样本一列：这里每个样本一行",
        ),
        (
            "(m, n_2)",
            "this is the shape of dZ[2]: dA[1] has the shape of A[1]",
            "这是 dZ[2] 的形状：dA[1] 与 A[1] 同形",
        ),
        ("(m, n_0)", "this is the shape of X: dA[1] has the shape of A[1]", "这是 X 的形状：dA[1] 与 A[1] 同形"),
        (
            "(n_1, n_0)",
            "this is the shape of W[1]: dA[1] has a row for each example",
            "这是 W[1] 的形状：dA[1] 的每一行对应一个样本",
        ),
        **SIZES,
    ),
    "3.1-db_shape": own(
        "(1, n_2)",
        (
            "(n_2, 1)",
            "this is the course's layout, where b is a column: here b is a row",
            "这是课程的排法，b 是一列：这里 b 是一行",
        ),
        ("(m, n_2)", "this is the shape of dZ[2]: its rows are added up", "这是 dZ[2] 的形状：它的各行要加起来"),
        ("(1, n_1)", "this is the shape of db[1]", "这是 db[1] 的形状"),
        ("(n_2, n_1)", "this is the shape of dW[2]: each unit has one bias", "这是 dW[2] 的形状：每个单元只有一个偏差"),
        **SIZES,
    ),
    "3.2-A": function(
        "deep linear_activation_forward",
        part=0,
        A_prev=[[1.0, 2.0], [-1.0, 3.0]],
        W=[[2.0, -3.0], [1.0, 0.5]],
        b=[[1.0, -1.0]],
        activation="relu",
    ),
    "3.2-dZ": function("deep relu_backward", dA=[[0.5, -2.0], [1.5, 0.25]], Z=[[-3.0, 1.5], [4.0, -0.5]]),
    "3.2-dA": tensor("dA", dZ=[[2.0, -1.0], [0.0, 4.0]], W=[[1.0, -2.0], [3.0, 0.5]]),
    "3.2-dW": tensor("dW", dZ=[[0.9], [-0.6], [0.3]], A_prev=[[0.0, 2.0], [1.0, 0.0], [4.0, 1.0]]),
    "3.3-count": own(
        "n_1 * (n_0 + 1) + n_2 * (n_1 + 1) + n_3 * (n_2 + 1)",
        (
            "n_0 * n_1 + n_1 * n_2 + n_2 * n_3",
            "the biases are missing: each unit has one",
            "少了偏差：每个单元各有一个",
        ),
        (
            "n_0 * n_1 + n_1 * n_2 + n_2 * n_3 + 3",
            "each unit has a bias of its own, not each layer",
            "每个单元各有一个偏差，而不是每层一个",
        ),
        (
            "n_0 * (n_1 + 1) + n_1 * (n_2 + 1) + n_2 * (n_3 + 1)",
            "the bias belongs to the unit that is computed, not to the input: n[l] (n[l-1] + 1)",
            "偏差属于算出来的单元，不属于输入：n[l] (n[l-1] + 1)",
        ),
        ("n_1 * (n_0 + 1) + n_2 * (n_1 + 1)", "the output layer has parameters too", "输出层也有参数"),
        n_0=5,
        n_1=4,
        n_2=3,
        n_3=1,
    ),
    "3.3-update": function(
        "logistic update", part=0, w=[[0.5, -2.0]], b=0.0, dw=[[-1.0, 4.0]], db=1.0, learning_rate=0.3
    ),
    "3.3-steps": own(
        "w * (1 - 2 * alpha)**2",
        (
            "w * (1 - 2 * alpha)",
            "this is w after one step: make another one, from there",
            "这是走一步之后的 w：从那里再走一步",
        ),
        (
            "w - 2 * alpha * 2 * w",
            "the second step uses the slope of the start: compute 2w again",
            "第二步用了起点的斜率：要重新计算 2w",
        ),
        ("w * (1 + 2 * alpha)**2", "the steps go uphill: subtract α dw", "方向反了：应当减去 α dw"),
        ("w * (1 - alpha)**2", "the slope of w² is 2w, not w", "w² 的斜率是 2w，不是 w"),
        ("w", "the learning rate is missing: subtract α times the slope", "漏掉了学习速率：应当减去 α 乘以斜率"),
        w=5.0,
        alpha=0.2,
    ),
}
