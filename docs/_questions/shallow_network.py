"""The questions of lessons 2.1 to 2.5."""

from _questions.question import function, own, tensor

TWO_UNITS = {"a_prev": [[2.0, -1.0]], "W": [[0.5, 1.0], [-2.0, 3.0]], "b": [[1.0, 0.5]]}
THREE_EXAMPLES = {
    "X": [[1.0, 2.0], [0.0, -1.0], [3.0, 1.0]],
    "W": [[2.0, 1.0], [-1.0, 4.0], [0.5, -2.0]],
    "b": [[1.0, -2.0, 3.0]],
}


SHALLOW_NETWORK = {
    "2.1-node": function("shallow node_by_node", a_prev=[[0.5, -1.0, 2.0]], W=[[4.0, 1.0, 1.5]], b=[[-0.5]]),
    "2.1-layer": function("shallow node_by_node", **TWO_UNITS),
    "2.1-count": own(
        "n_0 * n_1 + n_1 + n_1 * n_2 + n_2",
        ("n_0 * n_1 + n_1 * n_2", "the biases are missing: each node has one", "少了偏差：每个节点各有一个"),
        (
            "n_0 * n_1 + n_1 * n_2 + 2",
            "each node has a bias of its own, not each layer",
            "每个节点各有一个偏差，而不是每层一个",
        ),
        (
            "n_0 * n_1 + n_1 * n_2 + n_0 + n_1 + n_2",
            "the inputs have no biases: only the nodes of both layers have",
            "输入没有偏差：只有两层的节点才有",
        ),
        ("n_0 * n_1 + n_1", "layer 2 has parameters too", "第 2 层也有参数"),
        (
            "n_0 + n_1 + n_2",
            "these are the nodes: each node has a weight for each of its inputs",
            "这是节点的个数：每个节点对每个输入都有一个权重",
        ),
        n_0=4,
        n_1=3,
        n_2=2,
    ),
    "2.2-Z": tensor("Z", A_prev=[[1.0, 3.0], [2.0, -1.0]], W=[[2.0, -1.0], [0.5, 1.0]], b=[[-1.0, 0.5]]),
    "2.2-entry": own(
        "(X @ W.T + b)[2, 1]",
        (
            "(X @ W.T + b)[1, 2]",
            "this is unit 3 of example 2: the round bracket is the example",
            "这是样本 2 的单元 3：圆括号里是样本",
        ),
        ("(X @ W.T)[2, 1]", "b is not added: unit 2 has its own bias", "没有加上 b：单元 2 有自己的偏差"),
        (
            "(X @ W.T)[2, 1] + b[0][2]",
            "the bias of unit 3 is added: the bias belongs to the unit, not to the example",
            "加的是单元 3 的偏差：偏差属于单元，不属于样本",
        ),
        ("X[2] @ W[1] - b[0][1]", "b is subtracted: add it", "减去了 b：应当加上"),
        **THREE_EXAMPLES,
    ),
    "2.2-shape": own(
        "(m, n_1)",
        (
            "(n_1, m)",
            "this is the course's layout, with a column for each example: here each example is a row",
            "这是课程的排法，每个样本一列：这里每个样本一行",
        ),
        ("(m, n_0)", "this is the shape of X: Z has a column for each unit", "这是 X 的形状：Z 的每一列对应一个单元"),
        ("(n_1, n_0)", "this is the shape of W, which knows nothing of the examples", "这是 W 的形状，它与样本无关"),
        ("(1, n_1)", "this is the shape of b, and of Z for one example", "这是 b 的形状，也是单个样本的 Z 的形状"),
        m=30,
        n_0=4,
        n_1=6,
    ),
    "2.3-leaky": function("shallow leaky_relu", Z=[[-5.0, 2.0, -0.5]]),
    "2.3-sigma": own(
        "1 - a",
        (
            "-a",
            "tanh has this symmetry: σ(z) and σ(-z) are the probabilities of the two classes",
            "tanh 才有这种对称：σ(z) 和 σ(-z) 是两个类别的概率",
        ),
        (
            "a",
            "this is σ(z): the sigmoid grows with z, so it differs at -z",
            "这是 σ(z)：sigmoid 随 z 增大，在 -z 处取另一个值",
        ),
        ("1 / a", "this is 1 divided by σ(z): subtract σ(z) from 1", "这是 1 除以 σ(z)：应当用 1 减去 σ(z)"),
        a=0.95,
    ),
    "2.3-tanh": own(
        "2 * s - 1",
        (
            "2 * s",
            "the sigmoid is stretched, but not yet centred at 0: subtract 1",
            "sigmoid 拉长了，但还没有以 0 为中心：还要减去 1",
        ),
        (
            "s",
            "this is the sigmoid: tanh is twice as high and centred at 0",
            "这是 sigmoid：tanh 有它的两倍高，并以 0 为中心",
        ),
        ("1 - 2 * s", "the sign is turned around", "正负号反了"),
        ("s - 1", "the factor 2 is missing", "少了因子 2"),
        s=0.8,
    ),
    "2.3-linear": own(
        "W2 @ W1",
        ("W2 @ W1.T", "W1 is transposed: the product is W2 W1", "W1 转置了：乘积是 W2 W1"),
        (
            "W2 * W1[0]",
            "entries are multiplied one by one: this is a product of matrices",
            "逐个元素相乘了：这里是矩阵乘法",
        ),
        (
            "W2 + W1[:1]",
            "the weights are added: put the first layer into the second",
            "把权重加了起来：应当把第一层代入第二层",
        ),
        W1=[[2.0, 1.0], [-1.0, 3.0]],
        W2=[[3.0, -2.0]],
    ),
    "2.4-sigmoid": tensor("dZ", "sigmoid", dA=[[5.0, -4.0]], A=[[0.2, 0.75]]),
    "2.4-tanh": tensor("dZ", "tanh", dA=[[2.0, -5.0]], A=[[0.8, -0.4]]),
    "2.4-relu": function("deep relu_backward", dA=[[3.0, -2.0, 0.5]], Z=[[-1.0, 4.0, 2.0]]),
    "2.4-leaky_slope": function("shallow leaky_relu_derivative", Z=[[-3.0, 5.0]]),
    "2.5-dW": tensor("dW", dZ=[[0.6], [-0.3], [0.9]], A_prev=[[0.5, 0.1], [-0.5, 0.2], [0.5, -0.4]]),
    "2.5-dZ": tensor("dZ", "tanh", dA=[[-2.0, 1.0]], A=[[0.5, -0.2]], dZ2=[[-0.5]], W2=[[4.0, -2.0]]),
    "2.5-db": tensor("db", dZ=[[0.3, -0.6], [0.9, 0.1], [-0.6, -0.4]]),
}
