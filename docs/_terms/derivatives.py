"""Terms of sections 1.4 to 1.7 of the notes: derivatives, vectorization and broadcasting."""

from _terms.term import Term
from course_torch.language import Text

DERIVATIVES = [
    Term(Text("derivative", "导数"), "1.4", Text("The slope of a function at a point.", "函数在一点处的斜率。")),
    Term(
        Text("slope", "斜率"),
        "1.4",
        Text("The change of f divided by the small change of its argument.", "f 的变化除以自变量的微小变化。"),
    ),
    Term(
        Text("computation graph", "计算图"),
        "1.4",
        Text("A formula as a graph in which each node is one small step.", "把一个公式画成图，每个节点是一小步。"),
    ),
    Term(
        Text("forward propagation", "正向传播"),
        "1.4",
        Text("The computation from the input to the cost.", "从输入算到成本。"),
    ),
    Term(
        Text("backward propagation", "反向传播"),
        "1.4",
        Text("The computation of all derivatives from the cost back to the input.", "从成本往回，算出全部导数。"),
    ),
    Term(
        Text("chain rule", "链式法则"),
        "1.4",
        Text("The slope of two steps in a row is the product of their slopes.", "前后两步的斜率等于两个斜率的乘积。"),
    ),
    Term(
        Text("accumulate", "累加"),
        "1.5",
        Text(
            "Add the gradient of each example to a sum, before the sum is divided by m.",
            "把每个样本的梯度加进一个和里，最后再除以 m。",
        ),
    ),
    Term(
        Text("vectorisation", "向量化"),
        "1.6",
        Text("One matrix operation in the place of a loop.", "用一次矩阵运算代替一个循环。"),
    ),
    Term(
        Text("matrix product", "矩阵乘法"),
        "1.6",
        Text("Rows times columns, each product added up: `P @ Q`.", "行乘以列，各个乘积加起来：`P @ Q`。"),
    ),
    Term(
        Text("broadcasting", "广播机制"),
        "1.7",
        Text("An axis of length 1 is repeated, so that two shapes fit.", "长度为 1 的轴会重复，使两个形状相符。"),
    ),
    Term(
        Text("axis", "轴"),
        "1.7",
        Text(
            "A direction of an array: axis 0 runs down the column, axis 1 along the row.",
            "数组的一个方向：0 轴沿着列往下，1 轴沿着行往右。",
        ),
    ),
    Term(
        Text("array of rank 1", "秩为 1 的数组"),
        "1.7",
        Text("An array of shape (n,), neither a row nor a column.", "形状为 (n,) 的数组，既不是行也不是列。"),
    ),
    Term(
        Text("row vector, column vector", "行向量、列向量"),
        "1.7",
        Text("Arrays of shape (1, n) and (n, 1).", "形状为 (1, n) 和 (n, 1) 的数组。"),
    ),
]
