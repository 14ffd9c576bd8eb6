"""The terms of the glossary in both languages: the notes' own words, in the order of the notes."""

from typing import NamedTuple

from course_torch.language import Text


class Term(NamedTuple):
    """A term, the section of the notes that needs it first (empty if no section does), and a sentence about it."""

    name: Text
    section: str
    meaning: Text


TERMS = [
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
    Term(
        Text("label", "标签"),
        "1.1",
        Text("The right answer y of an example.", "一个样本的正确答案 y。"),
    ),
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
    Term(
        Text("learning rate", "学习速率"),
        "1.3",
        Text("α, the factor of each step.", "α，每一步的系数。"),
    ),
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
    Term(
        Text("derivative", "导数"),
        "1.4",
        Text("The slope of a function at a point.", "函数在一点处的斜率。"),
    ),
    Term(
        Text("slope", "斜率"),
        "1.4",
        Text("The change of f divided by the small change of its argument.", "f 的变化除以自变量的微小变化。"),
    ),
    Term(
        Text("computation graph", "计算流程图"),
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
        Text("epoch", "轮"),
        "",
        Text("One pass over all training examples.", "把全部训练样本用过一遍。"),
    ),
]
