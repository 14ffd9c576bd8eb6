"""Terms of chapter 2 of the notes: the network with one hidden layer."""

from _terms.term import Term
from course_torch.language import Text

SHALLOW_NETWORK = [
    Term(
        Text("neural network", "神经网络"),
        "2.1",
        Text(
            "Layers of units; each layer reads the outputs of the layer before it.",
            "由单元组成的各层，每一层读入前一层的输出。",
        ),
    ),
    Term(
        Text("unit, node", "单元、节点"),
        "2.1",
        Text(
            "A weighted sum and an activation function: $a = g(wx + b)$.",
            "一个加权和加上一个激活函数：$a = g(wx + b)$。",
        ),
    ),
    Term(
        Text("input layer, output layer", "输入层、输出层"),
        "2.1",
        Text(
            "The features, and the layer whose activation is the prediction.",
            "特征所在的层，以及激活值就是预测值的那一层。",
        ),
    ),
    Term(
        Text("hidden layer", "隐层"),
        "2.1",
        Text(
            "A layer between input and output; the examples do not say what its values should be.",
            "输入与输出之间的一层，样本没有说明它的值应当是多少。",
        ),
    ),
    Term(
        Text("superscript in brackets", "方括号上标"),
        "2.2",
        Text("[l] names the layer, (i) names the example.", "[l] 表示第几层，(i) 表示第几个样本。"),
    ),
    Term(
        Text("activation function", "激活函数"),
        "2.3",
        Text(
            "The function g of $a = g(z)$; without it every network would be linear.",
            "$a = g(z)$ 里的函数 g；没有它，任何网络都是线性的。",
        ),
    ),
    Term(
        Text("tanh function", "tanh 函数"),
        "2.3",
        Text(
            "A sigmoid stretched to the range from −1 to 1, with mean near 0.",
            "把 sigmoid 拉伸到 −1 与 1 之间，平均值接近 0。",
        ),
    ),
    Term(
        Text("ReLU", "ReLU"),
        "2.3",
        Text("$\\max(0, z)$, the usual activation of hidden layers.", "$\\max(0, z)$，隐层最常用的激活函数。"),
    ),
    Term(
        Text("leaky ReLU", "带泄露的 ReLU"),
        "2.3",
        Text("ReLU with a small slope, such as 0.01, for negative z.", "z 为负时还有一个小斜率（例如 0.01）的 ReLU。"),
    ),
    Term(
        Text("saturation", "饱和"),
        "2.4",
        Text(
            "The range of large |z| in which the slope of sigmoid and tanh is nearly 0.",
            "|z| 很大、sigmoid 和 tanh 的斜率几乎为 0 的范围。",
        ),
    ),
    Term(
        Text("kink", "折点"),
        "2.4",
        Text("The point z = 0 of ReLU, where the slope jumps from 0 to 1.", "ReLU 的 z = 0 处，斜率从 0 跳到 1。"),
    ),
    Term(
        Text("update", "更新"),
        "2.5",
        Text(
            "One step down: $W = W - \\alpha\\, dW$ and $b = b - \\alpha\\, db$.",
            "向下走一步：$W = W - \\alpha\\, dW$，$b = b - \\alpha\\, db$。",
        ),
    ),
    Term(
        Text("random initialization", "随机初始化"),
        "2.5",
        Text(
            "Small random weights at the start, so that the units of a layer do not stay equal.",
            "开始时取小的随机权重，使一层的各个单元不会一直相同。",
        ),
    ),
]
