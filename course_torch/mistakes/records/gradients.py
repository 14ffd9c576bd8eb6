"""Mistakes in the functions of the exercises that compute z, dZ = A - Y, dW and db, g'(Z), or dZ = dA * g'(Z)."""

from course_torch.mistakes.record import Edit, edits, first, mistake
from course_torch.mistakes.records.hidden import CHOICE
from course_torch.mistakes.records.layers import CHOICE as FORWARD_CHOICE
from course_torch.mistakes.records.output import in_functions
from course_torch.mistakes.records.parameters import in_dW, in_dw

# fmt: off
BIASES = [
    mistake("no bias", "漏掉了 b", "1.2",
            "b is not added: each z contains the term + b", "没有加上 b：每个 z 都含有 + b 这一项",
            *edits(" + b)", ")", "propagate", "predict"), Edit("weighted_sums", " + b", ""),
            *edits("+= b", "+= 0 * b", "weighted_sums_with_loops", "node_by_node"),
            Edit("linear_forward", " + b,", ",")),
    mistake("bias subtracted", "减去了 b", "1.2",
            "b is subtracted: each z contains the term + b", "减去了 b：每个 z 都含有 + b 这一项",
            *edits(" + b", " - b", "propagate", "predict", "weighted_sums", "linear_forward"),
            *edits("+= b", "-= b", "weighted_sums_with_loops", "node_by_node")),
    mistake("sign in e^(-z)", "e^(-z) 的正负号", "1.2",
            "the sign of z is turned around: e^(-z)", "z 的符号反了：应当是 e^(-z)",
            Edit("propagate", "sigmoid(X @ w + b)", "sigmoid(-(X @ w + b))",
                 columns=("(w.T @ X + b)", "(-(w.T @ X + b))"))),
]

