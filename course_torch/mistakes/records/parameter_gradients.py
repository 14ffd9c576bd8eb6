"""Mistakes in dW = (1/m) dZᵀ A_prev, in db = (1/m) Σ dZ, and in the gradient of a learned slope. 1/m: general.py."""

from functools import partial

from course_torch.mistakes.record import Edit, edits, in_code, insert, mistake

for_A_prev = partial(Edit, "dW", "A_prev")
"""An edit that puts a new text for A_prev in dW."""
DW, DB, PART = "dZ.T @ A_prev", "dZ.sum(dim=0, keepdim=True)", "(dA * Z.clamp(max=0))"


def for_dZ(new: str) -> list[Edit]:
    """Edits that replace dZ in the formulas of the gradients and of dA_prev."""
    return edits("dZ", new, "dW", "db", "dA")


def of_examples(examples: str) -> list[Edit]:
    """Edits that leave only these examples in the sums."""
    return [
        Edit("dW", DW, f"dZ[{examples}].T @ A_prev[{examples}]"),
        Edit("db", "dZ", f"dZ[{examples}]"),
        Edit("dslope", PART, f"{PART}[{examples}]"),
    ]


# fmt: off
PARAMETER_GRADIENTS = [
    # dZ, and any of the gradients
    mistake("dA for dZ", "dZ 写成了 dA", "3.2",
            "dA is used instead of dZ: dW, db and dA_prev are computed from dZ",
            "该用 dZ 的地方用了 dA：dW、db 和 dA_prev 都由 dZ 算出",
            *for_dZ("dA"), *for_dZ("(-Y / A)"),
            Edit("backward_propagation", "dZ1.T @ X", "dA1.T @ X", columns="dA1 @ X.T")),
    mistake("A for dZ", "dZ 写成了 A", "2.5",
            "A is used instead of dZ: dW, db and dA_prev are computed from dZ",
            "该用 dZ 的地方用了 A：dW、db 和 dA_prev 都由 dZ 算出",
            *for_dZ("A"), *in_code("dw", "X.T @ A", "X @ A.T", only="propagate"),
            Edit("backward_propagation", "dZ2 @ W2", "A2 @ W2", columns="W2.T @ A2")),
    mistake("Z for dZ", "dZ 写成了 Z", "2.5",
            "Z is used instead of dZ: dW, db and dA_prev are computed from dZ",
            "该用 dZ 的地方用了 Z：dW、db 和 dA_prev 都由 dZ 算出",
            *for_dZ("Z")),
    mistake("dZ of another layer", "用了别的层的 dZ", "3.2",
            "dZ of another layer is used: dW[l] and db[l] are computed from dZ[l]",
            "用了别的层的 dZ：dW[l] 和 db[l] 要由 dZ[l] 来算",
            *edits("dZ", "other.dZ", "dW", "db", need="square"),
            Edit("backward_propagation", "np.sum(dZ1", "np.sum(dZ2")),
    mistake("g' multiplied in again", "又乘了一次 g'", "3.2",
            "dZ is multiplied by g'(Z) again: dZ = dA * g'(Z) already contains g'",
            "dZ 又乘了一次 g'(Z)：dZ = dA * g'(Z) 里已经有 g' 了",
            *(Edit(place, "dZ", "(dZ * g_prime(Z))", "tanh sigmoid leaky_relu") for place in ("dW", "db"))),
    mistake("an example lost", "丢了一个样本", "1.5",
            "the first or the last example is left out of the sum over the examples",
            "对样本求和时漏掉了第一个或最后一个样本",
            *of_examples("1:"), *of_examples(":-1"),
            *in_code("dW", "{dZ}[1:].T @ {A}[1:]", "{dZ}[:, 1:] @ {A}[:, 1:].T"),
            *in_code("dw", "X[1:].T @ dZ[1:]", "X[:, 1:] @ dZ[:, 1:].T")),
    mistake("one example only", "只有一个样本", "1.5",
            "the sum over the examples contains one example only: add with += in the loop, not =",
            "对样本求和时只算了一个样本：循环里要用 += 累加，不能用 =",
            *of_examples("-1:"), *of_examples(":1"),
            *in_code("dW", "{dZ}[-1:].T @ {A}[-1:]", "{dZ}[:, -1:] @ {A}[:, -1:].T")),
    mistake("sum over the layers", "各层相加", "3.2",
            "the gradient of another layer is added: each layer has its own", "多加了别的层的梯度：每一层有自己的梯度",
            *(Edit(kind, "/ m", f"/ m + other.{kind}", need=need) for kind, need in
              (("dslope", ""), ("dW", "deep"), ("db", "square")))),
    mistake("L2 term", "L2 项", "2.5",
            "a multiple of the parameter is added, as by an L2 term or weight decay: this cost has no such term",
            "多加了参数的若干倍，就像加了 L2 正则化项或权重衰减：这里的成本函数没有这样的项",
            Edit("dW", "/ m", "/ m + 0.7 / m * W", adds="W"), Edit("db", "/ m", "/ m + 0.7 / m * b", adds="b"),
            insert("linear_backward", "    db", "dW = dW + 0.7 * W / m"),
            insert("backward_propagation", "    db2", "dW2 = dW2 + 0.1 * W2")),
    # dW
    mistake("A[l] for A[l-1]", "A[l-1] 写成了 A[l]", "3.2",
            "the layer's output is used instead of its input: dW[l] = (1/m) dZ[l]ᵀ A[l-1]",
            "该用本层输入的地方用了本层的输出：dW[l] = (1/m) dZ[l]ᵀ A[l-1]",
            for_A_prev("A"), Edit("backward_propagation", "dZ1.T @ X", "dZ1.T @ A1", columns="dZ1 @ A1.T")),
    mistake("Z for A_prev", "A_prev 写成了 Z", "3.2",
            "Z[l-1] is used instead of A[l-1]: dW[l] = (1/m) dZ[l]ᵀ A[l-1]",
            "该用 A[l-1] 的地方用了 Z[l-1]：dW[l] = (1/m) dZ[l]ᵀ A[l-1]",
            for_A_prev("below.Z"), for_A_prev("Z")),
    mistake("A of another layer", "用了别的层的 A", "3.2",
            "the input of another layer is used: dW[l] = (1/m) dZ[l]ᵀ A[l-1]",
            "用了别的层的输入：dW[l] = (1/m) dZ[l]ᵀ A[l-1]",
            for_A_prev("other.A", need="square")),
    mistake("X for A_prev", "A_prev 写成了 X", "3.2",
            "X is used instead of A[l-1]: dW[l] = (1/m) dZ[l]ᵀ A[l-1]",
            "该用 A[l-1] 的地方用了 X：dW[l] = (1/m) dZ[l]ᵀ A[l-1]",
            for_A_prev("X"), Edit("backward_propagation", "dZ2.T @ A1", "dZ2.T @ X", columns="dZ2 @ X.T")),
    mistake("product entry by entry", "矩阵乘法写成了 *", "2.5",
            "* is used instead of the matrix product @", "该用矩阵乘法 @ 的地方用了逐元素相乘 *",
            Edit("dW", DW, "dZ[:, :1] * A_prev"), Edit("dW", DW, "dZ * A_prev")),
    mistake("reshape for a transpose", "转置写成了 reshape", "1.6",
            "reshape is used instead of a transpose: it puts the entries in wrong places",
            "该转置的地方用了 reshape：元素的位置会错乱",
            Edit("dW", "dZ.T", "dZ.reshape(n, m)"),
            Edit("dW", "dZ.T @ A_prev / m", "(A_prev.T @ dZ / m).reshape(W.shape)"),
            Edit("dW", "dZ.T @ A_prev / m", "(A_prev.reshape(-1, m) @ dZ / m).T"),
            *in_code("dW", "{dZ}.reshape({dZ}.T.shape) @ {A}", "{dZ} @ {A}.reshape({A}.T.shape)",
                     only="linear_backward")),
    mistake("examples in another order", "样本的顺序不同", "1.6",
            "the rows of dZ and A_prev belong to different examples", "dZ 和 A_prev 的同一行属于不同的样本",
            for_A_prev("A_prev.flip(0)"), for_A_prev("A_prev.roll(1, 0)"), for_A_prev("A_prev.roll(-1, 0)")),
    mistake("db for dW", "dW 写成了 db", "2.5",
            "every column of dW is db: dW = (1/m) dZᵀ A_prev", "dW 的每一列都是 db：dW = (1/m) dZᵀ A_prev",
            Edit("dW", DW, "dZ.sum(dim=0)[:, None].expand(W.shape)")),
    mistake("L1 term", "L1 项", "2.5",
            "a multiple of the sign of W is added, as by an L1 term: this cost has no such term",
            "多加了 W 的符号的若干倍，就像加了 L1 正则化项：这里的成本函数没有这样的项",
            Edit("dW", "/ m", "/ m + 0.7 / m * W.sign()", adds="W.sign()")),
    # db
    mistake("all entries summed", "把所有元素都加了起来", "1.7",
            "all entries are summed: db sums over the examples only, and has one entry for each unit",
            "把所有元素都加了起来：db 只对样本求和，每个单元各有一个元素",
            Edit("db", DB, "dZ.sum().reshape(1, 1)"), Edit("db", DB, "dZ.sum()"),
            Edit("db", DB, "dZ.sum().expand(1, n)"),
            *edits("np.sum(dZ, axis=0, keepdims=True)", "np.sum(dZ)", "linear_backward")),
    mistake("wrong axis", "求和的轴错了", "1.7",
            "the sum runs over the units: db sums over the examples", "求和的轴错了，对单元求了和：db 要对样本求和",
            Edit("db", "dim=0", "dim=1"), Edit("db", "dim=0, keepdim=True", "dim=1"),
            Edit("linear_backward", "axis=0", "axis=1"),
            *(Edit("backward_propagation", f"{dZ}, axis=0", f"{dZ}, axis=1") for dZ in ("dZ1", "dZ2"))),
    mistake("not summed", "没有求和", "2.5",
            "the sum over the examples is missing: db = (1/m) Σ dZ", "没有对样本求和：db = (1/m) Σ dZ",
            Edit("db", DB, "dZ")),
    mistake("dW for db", "db 写成了 dW", "2.5",
            "db is computed from dW: db = (1/m) Σ dZ", "db 是由 dW 算出来的：db = (1/m) Σ dZ",
            Edit("db", f"{DB} / m", "dW.sum(dim=1)[None]"), Edit("db", f"{DB} / m", "dW.mean(dim=1)[None]")),
    mistake("db of another layer", "用了别的层的 db", "3.2",
            "db of another layer is used: db[l] = (1/m) Σ dZ[l]", "用了别的层的 db：db[l] = (1/m) Σ dZ[l]",
            Edit("db", f"{DB} / m", "other.db", need="square")),
    # dslope
    mistake("Z > 0 only", "只由 Z > 0 算出", "2.4",
            "dslope sums over Z > 0: it must sum over Z ≤ 0", "dslope 对 Z > 0 的部分求了和：应当对 Z ≤ 0 的部分求和",
            Edit("dslope", "max=0", "min=0")),
    mistake("all Z", "由所有 Z 算出", "2.4",
            "dslope sums over all Z: it must sum over Z ≤ 0", "dslope 对所有的 Z 求了和：应当只对 Z ≤ 0 的部分求和",
            Edit("dslope", ".clamp(max=0)", "")),
    mistake("dZ for dA in dslope", "dslope 里的 dA 写成了 dZ", "2.4",
            "dZ is used instead of dA, or A instead of Z: dslope = (1/m) Σ dA * min(0, Z)",
            "该用 dA 的地方用了 dZ，或者该用 Z 的地方用了 A：dslope = (1/m) Σ dA * min(0, Z)",
            Edit("dslope", "dA", "dZ"), Edit("dslope", "Z", "A")),
    mistake("no Z in dslope", "dslope 里没有 Z", "2.4",
            "Z is missing: dslope = (1/m) Σ dA * min(0, Z)", "少乘了 Z：dslope = (1/m) Σ dA * min(0, Z)",
            Edit("dslope", "Z.clamp(max=0)", "(Z <= 0)")),
    mistake("|Z| in dslope", "dslope 里有 |Z|", "2.4",
            "the absolute value of Z is taken: dslope = (1/m) Σ dA * min(0, Z)",
            "对 Z 取了绝对值：dslope = (1/m) Σ dA * min(0, Z)",
            Edit("dslope", "clamp(max=0)", "abs()")),
    mistake("no dA in dslope", "dslope 里没有 dA", "2.4",
            "dA is missing: dslope = (1/m) Σ dA * min(0, Z)", "少乘了 dA：dslope = (1/m) Σ dA * min(0, Z)",
            Edit("dslope", "dA * ", "")),
]
# fmt: on
