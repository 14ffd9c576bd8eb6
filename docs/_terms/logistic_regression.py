"""Terms of sections 1.1 to 1.3 of the notes: logistic regression and gradient descent."""

from _terms.term import Term
from course_torch.language import Text

LOGISTIC_REGRESSION = [
    Term(
        Text("binary classification", "二元分类"),
        "1.1",
        Text(
            "The answer has two values: $y = 1$ (a cat) or $y = 0$ (no cat).",
            "答案只有两个值：$y = 1$（有猫）或 $y = 0$（没有猫）。",
        ),
    ),
    Term(
        Text("training example", "训练样本"),
        "1.1",
        Text(
            "A pair (x, y) from which the network learns; there are m of them.",
            "供网络学习的一对 (x, y)，一共有 m 个。",
        ),
    ),
    Term(
        Text("feature", "特征"),
        "1.1",
        Text(
            "A number of the input x, for example the red value of a pixel.",
            "输入 x 里的一个数，例如一个像素的红色值。",
        ),
    ),
    Term(
        Text("feature vector", "特征向量"),
        "1.1",
        Text(
            "All features of an example in one row (here) or one column (course).",
            "一个样本的全部特征排成的一行（本项目）或一列（课程）。",
        ),
    ),
    Term(Text("label", "标签"), "1.1", Text("The right answer y of an example.", "一个样本的正确答案 y。")),
    Term(
        Text("training set, test set", "训练集、测试集"),
        "1.1",
        Text(
            "The examples that change the parameters, and the examples that only judge them.",
            "用来改变参数的样本，以及只用来评判参数的样本。",
        ),
    ),
    Term(
        Text("logistic regression", "Logistic 回归"),
        "1.2",
        Text(
            "A network of one unit: $\\hat y = \\sigma(xw + b)$.", "只有一个单元的网络：$\\hat y = \\sigma(xw + b)$。"
        ),
    ),
    Term(
        Text("weight", "权重"),
        "1.2",
        Text("The factor by which a unit multiplies one of its inputs.", "单元给自己的一个输入乘上的数。"),
    ),
    Term(
        Text("bias", "偏差"),
        "1.2",
        Text("The number b that a unit adds to its weighted sum.", "单元在加权和上再加的数 b。"),
    ),
    Term(
        Text("sigmoid function", "sigmoid 函数"),
        "1.2",
        Text(
            "$\\sigma(z) = 1 / (1 + e^{-z})$ turns any number into a number between 0 and 1.",
            "$\\sigma(z) = 1 / (1 + e^{-z})$ 把任何数变成 0 与 1 之间的数。",
        ),
    ),
    Term(
        Text("prediction", "预测值"),
        "1.2",
        Text(
            "The output ŷ of the network: its probability that $y = 1$.",
            "网络的输出 ŷ，也就是它给出的 $y = 1$ 的概率。",
        ),
    ),
    Term(
        Text("loss function", "损失函数"),
        "1.2",
        Text("How wrong ŷ is for one example.", "衡量 ŷ 在一个样本上错了多少。"),
    ),
    Term(
        Text("cost function", "成本函数"),
        "1.2",
        Text("J, the mean of the losses of all m examples.", "J，全部 m 个样本的损失的平均值。"),
    ),
    Term(
        Text("cross-entropy", "交叉熵"),
        "1.2",
        Text(
            "The loss $-(y \\log \\hat y + (1 - y) \\log(1 - \\hat y))$.",
            "损失 $-(y \\log \\hat y + (1 - y) \\log(1 - \\hat y))$。",
        ),
    ),
    Term(
        Text("gradient descent", "梯度下降法"),
        "1.3",
        Text(
            "Subtract the gradient, times the learning rate, from the parameters, again and again.",
            "反复地从参数里减去学习速率乘以梯度。",
        ),
    ),
    Term(
        Text("gradient", "梯度"),
        "1.3",
        Text(
            "All derivatives of the cost by the parameters; it points to where the cost grows fastest.",
            "成本对各个参数的全部导数，指向成本增长最快的方向。",
        ),
    ),
    Term(Text("learning rate", "学习速率"), "1.3", Text("α, the factor of each step.", "α，每一步的系数。")),
    Term(
        Text("iteration", "迭代"),
        "1.3",
        Text("One pass forward, one pass backward and one update.", "一次正向传播、一次反向传播和一次更新。"),
    ),
    Term(
        Text("convex function", "凸函数"),
        "1.3",
        Text(
            "A function with a single valley, in which every way down leads to the lowest point.",
            "只有一个谷的函数，从任何地方往下走都到最低点。",
        ),
    ),
]