GRADIENTS = [
    *BIASES,
    mistake("labels for A", "用预测的标签代替了 A", "1.5",
            "the predicted labels are compared with Y: dZ is made of the probabilities A",
            "用预测的标签减去了 Y：dZ 要用概率 A",
            *in_functions("1.0 * ({A} > 0.5) - Y", "output_gradient", "propagate")),
    mistake("axis of length 1", "除以了长度为 1 的轴", "1.5",
            "divided by the length of the wrong axis, which is 1: m is the number of examples",
            "除以的是另一个轴的长度，而它是 1：m 是样本的个数",
            Edit("weight_gradient", "X.shape[0]", "dZ.shape[1]", columns=("X.shape[1]", "dZ.shape[0]")),
            Edit("bias_gradient", "dZ.shape[0]", "dZ.shape[1]", columns=("dZ.shape[1]", "dZ.shape[0]")),
            *(
                Edit(function, "X.shape[0]", "Y.shape[1]", columns=("X.shape[1]", "Y.shape[0]"))
                for function in ("propagate", "backward_propagation")
            ), recognized="factor"),
    mistake("* for the product", "矩阵乘法写成了逐个元素相乘", "1.6",
            "the entries are multiplied one by one but not added up: Z, dW and dw need the matrix product",
            "逐个元素相乘，没有求和：Z、dW 和 dw 要用矩阵乘法",
            Edit("linear_forward", "A @ W.T", "A * W", columns=("W @ A", "W * A")),
            Edit("linear_forward", "A @ W.T", "A * W.T", columns=("W @ A", "W.T * A")),
            *in_dW("{dZ}.T * {A}", "{dZ} * {A}.T", "linear_backward"),
            *in_dW("{dZ} * {A}", "{dZ} * {A}", "linear_backward"), *in_dw("X * dZ", "X * dZ"),
            *in_dw("m * X * dZ", "m * X * dZ"),
            *in_dw("np.sum(X * dZ, axis=1, keepdims=True)", "np.sum(X * dZ, axis=0, keepdims=True)"),
            *in_dw("m * np.sum(X * dZ, axis=1, keepdims=True)", "m * np.sum(X * dZ, axis=0, keepdims=True)")),
    mistake("X transposed", "X 转置错了", "1.6",
            "X and Xᵀ are confused: Z = X w + b and dw = (1/m) Xᵀ dZ for examples as rows, Z = wᵀ X + b and dw = "
            "(1/m) X dZᵀ for examples as columns",
            "X 和 Xᵀ 弄混了：样本为行时 Z = X w + b，dw = (1/m) Xᵀ dZ；样本为列时 Z = wᵀ X + b，dw = (1/m) X dZᵀ",
            *in_dw("X @ dZ", "X.T @ dZ.T"),
            *first("return X.T @ w + b", "weighted_sums_with_loops", "weighted_sums", columns="return w.T @ X.T + b")),
    mistake("last example only", "只算了最后一个样本", "1.5",
            "only the last example counts: add them up with +=", "只算了最后一个样本：要用 += 累加",
            *in_dw("X[-1:].T @ dZ[-1:]", "X[:, -1:] @ dZ[:, -1:].T"),
            Edit("bias_gradient", "np.sum(dZ)", "dZ[-1, -1]")),
    mistake("dZ not used", "没有用 dZ", "1.5",
            "this is the mean of X: multiply by dZ", "这是 X 的平均值：还要乘以 dZ",
            *in_dw("np.sum(X, axis=0).reshape(-1, 1)", "np.sum(X, axis=1).reshape(-1, 1)")),
    mistake("dw is 0", "dw 为 0", "1.5",
            "dw is 0: dw = (1/m) Xᵀ dZ", "dw 是 0：dw = (1/m) Xᵀ dZ",
            *in_dw("0 * w", "0 * w")[1:]),
    mistake("db not summed", "db 没有求和", "1.5",
            "dZ is not added up over the examples: db is one number", "dZ 没有对样本求和：db 是一个数",
            *(
                Edit(function, "np.sum(dZ) / m", new)
                for function in ("bias_gradient", "propagate")
                for new in ("dZ", "dZ / m", "dZ.ravel()", "dZ.ravel() / m")
            )),
    mistake("db is 0", "db 为 0", "1.5",
            "db is 0: db = (1/m) Σ dZ", "db 是 0：db = (1/m) Σ dZ",
            *(Edit(function, "np.sum(dZ) / m", "0.0") for function in ("bias_gradient", "propagate"))),
    mistake("absolute values", "取了绝对值", "1.5",
            "the absolute values are added up: keep the signs", "对绝对值求和了：要保留正负号",
            *(Edit(function, "np.sum(dZ)", "np.sum(abs(dZ))") for function in ("bias_gradient", "propagate"))),
    mistake("layers swapped", "两层互换了", "2.5",
            "dW1 and dW2 are swapped", "dW1 和 dW2 互换了",
            Edit("backward_propagation", '"dW1": dW1, "db1": db1, "dW2": dW2', '"dW1": dW2, "db1": db1, "dW2": dW1')),
]
# fmt: on


SIGMOID, TANH, RELU = "A * (1 - A)", "1 - A**2", "1.0 * (Z > 0)"
LEAKY_RELU = "np.where(Z > 0, 1.0, 0.01)"


def of_another(name: str, **new: str) -> list[Edit]:
    """Edits that compute the derivative of this activation in the functions of others."""
    right = {"sigmoid": SIGMOID, "tanh": TANH, "relu": RELU, "leaky_relu": LEAKY_RELU}
    return [Edit(f"{other}_derivative", right[other], text, value=name) for other, text in new.items()]


