"""Mistakes in dZ = dA * g'(Z) of hidden layers, and in dA_prev = dZ W."""

from functools import partial

from course_torch.formulas.activations import ACTIVATIONS
from course_torch.mistakes.edits import in_code
from course_torch.mistakes.record import REFERENCE, Edit, Mistake, mistake

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
    others = " ".join(other for other in reversed(ACTIVATIONS) if other not in (name, "identity"))
    texts = (f"derivative_of('{name}', Z)", f"derivative_of('{name}', Z, A)")
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
            for_g_prime("Z")),
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
