"""Terms that this project uses beside the notes."""

from _terms.term import Term
from course_torch.language import Text

OTHERS = [
    Term(
        Text("softmax", "softmax"),
        "",
        Text(
            "The output for several classes: positive numbers that add up to 1.",
            "多个类别的输出：加起来等于 1 的正数。",
        ),
    ),
    Term(
        Text("squared error", "平方误差"),
        "",
        Text(
            "The loss $\\tfrac12 (a - y)^2$ for labels that are real numbers.",
            "标签是实数时的损失 $\\tfrac12 (a - y)^2$。",
        ),
    ),
    Term(
        Text("central difference", "中心差分"),
        "",
        Text("A slope from one point on the left and one on the right.", "由左边一点和右边一点算出的斜率。"),
    ),
    Term(
        Text("gradient checking", "梯度检验"),
        "",
        Text("The comparison of a backward pass with central differences.", "把反向传播的结果与中心差分比较。"),
    ),
    Term(
        Text("rounding error", "舍入误差"),
        "",
        Text(
            "The difference that arises because a number has 7 (float32) or 16 (float64) digits.",
            "一个数只有 7 位（float32）或 16 位（float64）数字造成的差。",
        ),
    ),
    Term(
        Text("vanishing gradient", "梯度消失"),
        "",
        Text(
            "A gradient that shrinks from layer to layer until the first layers hardly learn.",
            "梯度逐层缩小，前面几层几乎学不到东西。",
        ),
    ),
    Term(
        Text("flower", "花形数据"),
        "",
        Text("The course's 400 points in the plane, in two classes.", "课程的 400 个平面上的点，分两类。"),
    ),
    Term(
        Text("trace", "追踪"),
        "",
        Text("Every formula of some updates, with its numbers.", "几次更新里的每个公式，以及其中的数。"),
    ),
    Term(Text("epoch", "轮"), "", Text("One pass over all training examples.", "把全部训练样本用过一遍。")),
]