# fmt: off
DERIVATIVES = [
    mistake("function for its derivative", "导数写成了函数", "2.4",
            "the activation itself is returned: its derivative is asked for", "返回了激活函数本身：要的是导数",
            Edit("sigmoid_derivative", SIGMOID, "A"), Edit("tanh_derivative", TANH, "A"),
            Edit("relu_derivative", RELU, "Z * (Z > 0)"), Edit("leaky_relu_derivative", LEAKY_RELU, "leaky_relu(Z)")),
    mistake("Z for A", "A 写成了 Z", "2.4",
            "Z is used where A = g(Z) belongs: the sigmoid has A (1 - A), tanh has 1 - A²",
            "该用 A = g(Z) 的地方用了 Z：sigmoid 是 A (1 - A)，tanh 是 1 - A²",
            Edit("sigmoid_derivative", "A = sigmoid(Z)", "A = Z"), Edit("tanh_derivative", "A = tanh(Z)", "A = Z")),
    mistake("sigmoid twice", "用了两次 sigmoid", "2.4",
            "the sigmoid is taken twice: g' is computed from A as if A were Z", "多用了一次 sigmoid：把 A 当成了 Z",
            *(
                Edit(function, "A = sigmoid(Z)", "A = sigmoid(sigmoid(Z))")
                for function in ("sigmoid_derivative", "sigmoid_backward")
            )),
    mistake("tanh twice", "用了两次 tanh", "2.4",
            "tanh is taken twice: g' is computed from A as if A were Z", "多用了一次 tanh：把 A 当成了 Z",
            Edit("tanh_derivative", "A = tanh(Z)", "A = tanh(tanh(Z))")),
    mistake("1 - A² for A - A²", "A - A² 写成了 1 - A²", "2.4",
            "this is 1 - A²: the sigmoid has A - A²", "这是 1 - A²：sigmoid 的导数是 A - A²",
            Edit("sigmoid_derivative", SIGMOID, "1 - A**2")),
    mistake("1 - A left out", "漏掉了 1 - A", "2.4",
            "the factor (1 - A) is missing: g'(Z) = A (1 - A)", "少了 (1 - A)：g'(Z) = A (1 - A)",
            Edit("sigmoid_backward", "A * (1 - A)", "A")),
    mistake("square left out", "漏掉了平方", "2.4",
            "this is 1 - A: A is squared in 1 - A²", "这是 1 - A：应当是 1 - A²",
            Edit("tanh_derivative", TANH, "1 - A")),
    mistake("square outside", "平方写在了括号外", "2.4",
            "this is (1 - A)²: only A is squared in 1 - A²", "这是 (1 - A)²：1 - A² 里只有 A 平方",
            Edit("tanh_derivative", TANH, "(1 - A)**2")),
    mistake("A (1 - A)", "A (1 - A)", "2.4",
            "A (1 - A) belongs to the sigmoid: tanh has 1 - A²", "A (1 - A) 是 sigmoid 的形式：tanh 是 1 - A²",
            Edit("tanh_derivative", TANH, "A * (1 - A)")),
    mistake("g' of another activation", "用了另一个激活函数的 g'", "2.4",
            "this is the derivative of {value}", "这是 {value} 的导数",
            *of_another("sigmoid", tanh="sigmoid(Z) * (1 - sigmoid(Z))", relu="sigmoid(Z) * (1 - sigmoid(Z))"),
            *of_another("tanh", sigmoid="1 - np.tanh(Z)**2", relu="1 - np.tanh(Z)**2"),
            *of_another("relu", sigmoid=RELU, tanh=RELU, leaky_relu=RELU), *of_another("leaky_relu", relu=LEAKY_RELU)),
    mistake("-1 for Z < 0", "Z < 0 时写成了 -1", "2.4",
            "the slope for Z < 0 is 0, not -1", "Z < 0 时斜率是 0，不是 -1",
            Edit("relu_derivative", RELU, "np.sign(Z)"), Edit("relu_derivative", RELU, "2.0 * (Z > 0) - 1")),
    mistake("all 1", "全为 1", "2.4",
            "every slope is 1: it is 0 where Z < 0", "斜率全是 1：Z < 0 时应当是 0",
            Edit("relu_derivative", RELU, "np.ones_like(Z)")),
    mistake("0.01 Z for 0.01", "0.01 写成了 0.01 Z", "2.4",
            "the slope for Z < 0 is 0.01, without Z", "Z < 0 时斜率是 0.01，不乘 Z",
            Edit("leaky_relu_derivative", "0.01", "0.01 * Z")),
    mistake("slope not 0.01", "斜率不是 0.01", "2.4",
            "the slope for Z < 0 is {value}: it must be 0.01", "Z < 0 时斜率是 {value}：应当是 0.01",
            Edit("leaky_relu_derivative", "0.01", "0.1", value="0.1")),
    mistake("sign of the slope", "斜率的正负号", "2.4",
            "the slope for Z < 0 is 0.01, not -0.01", "Z < 0 时斜率是 0.01，不是 -0.01",
            *edits("0.01", "-0.01", "leaky_relu", "leaky_relu_derivative")),
]

