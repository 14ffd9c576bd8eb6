"""Mistakes in dZ[L] = A - Y, the derivative of the loss by the output layer's Z."""

from functools import partial

from course_torch.mistakes.edits import in_code
from course_torch.mistakes.record import Edit, mistake

DA = "-Y / A + (1 - Y) / (1 - A)"
"""dA[L] of sigmoid outputs."""
DA_IN_FUNCTIONS = "-Y / {A} + (1 - Y) / (1 - {A})"
at_output, for_A, for_Y = (partial(Edit, "dZ[L]", old) for old in ("(A - Y)", "A", "Y"))
"""Edits that put a new text for all of A - Y, for A and for Y."""


# fmt: off
NEARLY_RIGHT = (
    ("(-Y / (A + 1e-8) + (1 - Y) / (1 - A + 1e-8)) * A * (1 - A)", "sigmoid",
     "Y * (1 - A) / A - (1 - Y) * A / (1 - A)"),
    ("(-Y / (A + 1e-8) * A * (1 - A) + (1 - Y) * A)", "sigmoid", "Y * (1 - A) / A"),
    ("(-Y * (1 - A) + (1 - Y) / (1 - A + 1e-8) * A * (1 - A))", "sigmoid", "(1 - Y) * A / (1 - A)"),
    ("(A - Y) * A * (1 - A) / (A * (1 - A) + 1e-8)", "sigmoid", "(A - Y) / (A * (1 - A))"),
    ("A * ((-Y / (A + 1e-8)) - (A * (-Y / (A + 1e-8))).sum(dim=1, keepdim=True))", "softmax",
     "A * (Y / A**2 - (Y / A).sum(dim=1, keepdim=True))"),
)
"""A - Y with an epsilon in a denominator, the outputs, and the tensor of which the epsilon adds a multiple."""
OUTPUT = [
    # The loss
    mistake("sign at the output", "输出层的正负号", "1.5",
            "the sign is turned around: dZ = A - Y, and dA = -Y / A + (1 - Y) / (1 - A)",
            "正负号反了：dZ = A - Y，dA = -Y / A + (1 - Y) / (1 - A)",
            at_output("(Y - A)"), *in_code("dZ[L]", "Y - {A}"),
            Edit("L_model_backward", "output_gradient(AL, Y)", "-output_gradient(AL, Y)"), recognized="factor"),
    mistake("no g' at the output", "输出层没有乘 g'", "2.5",
            "dA of the output layer is used as dZ: multiply it by g'(Z), which gives dZ = A - Y",
            "把输出层的 dA 当成了 dZ：还要乘以 g'(Z)，得到 dZ = A - Y",
            at_output(f"({DA})", "sigmoid softmax"), at_output("(-Y / A)", "softmax sigmoid"),
            *in_code("dZ[L]", DA_IN_FUNCTIONS),
            Edit("L_model_backward", "output_gradient(AL, Y)", DA_IN_FUNCTIONS.format(A="AL"))),
    mistake("squared error", "平方误差", "1.5",
            "this is the gradient of the squared error: cross-entropy has dZ = A - Y, without A (1 - A)",
            "这是平方误差的梯度：交叉熵的梯度是 dZ = A - Y，不含 A (1 - A)",
            at_output("(A - Y) * A * (1 - A)", "sigmoid softmax"),
            at_output("A * ((A - Y) - (A * (A - Y)).sum(dim=1, keepdim=True))", "softmax"),
            *in_code("dZ[L]", "({A} - Y) * {A} * (1 - {A})")),
    mistake("sign of (1 - Y)", "(1 - Y) 那一项的正负号", "1.5",
            "the term with (1 - Y) has the wrong sign: dA = -Y/A + (1 - Y)/(1 - A)",
            "含 (1 - Y) 的那一项正负号错了：dA = -Y/A + (1 - Y)/(1 - A)",
            at_output("(-Y / A - (1 - Y) / (1 - A)) * A * (1 - A)", "sigmoid"),
            *in_code("dZ[L]", "(-Y / {A} - (1 - Y) / (1 - {A})) * {A} * (1 - {A})"),
            Edit("two_layer_model", " - np.divide(", " + np.divide(")),
    mistake("no (1 - Y) term", "没有 (1 - Y) 那一项", "1.5",
            "the term (1 - Y)/(1 - A) of dA is missing", "dA 里少了 (1 - Y)/(1 - A) 这一项",
            at_output("(-Y / A) * A * (1 - A)", "sigmoid")),
    mistake("no Y term", "没有 Y 那一项", "1.5",
            "the term -Y/A of dA is missing", "dA 里少了 -Y/A 这一项",
            at_output("(1 - Y) * A", "sigmoid")),
    mistake("|A - Y|", "|A - Y|", "1.5",
            "the absolute value of A - Y is taken: dZ = A - Y keeps its sign",
            "对 A - Y 取了绝对值：dZ = A - Y 要保留正负号",
            at_output("(A - Y).abs()"), *in_code("dZ[L]", "abs({A} - Y)")),
    mistake("(A - Y)²", "(A - Y)²", "1.5",
            "A - Y is squared, as in a loss: dZ = A - Y", "像损失函数那样把 A - Y 平方了：dZ = A - Y",
            at_output("(A - Y)**2"), *in_code("dZ[L]", "({A} - Y) ** 2")),
    mistake("true class only", "只算真实类别", "2.5",
            "only the entry of the true class is kept: dZ = A - Y has an entry for each class",
            "只保留了真实类别的那个元素：dZ = A - Y 里每一类各有一个元素",
            at_output("(A - Y) * Y", need="classes"), at_output("(A - Y) * (1 - Y)", need="classes")),
    # The labels
    mistake("labels of rank 1", "标签的秩为 1", "1.7",
            "A - Y was broadcast to an (m, m) table: Y must have the shape of A, (m, 1) for one output",
            "A - Y 被广播成了 (m, m) 的矩阵：Y 的形状要与 A 相同，单个输出时是 (m, 1)",
            for_Y("Y.T", "sigmoid identity"), for_A("A.T", "sigmoid identity"),
            *in_code("dZ[L]", "{A}.T - Y", only="output_gradient")),
    mistake("Y left out", "漏掉了 Y", "1.5",
            "the labels are missing: dZ = A - Y, not A", "没有减去标签：dZ = A - Y，不是 A",
            at_output("A"), *in_code("dZ[L]", "{A}")),
    mistake("A + Y", "A + Y", "1.5",
            "the labels are added: dZ = A - Y", "标签被加上了，应当减去：dZ = A - Y",
            at_output("(A + Y)"), *in_code("dZ[L]", "{A} + Y")),
    mistake("labels inverted", "标签反了", "1.2",
            "0 and 1 are swapped in the labels", "标签里的 0 和 1 弄反了",
            for_Y("(1 - Y)", "sigmoid softmax")),
    mistake("labels of ±1", "标签为 ±1", "1.2",
            "the labels are -1 and 1: the cross-entropy needs 0 and 1", "标签取的是 -1 和 1：交叉熵要求标签取 0 和 1",
            for_Y("(2 * Y - 1)", "sigmoid softmax")),
    mistake("labels smoothed", "标签平滑了", "1.2",
            "the labels are smoothed: Y must hold 0 and 1", "标签被平滑了：Y 里只能有 0 和 1",
            for_Y("(0.9 * Y + 0.05)", "sigmoid softmax", adds="Y - 0.5", limits=(0, 1)),
            for_Y("(0.9 * Y + 0.1 / n)", "sigmoid softmax", adds="Y - 1 / n", limits=(0, 1))),
    mistake("labels shuffled", "标签打乱了", "1.1",
            "the labels belong to other examples: shuffle X and Y by the same permutation",
            "标签与样本对不上：打乱顺序时 X 和 Y 要用同一个排列",
            for_Y("Y[[3, 0, 2, *range(4, m), 1]]"), for_Y("Y.flip(0)"), for_Y("Y.roll(1, 0)"), for_Y("Y.roll(-1, 0)")),
    mistake("class weights", "类别权重", "1.2",
            "each class has its own factor, as by class weights: this cost has no class weights",
            "每一类各乘了一个系数，就像加了类别权重：这里的成本函数没有类别权重",
            at_output("(A - Y) * (1 + 2 * Y[:, :1])", "sigmoid softmax"), recognized="pattern"),
    # The function of the output
    mistake("Z for A at the output", "输出层的 A 写成了 Z", "1.5",
            "Z is used instead of A = g(Z): dZ = A - Y", "该用 A = g(Z) 的地方用了 Z：dZ = A - Y",
            for_A("Z", "sigmoid softmax"), Edit("propagate", "sigmoid(", "("),
            Edit("backward_propagation", "A2 - Y", 'cache["Z2"] - Y')),
    mistake("decided labels for A", "A 写成了预测的标签", "1.5",
            "the predicted label is used instead of the probability A: dZ = A - Y",
            "该用概率 A 的地方用了预测的标签：dZ = A - Y",
            for_A("(A > 0.5).to(A.dtype)", "sigmoid softmax"),
            for_A("(0 * A).scatter(1, A.argmax(dim=1, keepdim=True), 1)", "sigmoid softmax", "classes"),
            Edit("backward_propagation", "A2 - Y", "1.0 * (A2 > 0.5) - Y")),
    mistake("softmax along the examples", "沿着样本做 softmax", "2.5",
            "A is a softmax along the examples: the outputs A of each example must add up to 1",
            "A 是沿着样本的方向做的 softmax：每个样本的各个输出 A 之和应当为 1",
            for_A("softmax(Z, dim=0)", "softmax")),
    mistake("softmax for the output", "输出层写成了 softmax", "2.5",
            "softmax is used instead of the network's output function", "输出层用了 softmax，而不是这个网络的输出函数",
            for_A("softmax(Z, dim=1)", "sigmoid identity", "classes")),
    mistake("another function at the output", "输出层用了另一个函数", "2.5",
            "another activation is used instead of the network's output function",
            "输出层用了另一个激活函数，而不是这个网络的输出函数",
            for_A("sigmoid(Z)", "softmax identity"), for_A("tanh(Z)"), for_A("relu(Z)"),
            Edit("propagate", "sigmoid(", "np.tanh(")),
    # Nearly right
    mistake("epsilon", "epsilon", "1.2",
            "right except for an epsilon in a logarithm or a denominator", "只差对数或分母里的一个 epsilon，其余都正确",
            *(at_output(new, of, need="float64", adds=adds, limits=(-1e-4, 1e-4), slack=1e-2)
              for new, of, adds in NEARLY_RIGHT),
            # In dW an epsilon is a factor near 1, which verification/explain/factors.py recognizes.
            Edit("dW", "/ m", "/ (m + 1e-8)", need="float64")),
]
# fmt: on
