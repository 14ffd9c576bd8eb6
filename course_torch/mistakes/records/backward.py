"""Mistakes in dZ[L] = A - Y, in dZ = dA * g'(Z) of hidden layers, and in dA_prev = dZ W."""

from functools import partial

from course_torch.formulas.activations import ACTIVATIONS
from course_torch.mistakes.record import REFERENCE, Edit, Mistake, in_code, mistake

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
            "dZ is |A - Y| and has lost its sign: dZ = A - Y, and dA = -Y/A + (1 - Y)/(1 - A) begins with a minus",
            "dZ 成了 |A - Y|，丢掉了正负号：dZ = A - Y，而 dA = -Y/A + (1 - Y)/(1 - A) 以负号开头",
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
            # In dW an epsilon is a factor near 1, which verification/networks/explain/factors.py recognizes.
            Edit("dW", "/ m", "/ (m + 1e-8)", need="float64")),
]
# fmt: on


CHOICE = 'sigmoid_backward(dA, Z) if activation == "sigmoid" else relu_backward(dA, Z)'
MASKED = ("relu_backward", "relu_derivative", "leaky_relu_derivative")
for_g_prime, for_dA = partial(Edit, "dZ", "g_prime(Z)"), partial(Edit, "dZ", "dA")
for_W = partial(Edit, "dA", "W")
"""Edits that put a new text for g'(Z) or dA in dZ = dA * g'(Z), and for W in dA_prev = dZ W."""
DERIVATIVES = {
    "sigmoid": [Edit("backward_propagation", "1 - A1**2", "A1 * (1 - A1)")],
    "tanh": [Edit("sigmoid_backward", "A * (1 - A)", "(1 - A**2)")],
    "relu": [
        Edit("backward_propagation", "1 - A1**2", '(cache["Z1"] > 0)'),
        Edit("sigmoid_backward", "A * (1 - A)", "(Z > 0)"),
    ],
    "leaky_relu": [Edit("relu_backward", "dA * (Z > 0)", "np.where(Z > 0, dA, 0.01 * dA)")],
}
"""Activation -> edits that use its derivative in functions of the exercises."""


# fmt: off
def derivative_of(name: str) -> Mistake:
    """The mistake of using the derivative of this activation in a network with another one."""
    tanh_first = sorted(ACTIVATIONS, key=lambda other: other != "tanh")  # the playground begins with tanh
    others = " ".join(other for other in tanh_first if other not in (name, "identity"))
    texts = (f"derivative_of('{name}', Z, A)", f"derivative_of('{name}', Z)")
    return mistake(f"g' of {name}", f"用了 {name} 的 g'", "2.4",
                   f"the derivative is that of {name}, not of the layer's activation",
                   f"用了 {name} 的导数，而不是本层激活函数的导数",
                   *(for_g_prime(text, others) for text in texts), *DERIVATIVES.get(name, ()))


