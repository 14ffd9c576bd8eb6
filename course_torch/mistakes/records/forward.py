"""Mistakes in the forward pass: in Z = A_prev Wᵀ + b, in A = g(Z), and in the losses L."""

from functools import partial

from course_torch.mistakes.record import Edit, Mistake, mistake

in_Z, in_A, in_L = partial(Edit, "Z"), partial(Edit, "A", "g(Z)"), partial(Edit, "L", "loss(A, Y)")
"""An edit of Z; edits that put a new text for the whole formula of A, and for that of the losses."""


# fmt: off
def of_another(name: str, text: str) -> Mistake:
    """The mistake of computing the function of this name instead of the layer's."""
    others = " ".join(other for other in FUNCTIONS if other != name)
    return mistake(f"{name} computed", f"算成了 {name}", "2.3",
                   f"{name} is computed instead of g", f"算成了 {name}，而不是 g", in_A(text, others))


FUNCTIONS = {
    "sigmoid": "sigmoid(Z)",
    "tanh": "tanh(Z)",
    "relu": "relu(Z)",
    "leaky_relu": "where(Z > 0, Z, 0.01 * Z)",
    "identity": "Z",
    "softmax": "softmax(Z, dim=1)",
}
EPSILONS = [f"1e-{power:02d}" for power in range(5, 16)]

