"""Mistakes in any tensor: lost examples, factors, layouts, precision; and what is seen of a mistake without a name."""

from dataclasses import replace

from course_torch.mistakes.record import Edit, Mistake, at_start, edits, in_code, insert, mistake, with_A
from course_torch.mistakes.records.cost import labels

FEATURES = (("weight_gradient", "X"), ("propagate", "X"), ("backward_propagation", "X"), ("linear_backward", "A_prev"))
"""The functions of the exercises that take m from the layer's input, and its name there."""


# fmt: off
def lost_digits(dtype: str, how: str, zh: str, *made_by: Edit) -> Mistake:
    """A record of computing in a narrower dtype, with how it came in."""
    return mistake(dtype, f"用 {dtype} 计算", "1.6",
                   f"precision is lost: the difference is as large as {dtype}'s rounding errors ({how})",
                   f"精度丢失了：差值与 {dtype} 的舍入误差一样大，{zh}", *made_by, recognized="pattern")


GENERAL = [
    # Examples
    mistake("an example left at 0", "一个样本留在 0", "1.5",
            "the row of the first or the last example is 0", "第一个或最后一个样本的那一行为 0",
            *(Edit(place, old, f"{old} * (i {kept})") for kept in ("> 0", "< m - 1")
              for place, old in (("dZ[L]", "(A - Y)"), ("dZ", "dA"), ("dA", "dZ @ W")))),
    mistake("examples summed", "把样本加了起来", "2.5",
            "the examples are summed: dZ and dA have a row for each example",
            "把样本加了起来：dZ 和 dA 里每个样本各占一行",
            *(Edit(place, old, f"({old}).sum(dim=0, keepdim=True){wide}") for wide in ("", ".expand(m, -1)")
              for place, old in (("dZ", "dA * g_prime(Z)"), ("dA", "dZ @ W")))),
    # Factors
    mistake("sign", "正负号", "2.5",
            "the sign is turned around", "正负号反了",
            Edit("dZ", "1 - A**2", "A**2 - 1", "tanh"), *edits("dZ", "-dZ", "dA", "dW", "db"),
            *in_code("dW", "-{dZ}.T @ {A}"), *in_code("dw", "-X.T @ dZ"), *in_code("dA", "-dZ @ W"),
            Edit("bias_gradient", "np.sum(dZ)", "-np.sum(dZ)"), Edit("backward_propagation", "dA1 * (1", "-dA1 * (1"),
            Edit("backward_propagation", "1 - A1**2", "A1**2 - 1"),
            Edit("sigmoid_derivative", "A * (1 - A)", "A * (A - 1)"), Edit("tanh_derivative", "1 - A**2", "A**2 - 1"),
            Edit("tanh", "return ", "return -"), Edit("loss", "return -", "return "),
            Edit("compute_cost", "-np.sum", "np.sum"),
            Edit("slope_by_nudge", "f(a + nudge) - f(a)", "f(a) - f(a + nudge)"), recognized="factor"),
    mistake("no 1/m", "没有乘 1/m", "1.5",
            "the sum over the examples is not divided by m", "对样本求和之后没有除以 m",
            *edits(" / m", "", "dW", "db", "dslope"), *in_code("dW", "m * {dZ}.T @ {A}"),
            *in_code("dw", "m * X.T @ dZ"), *in_code("db", ", keepdims=True)"), *in_code("number db", "np.sum(dZ)"),
            insert("L_model_backward", "    return", 'grads["dW1"] = grads["dW1"] * len(Y.ravel())'),
            *edits("m = X.shape[0]", "m = 1", "propagate", "backward_propagation"), recognized="factor"),
    mistake("1/m twice", "乘了两次 1/m", "2.5",
            "divided by m twice, or where no 1/m belongs: dW, db and J contain 1/m once",
            "除以了两次 m，或者在不该除的地方除了 m：1/m 只在 dW、db 和 J 里各出现一次",
            *edits(" / m", " / m / m", "dW", "db"), *in_code("dw", "X.T / m @ dZ", "X / m @ dZ.T"),
            *in_code("dW", "{dZ}.T / m @ {A}", "{dZ} / m @ {A}.T", only="linear_backward"),
            *in_code("db", ", keepdims=True) / m / m"), *in_code("number db", "np.sum(dZ) / m / m"),
            Edit("compute_cost", " / m", " / m / m"), recognized="factor"),
    mistake("1/m in dZ", "dZ 里有 1/m", "2.5",
            "divided by m in dZ, the derivative of one example's loss: 1/m belongs in dW and db only",
            "在 dZ 里除以了 m，而 dZ 是单个样本的损失函数的导数：1/m 只该出现在 dW 和 db 里",
            insert("linear_backward", "    dW", "dZ = dZ / m"), Edit("dZ[L]", ")", ") / m"), Edit("dZ", "dA", "dA / m"),
            Edit("backward_propagation", "dA1 *", "dA1 / m *"), *in_code("dZ[L]", "({A} - Y) / len(Y.ravel())"),
            recognized="factor"),
    mistake("1/m in dA", "dA 里有 1/m", "2.5",
            "divided by m in dA, the derivative of one example's loss: 1/m belongs in dW and db only",
            "在 dA 里除以了 m，而 dA 是单个样本的损失函数的导数：1/m 只该出现在 dW 和 db 里",
            Edit("dA", "dZ", "dZ / m"), *in_code("dA", "dZ @ W / m"),
            Edit("backward_propagation", "dZ2 @ W2", "dZ2 @ W2 / m"), recognized="factor"),
    mistake("m - 1", "除以了 m - 1", "1.5",
            "divided by m - 1 instead of m", "除以的是 m - 1，应当除以 m",
            Edit("dW", "/ m", "/ (m - 1)"), recognized="factor"),
    mistake("m of the features", "除以了特征数", "1.5",
            "divided by the number of features of the layer's input instead of m",
            "除以的是本层输入的特征数，应当除以 m",
            Edit("dW", "/ m", "/ A_prev.shape[1]"), *edits("{A}.shape[0]", "{A}.shape[1]", *with_A(*FEATURES)),
            *in_code("dw", "m / X.shape[1] * X.T @ dZ"), *in_code("dW", "m / {A}.shape[1] * {dZ}.T @ {A}"),
            Edit("propagate", "np.sum(dZ) / m", "np.sum(dZ) / X.shape[1]"), recognized="factor"),
    mistake("m of the units", "除以了单元数", "1.5",
            "divided by the number of units of the layer instead of m", "除以的是本层的单元数，应当除以 m",
            Edit("db", "/ m", "/ n"), Edit("linear_backward", "A_prev.shape[0]", "dZ.shape[1]"),
            Edit("linear_backward", "dZ.T @ A_prev / m", "dZ.T @ A_prev / dZ.shape[1]"),
            Edit("linear_backward", "keepdims=True) / m", "keepdims=True) / dZ.shape[1]"), recognized="factor"),
    mistake("another m", "用了别的数据集的 m", "1.5",
            "divided by {number} instead of m = {m}", "除以的是 {number}，应当除以 m = {m}",
            Edit("dW", "/ m", "/ 209"), recognized="number"),
    mistake("mean of the units", "对单元取了平均", "2.5",
            "divided by the number of units of the layer: {formula} is no mean over the units",
            "除以了本层的单元数：{formula} 不是对单元取平均",
            recognized="number"),
    mistake("factor", "因子", "",
            "{exactly}{factor} times the right tensor: a constant such as 2, a learning rate or 1 - β{calls}",
            "{exactly}是正确值的 {factor} 倍：乘了一个常数，例如 2、学习速率或 1 - β{calls}",
            Edit("dZ[L]", "(A - Y)", "2 * (A - Y)"), Edit("dW", "dZ", "0.075 * dZ"), Edit("db", "dZ", "0.5 * dZ"),
            *in_code("dZ[L]", "2 * ({A} - Y)"), *in_code("dw", "2 * X.T @ dZ"),
            *in_code("dW", "2 * {dZ}.T @ {A}", only="linear_backward"),
            Edit("sigmoid_derivative", "A * (1 - A)", "2 * A * (1 - A)"), recognized="number"),
    mistake("constant rounded", "常数被舍入了", "1.6",
            "a constant such as 1/m is in {dtype}: its rounding error multiplies every number",
            "1/m 之类的常数用的是 {dtype}：它的舍入误差乘到了每个数上",
            Edit("dW", "/ m", "* tensor(1 / m, dtype=float16)"), recognized="number"),
    # Layouts
    mistake("transposed", "转置了", "3.1",
            "the right numbers, transposed", "数值正确，但是转置了",
            Edit("dW", "dZ.T @ A_prev", "A_prev.T @ dZ"), *in_code("dW", "{A}.T @ {dZ}", "{A} @ {dZ}.T"),
            *in_code("dw", "dZ.T @ X", "dZ @ X.T"), Edit("pictures_to_rows", "-1)", "-1).T"),
            Edit("weighted_sums", "X @ w + b", "w.T @ X.T + b", columns="X.T @ w + b"),
            *edits("-1, 1", "1, -1", "column", "image2vector"), Edit("row", "1, -1", "-1, 1"), *labels("({A} > 0.5).T"),
            recognized="pattern"),
    mistake("keepdim missing", "少了 keepdim", "1.7",
            "the right numbers with an axis missing: keep it, because an array of rank 1 is neither a row nor a "
            "column",
            "数值正确，但是少了一个轴：要保留它，因为秩为 1 的数组既不是行向量也不是列向量",
            Edit("image2vector", "reshape(-1, 1)", "ravel()"), Edit("db", ", keepdim=True", ""),
            *in_code("db", ") / m"), *in_code("dw", "(X.T @ dZ).ravel()"),
            Edit("weighted_sums", "X @ w + b", "(X @ w + b).ravel()"),
            *at_start("return v", "column", "row"), Edit("initialize_with_zeros", "(dim, 1)", "dim"),
            Edit("node_by_node", "return z", "return z[0]", columns="return z[:, 0]"),
            *labels("({A} > 0.5).ravel()"), recognized="pattern"),
    mistake("another shape", "形状不同", "3.1",
            "the right numbers in another shape", "数值正确，但是形状不同",
            recognized="pattern"),
    # Patterns
    replace(mistake("swapped", "dW 和 db 互换了", "3.2",
                    "dW and db are swapped", "dW 和 db 的位置互换了",
                    Edit("dW", "dZ.T @ A_prev", "dZ.sum(dim=0, keepdim=True)"),
                    Edit("db", "dZ.sum(dim=0, keepdim=True)", "dZ.T @ A_prev"), recognized="pattern"), together=True),
    mistake("swapped between layers", "两层互换了", "3.2",
            "the gradients of two layers are swapped: each layer has its own", "两层的梯度互换了：每一层有自己的梯度",
            recognized="pattern"),
    lost_digits("float32", "some step is in float32", "有一步用的是 float32",
                Edit("dZ[L]", "(A - Y)", "(A.float() - Y.float()).to(A.dtype)", need="float64"),
                Edit("dW", "dZ.T @ A_prev", "(dZ.float().T @ A_prev.float()).to(A.dtype)", need="float64")),
    lost_digits("bfloat16", "computed in bfloat16", "计算用的是 bfloat16",
                Edit("dW", "dZ.T @ A_prev", "(dZ.bfloat16().T @ A_prev.bfloat16()).to(A.dtype)")),
    lost_digits("float16", "computed in float16", "计算用的是 float16"),
]

