"""Terms of chapter 3 of the notes: deep networks."""

from _terms.term import Term
from course_torch.language import Text

DEEP_NETWORK = [
    Term(
        Text("dimension", "维数"),
        "3.1",
        Text(
            "The shape of a matrix: rows and columns. A derivative has the shape of its variable.",
            "矩阵的形状：行数和列数。导数与被求导的量同形。",
        ),
    ),
    Term(
        Text("deep neural network", "深层神经网络"),
        "3.2",
        Text(
            "A network with several hidden layers; logistic regression has none.",
            "有好几个隐层的网络；Logistic 回归一个也没有。",
        ),
    ),
    Term(
        Text("block", "块"),
        "3.2",
        Text("The forward step and the backward step of one layer.", "一层的正向一步和反向一步。"),
    ),
    Term(
        Text("cache", "缓存"),
        "3.2",
        Text(
            "The values of the forward pass (Z and others) that the backward pass needs.",
            "反向传播要用到的、正向传播里的值（Z 等）。",
        ),
    ),
    Term(
        Text("parameter", "参数"),
        "3.3",
        Text("A number that training changes: an entry of W or b.", "训练会改变的数：W 或 b 的一个元素。"),
    ),
    Term(
        Text("hyperparameter", "超参数"),
        "3.3",
        Text(
            "A choice that training does not change: learning rate, number of layers, activation function.",
            "训练不会改变的选择：学习速率、层数、激活函数。",
        ),
    ),
    Term(
        Text("overfitting", "过拟合"),
        "3.3",
        Text(
            "The network answers the examples of its training better than new examples.",
            "网络对训练用过的样本答得好，对新的样本答得差。",
        ),
    ),
]
