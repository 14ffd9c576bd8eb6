"""Mistakes in the functions of the exercises that compute g'(Z), or dZ = dA * g'(Z), and in the choice of g'."""

from course_torch.mistakes.hidden import CHOICE
from course_torch.mistakes.layers import CHOICE as FORWARD_CHOICE
from course_torch.mistakes.record import Edit, edits, mistake

SIGMOID, TANH, RELU = "A * (1 - A)", "1 - A**2", "1.0 * (Z > 0)"
LEAKY_RELU = "np.where(Z > 0, 1.0, 0.01)"


def of_another(name: str, **new: str) -> list[Edit]:
    """Edits that compute the derivative of this activation in the functions of others."""
    right = {"sigmoid": SIGMOID, "tanh": TANH, "relu": RELU, "leaky_relu": LEAKY_RELU}
    return [Edit(f"{other}_derivative", right[other], text, value=name) for other, text in new.items()]


DERIVATIVES = [
    mistake(
        "function for its derivative",
        "导数写成了函数",
        "2.4",
        "the activation itself is returned: its derivative is asked for",
        "返回了激活函数本身：要的是导数",
        Edit("sigmoid_derivative", SIGMOID, "A"),
        Edit("tanh_derivative", TANH, "A"),
        Edit("relu_derivative", RELU, "Z * (Z > 0)"),
        Edit("leaky_relu_derivative", LEAKY_RELU, "leaky_relu(Z)"),
    ),
    mistake(
        "Z for A",
        "A 写成了 Z",
        "2.4",
        "Z is used where A = g(Z) belongs: the sigmoid has A (1 - A), tanh has 1 - A²",
        "该用 A = g(Z) 的地方用了 Z：sigmoid 是 A (1 - A)，tanh 是 1 - A²",
        Edit("sigmoid_derivative", "A = sigmoid(Z)", "A = Z"),
        Edit("tanh_derivative", "A = tanh(Z)", "A = Z"),
    ),
    mistake(
        "sigmoid twice",
        "用了两次 sigmoid",
        "2.4",
        "the sigmoid is taken twice: g' is computed from A as if A were Z",
        "多用了一次 sigmoid：把 A 当成了 Z",
        *(
            Edit(function, "A = sigmoid(Z)", "A = sigmoid(sigmoid(Z))")
            for function in ("sigmoid_derivative", "sigmoid_backward")
        ),
    ),
    mistake(
        "tanh twice",
        "用了两次 tanh",
        "2.4",
        "tanh is taken twice: g' is computed from A as if A were Z",
        "多用了一次 tanh：把 A 当成了 Z",
        Edit("tanh_derivative", "A = tanh(Z)", "A = tanh(tanh(Z))"),
    ),
    mistake(
        "1 - A² for A - A²",
        "A - A² 写成了 1 - A²",
        "2.4",
        "this is 1 - A²: the sigmoid has A - A²",
        "这是 1 - A²：sigmoid 的导数是 A - A²",
        Edit("sigmoid_derivative", SIGMOID, "1 - A**2"),
    ),
    mistake(
        "1 - A left out",
        "漏掉了 1 - A",
        "2.4",
        "the factor (1 - A) is missing: g'(Z) = A (1 - A)",
        "少了 (1 - A)：g'(Z) = A (1 - A)",
        Edit("sigmoid_backward", "A * (1 - A)", "A"),
    ),
    mistake(
        "square left out",
        "漏掉了平方",
        "2.4",
        "this is 1 - A: A is squared in 1 - A²",
        "这是 1 - A：应当是 1 - A²",
        Edit("tanh_derivative", TANH, "1 - A"),
    ),
    mistake(
        "square outside",
        "平方写在了括号外",
        "2.4",
        "this is (1 - A)²: only A is squared in 1 - A²",
        "这是 (1 - A)²：1 - A² 里只有 A 平方",
        Edit("tanh_derivative", TANH, "(1 - A)**2"),
    ),
    mistake(
        "A (1 - A)",
        "A (1 - A)",
        "2.4",
        "A (1 - A) belongs to the sigmoid: tanh has 1 - A²",
        "A (1 - A) 是 sigmoid 的形式：tanh 是 1 - A²",
        Edit("tanh_derivative", TANH, "A * (1 - A)"),
    ),
    mistake(
        "g' of another activation",
        "用了另一个激活函数的 g'",
        "2.4",
        "this is the derivative of {value}",
        "这是 {value} 的导数",
        *of_another("sigmoid", tanh="sigmoid(Z) * (1 - sigmoid(Z))", relu="sigmoid(Z) * (1 - sigmoid(Z))"),
        *of_another("tanh", sigmoid="1 - np.tanh(Z)**2", relu="1 - np.tanh(Z)**2"),
        *of_another("relu", sigmoid=RELU, tanh=RELU, leaky_relu=RELU),
        *of_another("leaky_relu", relu=LEAKY_RELU),
    ),
    mistake(
        "-1 for Z < 0",
        "Z < 0 时写成了 -1",
        "2.4",
        "the slope for Z < 0 is 0, not -1",
        "Z < 0 时斜率是 0，不是 -1",
        Edit("relu_derivative", RELU, "np.sign(Z)"),
        Edit("relu_derivative", RELU, "2.0 * (Z > 0) - 1"),
    ),
    mistake(
        "all 1",
        "全为 1",
        "2.4",
        "every slope is 1: it is 0 where Z < 0",
        "斜率全是 1：Z < 0 时应当是 0",
        Edit("relu_derivative", RELU, "np.ones_like(Z)"),
    ),
    mistake(
        "0.01 Z for 0.01",
        "0.01 写成了 0.01 Z",
        "2.4",
        "the slope for Z < 0 is 0.01, without Z",
        "Z < 0 时斜率是 0.01，不乘 Z",
        Edit("leaky_relu_derivative", "0.01", "0.01 * Z"),
    ),
    mistake(
        "slope not 0.01",
        "斜率不是 0.01",
        "2.4",
        "the slope for Z < 0 is {value}: it must be 0.01",
        "Z < 0 时斜率是 {value}：应当是 0.01",
        Edit("leaky_relu_derivative", "0.01", "0.1", value="0.1"),
    ),
    mistake(
        "sign of the slope",
        "斜率的正负号",
        "2.4",
        "the slope for Z < 0 is 0.01, not -0.01",
        "Z < 0 时斜率是 0.01，不是 -0.01",
        *edits("0.01", "-0.01", "leaky_relu", "leaky_relu_derivative"),
    ),
]