WITHOUT_A_NAME = [
    mistake(key, title, section, en, zh, recognized="nothing")
    for key, title, section, en, zh in (
        ("all 0", "全为 0", "2.4",
         "all entries are 0: a factor is 0, no unit is active, or the sum has no terms",
         "所有元素都是 0：有一个因子为 0，没有一个单元被激活，或者求和时一项也没有"),
        ("not finite", "nan 或 inf", "1.2",
         "nan or inf: a logarithm of 0, a division by 0 or an overflow",
         "出现了 nan 或 inf：对 0 取了对数、除以了 0 或者溢出了"),
        ("shape", "形状", "3.1", "the shape is wrong", "形状不对"),
        ("not updated", "没有更新", "",
         "the parameter {parameter} did not change: this update was not made, or it subtracted 0",
         "参数 {parameter} 没有改变：没有做这次更新，或者减去的是 0"),
        ("of before", "以前的数", "",
         "these are exactly the numbers before W or b changed: what an earlier call computed is kept, such as its "
         "caches, or the new numbers are not used",
         "这正是 W 或 b 改变之前的数：留着以前一次调用算出的东西，例如它的缓存，或者没有用新的数"),
        ("unknown", "不知道", "", "no known mistake makes exactly this tensor", "没有一种已知的错误恰好得出这个张量"),
        ("another tensor", "另一个张量", "", "these are the entries of {tensor}", "这是 {tensor} 的元素"),
    )
]
# fmt: on