FORWARD: list[Mistake] = [
    # Z
    mistake("no b", "没有 b", "2.2",
            "b is not added: Z = A_prev Wᵀ + b", "没有加上 b：Z = A_prev Wᵀ + b",
            in_Z(" + b", "")),
    mistake("b twice", "b 加了两次", "2.2",
            "b is added twice: Z = A_prev Wᵀ + b", "b 加了两次：Z = A_prev Wᵀ + b",
            in_Z("+ b", "+ 2 * b")),
    mistake("b subtracted", "减去了 b", "2.2",
            "b is subtracted: Z = A_prev Wᵀ + b", "减去了 b：Z = A_prev Wᵀ + b",
            in_Z("+ b", "- b")),
    mistake("W not transposed", "W 没有转置", "2.2",
            "W is not transposed: Z = A_prev Wᵀ + b", "W 没有转置：Z = A_prev Wᵀ + b",
            in_Z("W.T", "W", need="square")),
    mistake("no W", "漏掉了 W", "2.2",
            "W is left out: Z = A_prev Wᵀ + b", "漏掉了 W：Z = A_prev Wᵀ + b",
            in_Z(" @ W.T", "", need="square")),
    # A
    *(of_another(*function) for function in FUNCTIONS.items()),
    mistake("g' for g", "g 写成了 g'", "2.4",
            "the derivative g'(Z) is computed instead of g(Z)", "算的是导数 g'(Z)，而不是 g(Z)",
            in_A("g_prime(Z)", "sigmoid tanh relu leaky_relu identity")),
    mistake("sign of Z", "Z 的正负号", "2.3",
            "g(-Z) is computed instead of g(Z): a sign in the exponent or in the mask is wrong",
            "算的是 g(-Z)，而不是 g(Z)：指数或掩码里有一个正负号错了",
            in_A("g(-Z)", "sigmoid relu leaky_relu softmax")),
    mistake("factor in Z", "Z 里的因子", "2.3",
            "Z is doubled or halved before g", "在 g 之前 Z 被加倍或减半了",
            in_A("g(2 * Z)", "sigmoid tanh softmax"), in_A("g(0.5 * Z)", "sigmoid tanh softmax")),
    mistake("fraction upside down", "分式上下颠倒", "2.3",
            "the fraction is upside down: numerator and denominator are swapped", "分式上下颠倒了：分子和分母写反了",
            in_A("1 / g(Z)")),
    mistake("denominator of tanh", "tanh 的分母", "2.3",
            "the denominator is wrong: tanh is (exp(Z) - exp(-Z)) / (exp(Z) + exp(-Z))",
            "分母错了：tanh 是 (exp(Z) - exp(-Z)) / (exp(Z) + exp(-Z))",
            in_A("sinh(Z)", "tanh"), in_A("2 * sinh(Z)", "tanh")),
    mistake("sign in sigmoid", "sigmoid 里的正负号", "1.2",
            "a sign is wrong: sigmoid is 1 / (1 + exp(-Z))", "有一个正负号错了：sigmoid 是 1 / (1 + exp(-Z))",
            Edit("A", "1 + exp(-Z)", "1 - exp(-Z)", "sigmoid")),
    mistake("sides swapped", "两边写反了", "2.3",
            "the two sides are swapped: A = Z where Z > 0", "两边写反了：Z > 0 处 A = Z",
            Edit("A", "Z > 0", "Z < 0", "relu leaky_relu")),
    mistake("another slope of A", "A 用了别的斜率", "2.3",
            "another slope is used where Z ≤ 0: A is the slope times Z there",
            "在 Z ≤ 0 处用了别的斜率：那里的 A 是斜率乘以 Z",
            Edit("A", "slope * Z", "0.3 * Z", "leaky_relu", adds="Z.clamp(max=0)")),
    mistake("|Z|", "|Z|", "2.3",
            "the absolute value of Z is taken", "对 Z 取了绝对值",
            in_A("Z.abs()", "relu leaky_relu")),
    mistake("softmax over the examples", "沿着样本做 softmax", "2.5",
            "softmax runs along the examples: the outputs of each example must add up to 1",
            "softmax 是沿着样本的方向算的：每个样本的各个输出之和应当为 1",
            in_A("softmax(Z, dim=0)", "softmax"), in_L("-(Y * Z.log_softmax(dim=0)).sum(dim=1)", "softmax")),
    mistake("one sum for all examples", "所有样本一个总和", "2.5",
            "exp(Z) is divided by one sum over all examples: each example has a sum of its own",
            "exp(Z) 除以了所有样本的总和：每个样本应当除以自己的和",
            Edit("A", "exp(Z).sum(dim=1, keepdim=True)", "exp(Z).sum()", "softmax")),
    mistake("not divided by the sum", "没有除以总和", "2.5",
            "exp(Z) is not divided by its sum", "exp(Z) 没有除以它的和",
            in_A("exp(Z)", "softmax"), in_A("exp(Z - Z.amax(dim=1, keepdim=True))", "softmax")),
    # L
    mistake("no (1 - Y) term of the loss", "损失里没有 (1 - Y) 那一项", "1.2",
            "the term (1 - Y) log(1 - A) is missing", "少了 (1 - Y) log(1 - A) 这一项",
            Edit("L", " + (1 - Y) * log_rest", "", "sigmoid")),
    mistake("no Y term of the loss", "损失里没有 Y 那一项", "1.2",
            "the term Y log A is missing", "少了 Y log A 这一项",
            Edit("L", "Y * log_A + ", "", "sigmoid")),
    mistake("epsilon in the loss", "损失里的 epsilon", "1.2",
            "an epsilon is added inside a logarithm: the loss is computed from Z, so that it needs none",
            "对数里加了 epsilon：损失由 Z 算出，并不需要它",
            *(in_L(f"-(Y * log(exp(log_A) + {e}) + (1 - Y) * log(exp(log_rest) + {e})).sum(dim=1)", "sigmoid")
              for e in EPSILONS),
            *(in_L(f"-(Y * log(exp(log_A) + {e})).sum(dim=1)", "softmax") for e in EPSILONS)),
    mistake("sign in the loss", "损失里的正负号", "1.2",
            "one of the two terms has the wrong sign: L = -(Y log A + (1 - Y) log(1 - A))",
            "两项中有一项的正负号错了：L = -(Y log A + (1 - Y) log(1 - A))",
            Edit("L", "+ (1 - Y)", "- (1 - Y)", "sigmoid"), Edit("L", "Y * log_A", "-Y * log_A", "sigmoid")),
    mistake("labels inverted in the loss", "损失里的标签反了", "1.2",
            "log A and log(1 - A) are swapped", "log A 和 log(1 - A) 写反了",
            in_L("-(Y * log_rest + (1 - Y) * log_A).sum(dim=1)", "sigmoid")),
    mistake("no logarithm", "没有对数", "1.2",
            "the logarithm is missing", "少了对数",
            Edit("L", "log_A", "A", "softmax"), in_L("-(Y * A + (1 - Y) * (1 - A)).sum(dim=1)", "sigmoid")),
    mistake("another loss", "另一种损失函数", "1.2",
            "this is another loss: the squared error, the absolute error, or the cross-entropy of another output",
            "这是另一种损失函数：平方误差、绝对误差，或另一种输出的交叉熵",
            in_L("(A - Y).abs().sum(dim=1)", ""), in_L("((A - Y)**2).sum(dim=1)", "sigmoid softmax"),
            in_L("((A - Y)**2).sum(dim=1) / 2", "sigmoid softmax"),
            in_L("-(Y * log(sigmoid(Z)) + (1 - Y) * log(sigmoid(-Z))).sum(dim=1)", "softmax identity"),
            in_L("-(Y * Z.log_softmax(dim=1)).sum(dim=1)", "sigmoid identity", "classes")),
    mistake("no square", "没有平方", "1.2",
            "the square is missing: L = ½ Σ (A - Y)²", "少了平方：L = ½ Σ (A - Y)²",
            in_L("(A - Y).sum(dim=1)", "identity"), Edit("L", "**2", "", "identity")),
]
# fmt: on
