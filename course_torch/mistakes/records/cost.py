"""Mistakes in the functions of the exercises that compute losses, the cost, and predicted labels."""

from course_torch.mistakes.record import Edit, at_start, edits, in_code, mistake, with_A

TERMS = "Y * np.log({A}) + (1 - Y) * np.log(1 - {A})"
OUTER, INNER = (f"Y{a} @ np.log({{A}}){b} + (1 - Y){a} @ np.log(1 - {{A}}){b}" for a, b in (("", ".T"), (".T", "")))
COSTS = (("compute_cost", "A"), ("compute_cost", "A2"), ("compute_cost", "AL"))
LOSS = ("loss", "A")


def terms(old: str, new: str, *functions: tuple[str, str], columns: str = "") -> list[Edit]:
    """Edits of the losses in their functions, or in some. {A} is the name of A. `columns` replaces `new` there."""
    return edits(old, new, *with_A(*(functions or (*COSTS, LOSS))), columns=columns)


def in_cost(new: str) -> list[Edit]:
    """Edits of the whole formula of the cost."""
    return terms(f"-np.sum({TERMS}) / m", new, *COSTS)


def labels(new: str, need: str = "") -> list[Edit]:
    """Edits of what predict returns. {A} is the name of A."""
    return [
        Edit("predict", old, f"return {new.format(A=A)}", need=need)
        for old, A in (("return A > 0.5", "A"), ("return 1.0 * (A2 > 0.5)", "A2"), ("return 1.0 * (AL > 0.5)", "AL"))
    ]


# fmt: off
COST = [
    mistake("sum, not mean", "求和而没有取平均", "1.2",
            "the losses are added up but not divided by m, or divided by the length of the wrong axis, which is 1: "
            "J = (1/m) Σ L",
            "把损失加起来后没有除以 m，或者除以了另一个轴的长度，而它是 1：J = (1/m) Σ L",
            Edit("compute_cost", " / m", ""), Edit("compute_cost", "shape[0]", "shape[1]")),
    mistake("sum of the y term only", "只对 y 那一项求和", "1.2",
            "the sum holds only the term with y: put both terms into the brackets of the sum",
            "只对 y 那一项求了和：求和的括号里要包括两项",
            *in_cost("-np.sum(Y * np.log({A})) / m + (1 - Y) * np.log(1 - {A})"),
            *in_cost("np.squeeze(-np.sum(Y * np.log({A})) / m + (1 - Y) * np.log(1 - {A}))")),
    mistake("y term without 1/m", "只有 y 那一项，没有 1/m", "1.2",
            "the cost is only the sum of the terms with y: the term with (1 - y) is missing, and 1/m",
            "成本只是 y 那一项的和：少了 (1 - y) 那一项，也没有乘 1/m",
            *in_cost("-np.sum(Y * np.log({A}))")),
    mistake("no (1 - y) term", "没有 (1 - y) 那一项", "1.2",
            "the term with (1 - y) is missing", "少了 (1 - y) 那一项",
            *terms(" + (1 - Y) * np.log(1 - {A})", ""), *in_code("dZ[L]", "-Y * (1 - {A})")),
    mistake("no y term", "没有 y 那一项", "1.2",
            "the term with y is missing", "少了 y 那一项",
            *terms("Y * np.log({A}) + ", "")),
    mistake("sign of the (1 - y) term", "(1 - y) 那一项的正负号", "1.2",
            "the term with (1 - y) has the wrong sign", "(1 - y) 那一项的符号错了",
            *edits(" + (1 - Y)", " - (1 - Y)", "loss", "compute_cost")),
    mistake("1 + y", "1 - y 写成了 1 + y", "1.2",
            "1 + y stands where 1 - y belongs", "该写 1 - y 的地方写成了 1 + y",
            *terms("(1 - Y) * np", "(1 + Y) * np"),
            *in_code("dZ[L]", "(-Y / {A} + (1 + Y) / (1 - {A})) * {A} * (1 - {A})")),
    mistake("log(1 + a)", "log(1 - a) 写成了 log(1 + a)", "1.2",
            "log(1 + a) stands where log(1 - a) belongs", "该写 log(1 - a) 的地方写成了 log(1 + a)",
            *terms("np.log(1 - {A})", "np.log(1 + {A})")),
    mistake("1 - log(a)", "log(1 - a) 写成了 1 - log(a)", "1.2",
            "1 - log(a) stands where log(1 - a) belongs", "该写 log(1 - a) 的地方写成了 1 - log(a)",
            *terms("np.log(1 - {A})", "(1 - np.log({A}))")),
    mistake("another logarithm", "对数的底不对", "1.2",
            "the logarithm has another base: the loss takes the natural logarithm, np.log",
            "对数的底不对：损失用的是自然对数 np.log",
            *(edit for log in ("log10", "log2") for edit in in_cost(f"-np.sum({TERMS}) / m".replace("log", log)))),
    mistake("cost not summed", "成本没有求和", "1.2",
            "the losses are not added up: J is one number for all examples", "没有把损失加起来：J 是所有样本的一个数",
            *(edit for loss in (f"-({TERMS})", f"-({TERMS}) / m") for edit in in_cost(loss)),
            *(edit for loss in (f"-({TERMS})", f"-({TERMS}) / m") for edit in in_cost(f"({loss}).ravel()"))),
    mistake("labels swapped", "y 和 1 - y 弄反了", "1.2",
            "y and 1 - y are swapped: y belongs to log a, 1 - y to log(1 - a)",
            "y 和 1 - y 弄反了：y 乘 log a，1 - y 乘 log(1 - a)",
            *at_start("Y = 1 - Y", "loss")),
    *(mistake(f"log of base {base}", f"以 {base} 为底的对数", "1.2",
              f"the logarithm has base {base}: use the natural one", f"用了以 {base} 为底的对数：应当用自然对数",
              *terms(TERMS, TERMS.replace("log", f"log{base}"))) for base in (10, 2)),
    mistake("outer product", "每两个都相乘", "1.2",
            "every label meets every output, by a transpose too many or a matrix product: multiply entry by entry",
            "每个标签都与每个输出相乘了，因为多了转置或用了矩阵乘法：要逐个元素相乘",
            *terms(TERMS, OUTER, columns=INNER), *terms(TERMS, f"({OUTER}).T", LOSS, columns=f"({INNER}).T")),
    mistake("cost for loss", "把损失加了起来", "1.2",
            "the losses are already added up: return the loss of each example",
            "已经把损失加起来了：要返回每个样本的损失",
            *terms(f"-({TERMS})", f"-np.mean({TERMS})", LOSS), *terms(f"-({TERMS})", f"-np.sum({TERMS})", LOSS),
            *terms(TERMS, INNER, LOSS, columns=OUTER)),
    mistake("squared error as the loss", "用平方误差作损失", "1.2",
            "this is the squared error: loss and cost use the cross-entropy", "这是平方误差：损失和成本要用交叉熵",
            *in_cost("np.sum(({A} - Y) ** 2) / m"), *terms(f"-({TERMS})", "({A} - Y) ** 2", LOSS)),
]