HIDDEN = [
    # g'
    mistake("no g'", "没有乘 g'", "2.5",
            "g'(Z) is missing in a hidden layer: dZ = dA * g'(Z)", "隐层里少乘了 g'(Z)：dZ = dA * g'(Z)",
            Edit("dZ", " * g_prime(Z)", ""), Edit("backward_propagation", " * (1 - A1**2)", ""),
            Edit("relu_backward", "dA * (Z > 0)", "1.0 * dA"), Edit("sigmoid_backward", " * A * (1 - A)", ""),
            Edit("linear_activation_backward", CHOICE, "dA")),
    mistake("A for g'", "g' 写成了 A", "2.4",
            "the activation is used instead of its derivative: dZ = dA * g'(Z), not dA * A",
            "该用导数的地方用了激活值：dZ = dA * g'(Z)，不是 dA * A",
            for_g_prime("A"), Edit("backward_propagation", "1 - A1**2", "A1"),
            Edit("relu_backward", "dA * (Z > 0)", "dA * Z * (Z > 0)")),
    mistake("Z for g'", "g' 写成了 Z", "2.4",
            "Z is used instead of the derivative: dZ = dA * g'(Z), not dA * Z",
            "该用导数的地方用了 Z：dZ = dA * g'(Z)，不是 dA * Z",
            for_g_prime("Z"), Edit("relu_backward", "dA * (Z > 0)", "dA * Z")),
    mistake("g' squared", "g' 平方了", "2.5",
            "dA is multiplied by g'(Z) twice: dZ = dA * g'(Z)", "dA 乘了两次 g'(Z)：dZ = dA * g'(Z)",
            for_g_prime("g_prime(Z)**2", "tanh sigmoid leaky_relu")),
    mistake("sign in g'", "g' 里的正负号", "2.4",
            "a sign is wrong in the derivative: tanh has 1 - A², sigmoid has A (1 - A)",
            "导数里有一个正负号错了：tanh 的导数是 1 - A²，sigmoid 的导数是 A (1 - A)",
            Edit("dZ", "1 - A**2", "1 + A**2", "tanh"), Edit("dZ", "1 - A", "1 + A", "sigmoid"),
            Edit("backward_propagation", "1 - A1**2", "1 + A1**2"), Edit("sigmoid_backward", "1 - A", "1 + A"),
            Edit("sigmoid_derivative", "1 - A", "1 + A"), Edit("tanh_derivative", "1 - A**2", "1 + A**2")),
    mistake("1 left out", "漏掉了 1", "2.4",
            "the 1 is left out: tanh has 1 - A², sigmoid has A (1 - A)",
            "漏掉了 1：tanh 的导数是 1 - A²，sigmoid 的导数是 A (1 - A)",
            Edit("dZ", "1 - A**2", "A**2", "tanh"), Edit("dZ", "1 - A", "A", "sigmoid"),
            Edit("backward_propagation", "1 - A1**2", "A1**2"), Edit("tanh_derivative", "1 - A**2", "A**2")),
    mistake("A not squared", "A 没有平方", "2.4",
            "A is used instead of A²: tanh has 1 - A²", "该用 A² 的地方用了 A：tanh 的导数是 1 - A²",
            Edit("dZ", "A**2", "A", "tanh"), Edit("backward_propagation", "1 - A1**2", "1 - A1")),
    mistake("another power of A", "A 的次数错了", "2.4",
            "A has a wrong power: tanh has 1 - A²", "A 的次数错了：tanh 的导数是 1 - A²",
            Edit("dZ", "A**2", "A**3", "tanh"), Edit("dZ", "A**2", "A**4", "tanh")),
    mistake("A left out", "漏掉了 A", "2.4",
            "A is left out: sigmoid has A (1 - A)", "漏掉了 A：sigmoid 的导数是 A (1 - A)",
            Edit("dZ", "A * (1 - A)", "(1 - A)", "sigmoid"), Edit("sigmoid_backward", "A * (1 - A)", "(1 - A)"),
            Edit("sigmoid_derivative", "A * (1 - A)", "1 - A")),
    mistake("mask reversed", "掩码反了", "2.4",
            "the mask is reversed: the derivative is 1 where Z > 0", "掩码反了：Z > 0 处的导数是 1",
            Edit("dZ", "Z > 0", "Z <= 0", "relu"), Edit("dZ", "where(Z > 0, 1, slope)", "(Z <= 0)", "leaky_relu"),
            for_g_prime("g_prime(-Z)", "relu leaky_relu"),
            *(Edit(function, "Z > 0", mask) for function in MASKED for mask in ("Z < 0", "Z <= 0"))),
    mistake("no slope", "没有乘斜率", "2.4",
            "the leaky slope is missing: the derivative is the slope where Z ≤ 0",
            "少了泄露部分的斜率：Z ≤ 0 处的导数就是这个斜率",
            Edit("dZ", "where(Z > 0, 1, slope)", "(Z > 0)", "leaky_relu")),
    mistake("slope everywhere", "处处用了斜率", "2.4",
            "the leaky slope is used where Z > 0 too: the derivative is 1 there",
            "在 Z > 0 处也用了泄露部分的斜率：那里的导数是 1",
            Edit("dZ", "where(Z > 0, 1, slope)", "slope", "leaky_relu")),
    mistake("another slope", "用了别的斜率", "2.4",
            "another slope is used where Z ≤ 0: the derivative there is the slope of the forward pass, 0 for relu",
            "在 Z ≤ 0 处用了别的斜率：那里的导数应当是正向传播所用的斜率，对 relu 来说是 0",
            Edit("dZ", "slope", "0.3", "leaky_relu", adds="dA * (Z <= 0)"),
            Edit("dZ", "(Z > 0)", "where(Z > 0, 1, 0.3)", "relu", adds="dA * (Z <= 0)")),
    mistake("g'(A)", "g'(A)", "2.4",
            "the derivative is taken at A instead of Z", "导数是在 A 处求的，应当在 Z 处求",
            for_g_prime("g_prime(A)", "tanh sigmoid"),
            Edit("backward_propagation", "1 - A1**2", "1 - np.tanh(A1) ** 2")),
    mistake("Z for A in g'", "g' 里的 A 写成了 Z", "2.4",
            "Z is used instead of A in the derivative, as in 1 - Z² for 1 - A²",
            "导数里该用 A 的地方用了 Z，例如把 1 - A² 写成了 1 - Z²",
            Edit("dZ", "1 - A**2", "1 - Z**2", "tanh"), Edit("dZ", "A * (1 - A)", "Z * (1 - Z)", "sigmoid"),
            Edit("backward_propagation", "1 - A1**2", '1 - cache["Z1"] ** 2'),
            Edit("sigmoid_backward", "A = sigmoid(Z)", "A = Z")),
    mistake("g' of another layer", "用了别的层的 g'", "3.2",
            "the derivative is that of another layer: dZ[l] = dA[l] * g'(Z[l])",
            "用了别的层的导数：dZ[l] = dA[l] * g'(Z[l])",
            for_g_prime("other.g_prime(other.Z)", need="square")),
    mistake("g' at A_prev", "g'(A_prev)", "3.2",
            "the derivative is taken at A[l-1] instead of Z[l]", "导数是在 A[l-1] 处求的，应当在 Z[l] 处求",
            for_g_prime("g_prime(A_prev)", need="square"), Edit("dZ", "A**2", "A_prev**2", "tanh", "square"),
            Edit("dZ", "A * (1 - A)", "A_prev * (1 - A_prev)", "sigmoid", "square")),
    *(derivative_of(name) for name in REFERENCE["dZ"] if name),
    # dA
    mistake("top dA reused", "每一层都用了最后一个隐层的 dA", "3.2",
            "dA of the top hidden layer is used in every layer: each layer l has its own dA[l]",
            "每一层都用了最后一个隐层的 dA：第 l 层有自己的 dA[l]",
            for_dA("top.dA", need="square"),
            Edit("L_model_backward", '        dA, grads[f"dW{l}"]', '        _, grads[f"dW{l}"]')),
    mistake("dA of another layer", "用了别的层的 dA", "3.2",
            "dA of another layer is used: dZ[l] = dA[l] * g'(Z[l])", "用了别的层的 dA：dZ[l] = dA[l] * g'(Z[l])",
            for_dA("other.dA", need="square")),
    mistake("dZ for dA", "dA 写成了 dZ", "3.2",
            "dZ of the layer above is used instead of dA: dA[l] = dZ[l+1] W[l+1]",
            "该用 dA 的地方用了后一层的 dZ：dA[l] = dZ[l+1] W[l+1]",
            for_dA("above.dZ", need="square")),
    mistake("A for dA", "dA 写成了 A", "2.5",
            "A is used instead of dA: dZ = dA * g'(Z)", "该用 dA 的地方用了 A：dZ = dA * g'(Z)",
            for_dA("A")),
    mistake("g' without dA", "g' 没有乘 dA", "2.5",
            "dA is missing: dZ = dA * g'(Z), not g'(Z) alone", "少乘了 dA：dZ = dA * g'(Z)，不能只有 g'(Z)",
            Edit("dZ", "dA * g_prime(Z)", "g_prime(Z)"), Edit("backward_propagation", "dA1 * (1 - A1**2)", "1 - A1**2"),
            Edit("relu_backward", "dA * (Z > 0)", "1.0 * (Z > 0)"), Edit("sigmoid_backward", "dA * A", "A")),
    # dA_prev = dZ W
    mistake("W for Wᵀ", "Wᵀ 写成了 W", "2.5",
            "W and Wᵀ are confused: dA_prev = dZ W for examples as rows, Wᵀ dZ for the course's columns",
            "W 和 Wᵀ 弄混了：样本为行时 dA_prev = dZ W，课程里样本为列时是 Wᵀ dZ",
            for_W("W.T", need="square"), *in_code("dA", "dZ @ W.T", "W @ dZ")),
    mistake("dW for W", "W 写成了 dW", "2.5",
            "dW is used instead of W: dA_prev = dZ W", "该用 W 的地方用了 dW：dA_prev = dZ W",
            for_W("dW"), *in_code("dA", "dZ @ dW", "dW.T @ dZ"),
            Edit("backward_propagation", "dZ2 @ W2", "dZ2 @ dW2", columns="dW2.T @ dZ2")),
    mistake("W of another layer", "用了别的层的 W", "3.2",
            "W of another layer is used: dA[l-1] = dZ[l] W[l]", "用了别的层的 W：dA[l-1] = dZ[l] W[l]",
            for_W("other.W", need="deep")),
    mistake("g' of the layer below in dA", "dA 里有前一层的 g'", "3.2",
            "dA is already multiplied by g': only dZ = dA * g'(Z) contains g'",
            "dA 里已经乘了 g'：只有 dZ = dA * g'(Z) 里才有 g'",
            Edit("dA", "dZ @ W", "dZ @ W * below.g_prime(below.Z)")),
    mistake("W updated too early", "W 更新得太早", "2.5",
            "W was updated before all gradients were computed: compute all gradients, then update",
            "还没有算完所有梯度就更新了 W：先算出所有梯度，再更新参数",
            Edit("dA", "W", "(W - 0.1 * dW)", adds="dZ @ dW"),
            *in_code("dA", "dZ @ (W - 0.1 * dW)", "(W - 0.1 * dW).T @ dZ")),
]
# fmt: on