HIDDEN = 'linear_activation_backward(dA, caches[l - 1], "relu")'
AT_OUTPUT = "linear_activation_backward(-Y / AL + (1 - Y) / (1 - AL)"
LAYERS = [
    mistake("matmul for * in g'", "* 写成了矩阵乘法", "2.5",
            "dA and g' are multiplied as matrices: multiply them entry by entry",
            "dA 与 g' 用了矩阵乘法：应当逐个元素相乘",
            Edit("backward_propagation", "dA1 * (1", "dA1 @ (1"),
            Edit("relu_backward", "dA * (Z > 0)", "dA @ np.where(Z > 0, 1 + 0 * Z, 0 * Z)")),
    mistake("mask of dA", "用 dA 做掩码", "2.4",
            "the mask is dA > 0: it must be Z > 0", "掩码用了 dA > 0：应当是 Z > 0",
            Edit("relu_backward", "Z > 0", "dA > 0")),
    mistake("always relu", "总是 relu", "3.2",
            "the formula of relu is used for the activation sigmoid too", "activation 是 sigmoid 时也用了 relu 的公式",
            Edit("linear_activation_backward", CHOICE, "relu_backward(dA, Z)"),
            Edit("linear_activation_forward", FORWARD_CHOICE, "relu(Z)")),
    mistake("always sigmoid", "总是 sigmoid", "3.2",
            "the formula of sigmoid is used for the activation relu too", "activation 是 relu 时也用了 sigmoid 的公式",
            Edit("linear_activation_backward", CHOICE, "sigmoid_backward(dA, Z)"),
            Edit("linear_activation_forward", FORWARD_CHOICE, "sigmoid(Z)")),
    mistake("activations swapped", "激活函数用反了", "3.2",
            "the two activations are swapped: right is {value}", "两个激活函数用反了：应当是 {value}",
            Edit("linear_activation_backward", '== "sigmoid"', '== "relu"', value=f"dZ = {CHOICE}"),
            Edit("linear_activation_forward", '== "sigmoid"', '== "relu"', value=f"A = {FORWARD_CHOICE}"),
            Edit("forward_propagation", "A1 = np.tanh(Z1)", "A1 = 1 / (1 + np.exp(-Z1))\n    sigmoid = np.tanh",
                 value="A1 = tanh(Z1), A2 = sigmoid(Z2)")),
    mistake("caches of the first layer", "总是用第 1 层的 cache", "3.2",
            "the cache of layer 1 is used in every hidden layer: layer l needs caches[l-1]",
            "每个隐层都用了第 1 层的 cache：第 l 层要用 caches[l-1]",
            Edit("L_model_backward", "caches[l - 1]", "caches[0]")),
    mistake("caches in reverse", "cache 用反了顺序", "3.2",
            "the caches of the hidden layers are used in reverse order: layer l needs caches[l-1]",
            "隐层的 cache 用反了顺序：第 l 层要用 caches[l-1]",
            Edit("L_model_backward", "caches[l - 1]", "caches[L - 1 - l]")),
    mistake("dAL in every layer", "每一层都用了 dAL", "3.2",
            "dAL, the derivative at the output, is used in the hidden layers: each layer l has its own dA[l]",
            "隐层用了输出的导数 dAL：第 l 层有自己的 dA[l]",
            Edit("L_model_backward", HIDDEN, f"{AT_OUTPUT}, caches[l - 1], \"relu\")")),
    mistake("dAL through sigmoid in every layer", "每一层都是 dAL 和 sigmoid", "3.2",
            "the hidden layers use dAL and sigmoid's derivative: each layer l has its own dA[l], and relu's derivative",
            "隐层用了 dAL 和 sigmoid 的导数：第 l 层有自己的 dA[l]，并用 relu 的导数",
            Edit("L_model_backward", HIDDEN, f"{AT_OUTPUT}, caches[l - 1], \"sigmoid\")")),
    mistake("relu at the output in the backward pass", "反向传播的输出层用了 relu", "3.2",
            "the output layer uses relu's derivative: it needs sigmoid's",
            "输出层用了 relu 的导数：应当用 sigmoid 的导数",
            Edit("L_model_backward", "linear_backward(output_gradient(AL, Y), caches[L - 1][0])",
                 f"{AT_OUTPUT}, caches[L - 1], \"relu\")")),
    mistake("sigmoid in the hidden layers", "隐层用了 sigmoid", "3.2",
            "the hidden layers use sigmoid's derivative: they need relu's",
            "隐层用了 sigmoid 的导数：应当用 relu 的导数",
            Edit("L_model_backward", '"relu")', '"sigmoid")')),
]
# fmt: on