LABELS = [
    mistake("probabilities", "返回了概率", "1.2",
            "these are probabilities: compare them with 0.5, because labels are 0 or 1",
            "这是概率：还要与 0.5 比较，因为标签是 0 或 1",
            *labels("{A}")),
    mistake("threshold 0", "阈值为 0", "1.2",
            "every label is 1, as with the threshold 0 or with ceil: the threshold is 0.5",
            "标签全是 1，好像阈值是 0，或者用了 ceil：阈值应当是 0.5",
            *labels("1.0 * ({A} > 0)")),
    mistake("all labels 0", "标签全是 0", "1.2",
            "every label is 0: no label is set, or the threshold is not 0.5",
            "标签全是 0：没有设置标签，或者阈值不是 0.5",
            *labels("0 * {A}")),
    mistake("predictions inverted", "预测反了", "1.2",
            "0 and 1 are swapped: 1 belongs to A > 0.5", "0 和 1 弄反了：A > 0.5 的是 1",
            *labels("1.0 * ({A} <= 0.5)")),
    mistake("labels -1 and 1", "标签是 -1 和 1", "1.2",
            "the labels are -1 and 1: they are 0 and 1", "标签是 -1 和 1：应当是 0 和 1",
            *labels("2.0 * ({A} > 0.5) - 1")),
    mistake("first example only", "只有第一个样本", "1.2",
            "only the first example gets a label: the loop runs along the wrong axis, whose length is 1",
            "只有第一个样本得到了标签：循环沿着另一个轴，而它的长度是 1",
            *labels("({A} > 0.5) * (np.arange({A}.size).reshape({A}.shape) == 0)", need="numpy")),
    mistake("threshold 0.5 for z", "z 与 0.5 比较", "1.2",
            "z is compared with 0.5: compare a = sigmoid(z), or z with 0",
            "z 与 0.5 比较了：应当比较 a = sigmoid(z)，或者让 z 与 0 比较",
            Edit("predict", "sigmoid(", "(")),
    mistake("threshold 0.5 for z without b", "不加 b 的 z 与 0.5 比较", "1.2",
            "w.T x without b is compared with 0.5: b and sigmoid are missing, a = sigmoid(z) with z = w.T x + b",
            "拿不加 b 的 w.T x 与 0.5 比较了：少了 b 和 sigmoid，应当是 a = sigmoid(z)，z = w.T x + b",
            Edit("predict", "sigmoid(X @ w + b)", "X @ w")),
    mistake("z returned", "返回了 z", "1.2",
            "z is returned: a label is 1 where A = sigmoid(z) > 0.5, and else 0",
            "返回了 z：A = sigmoid(z) > 0.5 处标签是 1，其余是 0",
            Edit("predict", "return 1.0 * (A2 > 0.5)", 'return _["Z2"]'),
            Edit("predict", "return A > 0.5", "return X @ w + b")),
    mistake("probabilities above 0.5", "返回了超过 0.5 的概率", "1.2",
            "the probabilities above 0.5 are returned, and 0 elsewhere: a label is 1 there",
            "超过 0.5 处返回了概率，其余是 0：那里的标签应当是 1",
            *labels("({A} > 0.5) * {A}")),
    mistake("threshold 0.5 for Z2", "Z2 与 0.5 比较", "2.2",
            "Z2 is compared with 0.5: compare A2", "拿 Z2 与 0.5 比较：应当比较 A2",
            Edit("predict", "    return 1.0 * (A2", '    A2 = _["Z2"]\n    return 1.0 * (A2')),
]
# fmt: on