LAYERS = [
    mistake(
        "matmul for * in g'",
        "* 写成了矩阵乘法",
        "2.5",
        "dA and g' are multiplied as matrices: multiply them entry by entry",
        "dA 与 g' 用了矩阵乘法：应当逐个元素相乘",
        Edit("backward_propagation", "dA1 * (1", "dA1 @ (1"),
        Edit("relu_backward", "dA * (Z > 0)", "dA @ np.where(Z > 0, 1 + 0 * Z, 0 * Z)"),
    ),
    mistake(
        "mask of dA",
        "用 dA 做掩码",
        "2.4",
        "the mask is dA > 0: it must be Z > 0",
        "掩码用了 dA > 0：应当是 Z > 0",
        Edit("relu_backward", "Z > 0", "dA > 0"),
    ),
    mistake(
        "always relu",
        "总是 relu",
        "3.2",
        "the formula of relu is used for the activation sigmoid too",
        "activation 是 sigmoid 时也用了 relu 的公式",
        Edit("linear_activation_backward", CHOICE, "relu_backward(dA, Z)"),
        Edit("linear_activation_forward", FORWARD_CHOICE, "relu(Z)"),
    ),
    mistake(
        "always sigmoid",
        "总是 sigmoid",
        "3.2",
        "the formula of sigmoid is used for the activation relu too",
        "activation 是 relu 时也用了 sigmoid 的公式",
        Edit("linear_activation_backward", CHOICE, "sigmoid_backward(dA, Z)"),
        Edit("linear_activation_forward", FORWARD_CHOICE, "sigmoid(Z)"),
    ),
    mistake(
        "activations swapped",
        "激活函数用反了",
        "3.2",
        "the two activations are swapped: right is {value}",
        "两个激活函数用反了：应当是 {value}",
        Edit("linear_activation_backward", '== "sigmoid"', '== "relu"', value=f"dZ = {CHOICE}"),
        Edit("linear_activation_forward", '== "sigmoid"', '== "relu"', value=f"A = {FORWARD_CHOICE}"),
        Edit(
            "forward_propagation",
            "A1 = np.tanh(Z1)",
            "A1 = 1 / (1 + np.exp(-Z1))\n    sigmoid = np.tanh",
            value="A1 = tanh(Z1), A2 = sigmoid(Z2)",
        ),
    ),
    mistake(
        "caches of the first layer",
        "总是用第 1 层的 cache",
        "3.2",
        "the cache of layer 1 is used in every hidden layer: layer l needs caches[l-1]",
        "每个隐层都用了第 1 层的 cache：第 l 层要用 caches[l-1]",
        Edit("L_model_backward", "caches[l - 1]", "caches[0]"),
    ),
    mistake(
        "caches in reverse",
        "cache 用反了顺序",
        "3.2",
        "the caches of the hidden layers are used in reverse order: layer l needs caches[l-1]",
        "隐层的 cache 用反了顺序：第 l 层要用 caches[l-1]",
        Edit("L_model_backward", "caches[l - 1]", "caches[L - 1 - l]"),
    ),
    mistake(
        "sigmoid in the hidden layers",
        "隐层用了 sigmoid",
        "3.2",
        "the hidden layers use sigmoid's derivative: they need relu's",
        "隐层用了 sigmoid 的导数：应当用 relu 的导数",
        Edit("L_model_backward", '"relu")', '"sigmoid")'),
    ),
]
