"""The questions of lessons 1.6 and 1.7."""

from _questions.question import function, own

VECTORIZATION = {
    "1.6-Z": function("tensors weighted_sums", X=[[2.0, -1.0], [3.0, 4.0]], w=[[1.0], [0.5]], b=-2.0),
    "1.6-dw": function("logistic weight_gradient", X=[[1.0, 3.0], [-2.0, 1.0], [4.0, 0.0]], dZ=[[0.3], [0.6], [-0.3]]),
    "1.6-shape": own(
        "(n, 1)",
        ("(m, 1)", "this is the shape of dZ: dw has a row for each feature", "这是 dZ 的形状：dw 的每一行对应一个特征"),
        (
            "(n, m)",
            "this is the shape of Xᵀ: the product with dZ adds up over the examples",
            "这是 Xᵀ 的形状：与 dZ 相乘时对样本求了和",
        ),
        (
            "(1, n)",
            "this is the shape of dwᵀ: look at the outer sizes of the product",
            "这是 dwᵀ 的形状：看乘积外侧的两个数",
        ),
        (
            "(m, n)",
            "this is the shape of X: the products are added up over the examples",
            "这是 X 的形状：乘积还要对样本求和",
        ),
        m=200,
        n=30,
    ),
    "1.6-count": own(
        "m * n",
        (
            "m + n",
            "the sizes are added: each example has a product for each feature",
            "把两个数相加了：每个样本对每个特征都有一个乘积",
        ),
        ("n", "these are the products of one example", "这只是一个样本的乘积个数"),
        ("m", "these are the products of one feature", "这只是一个特征的乘积个数"),
        ("1", "this is one line of Python: it makes many multiplications", "这是一行 Python 代码：它要做许多次乘法"),
        m=200,
        n=30,
    ),
    "1.7-percent": function("tensors percentages", table=[[1.0, 3.0], [6.0, 4.0]]),
    "1.7-shape": own(
        "(A[0], B[0])",
        ("(*B, A[0])", "rows and columns are swapped: B is aligned at the right", "行和列弄反了：B 是靠右对齐的"),
        ("A", "this is the shape of A: its column is repeated to the right", "这是 A 的形状：它的一列会向右重复"),
        ("(1, *B)", "this is B as a row: it is repeated downwards", "这是当作一行的 B：它会向下重复"),
        ("(A[0], A[0])", "the second size is that of B", "第二个数应当是 B 的大小"),
        A=[5, 1],
        B=[4],
    ),
    "1.7-back": own(
        "D.sum(axis=0, keepdims=True)",
        (
            "D.mean(axis=0, keepdims=True)",
            "this is the mean: a repetition becomes a sum",
            "这是平均值：重复对应的是求和",
        ),
        (
            "np.full((1, 3), D.sum())",
            "all entries are added up: each entry of b acts in its own column only",
            "把所有元素都加了起来：b 的每个元素只作用于自己那一列",
        ),
        ("D[:1]", "this is the first row only: b acts in every row", "这只是第一行：b 作用于每一行"),
        ("D[-1:]", "this is the last row only: b acts in every row", "这只是最后一行：b 作用于每一行"),
        D=[[1.0, -2.0, 3.0], [4.0, 0.5, -1.0]],
    ),
}
