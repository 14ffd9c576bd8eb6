"""Mistakes that an exception, the form of a result or the text of a function shows, with its values in the sentence."""

from course_torch.mistakes.record import Edit, Mistake, mistake
from course_torch.mistakes.records.hidden import CHOICE
from course_torch.mistakes.records.parameters import in_dW


def shown(key: str, title: str, section: str, en: str, zh: str, *edits: Edit) -> Mistake:
    """A record of such a mistake."""
    return mistake(key, title, section, en, zh, *edits, recognized="exception")


def edits(*texts: tuple[str, str, str]) -> list[Edit]:
    """Edits from function, old and new text."""
    return [Edit(*text) for text in texts]


B_UPDATE = '        b = b - learning_rate * grads["db"]\n'

# fmt: off
NAMES = [
    shown("not imported", "没有导入", "",
          "{name} is not imported{how}", "没有导入 {name}{how}",
          *edits(("sigmoid", "np.exp", "math.exp"))),
    shown("not defined", "没有定义", "",
          "{name} is not defined: {how}", "{name} 没有定义：{how}",
          *edits(("output_gradient", "AL - Y", "AL - Y + c"))),
    shown("no value yet", "还没有值", "",
          "no line that ran before has given {name} a value", "之前执行过的语句都没有给 {name} 赋值"),
    shown("no such layer", "没有这一层", "3.1",
          "there is no layer {l}: the network has {L} layers, and {name} holds the keys {keys}",
          "没有第 {l} 层：网络有 {L} 层，{name} 的键是 {keys}",
          *edits(("L_model_forward", "range(1, L + 1)", "range(L)"),
                 ("L_model_forward", "len(parameters) // 2", "len(parameters)"),
                 ("update_parameters", "len(parameters) // 2 + 1", "len(parameters) // 2 + 2"))),
    shown("no such key", "没有这个键", "",
          "{name} has no key {entry}, it holds the keys {keys}", "{name} 没有键 {entry}，它的键是 {keys}",
          *edits(("L_model_forward", 'parameters[f"W{l}"]', 'parameters[f"w{l}"]'),
                 ("update_parameters", 'grads[f"dW{l}"]', 'grads[f"W{l}"]'))),
    shown("index in quotes", "下标写进了引号", "",
          'in the key {entry} the number of the layer is a text: write "W" + str(l), or f"W{{l}}"',
          '键 {entry} 里，层的编号成了文字：要写 "W" + str(l)，或者 f"W{{l}}"',
          *edits(("L_model_forward", 'parameters[f"W{l}"]', 'parameters["W" + "l"]'),
                 ("L_model_forward", 'parameters[f"b{l}"]', 'parameters["b{l}"]'),
                 ("update_parameters", 'grads[f"dW{l}"]', 'grads["dW" + "l"]'))),
    shown("index of the layer", "层的下标", "3.1",
          "{name} has {n} entries, {name}[0] to {name}[{last}]: layer l is {name}[{index}]",
          "{name} 有 {n} 项，从 {name}[0] 到 {name}[{last}]：第 l 层是 {name}[{index}]",
          *edits(("initialize_parameters_deep", "range(1, len(layer_dims))", "range(1, len(layer_dims) + 1)"),
                 ("L_model_backward", "caches[l - 1]", "caches[l + 1]"))),
    shown("sizes", "大小的下标", "1.7",
          "the last size of {names} is shape[{last}]", "{names} 的最后一个大小是 shape[{last}]",
          Edit("compute_cost", "Y.shape[0]", "Y.shape[2]", columns=("Y.shape[1]", "Y.shape[2]"))),
    shown("parts of the cache", "cache 的各部分", "3.2",
          "{name} holds {n} values: take it apart first, as {fields} = {name}",
          "{name} 里有 {n} 个值：要先拆开，即 {fields} = {name}",
          *edits(("linear_backward", "A_prev, W, _ = cache", "A_prev, W = cache"))),
    shown("entry of a dict", "dict 的一项", "",
          'an entry of a dict is written in brackets: {name}["{entry}"]',
          'dict 的一项要写在方括号里：{name}["{entry}"]'),
]

VALUES = [
    shown("truth of an array", "数组的真假", "",
          "max(), if, and, or and not take a single number, not an array: compute entry by entry, with maximum or "
          "where",
          "max()、if、and、or、not 只能用于单个数，不能用于数组：要逐个元素计算，例如用 maximum 或 where",
          *edits(("relu", "Z * (Z > 0)", "max(0, Z)"))),
    shown("a single number", "单个数", "",
          "float(), int() and the functions of math take a single number, not an array: use the functions of the "
          "library",
          "float()、int() 和 math 的函数只接受一个数，不能用于数组：请用库里的函数"),
    shown("text and number", "字符串与数字", "",
          'a number cannot be added to a text: write "W" + str(l), or f"W{{l}}"',
          '数字不能与字符串相加：要写 "W" + str(l)，或者 f"W{{l}}"',
          *edits(("L_model_forward", 'parameters[f"W{l}"]', 'parameters["W" + l]'))),
    shown("shape as a number", "把 shape 当成了数", "1.7",
          "a shape holds all sizes and is no number: take one size, as Y.shape[0]",
          "shape 是全部大小，不是一个数：要取其中一个，例如 Y.shape[0]"),
    shown("power", "乘方", "",
          "^, & and | are for True and False: a power is written **", "^、&、| 用于 True 和 False：乘方要写成 **"),
    shown("no function", "不是函数", "",
          "{code} is no function: an entry is written in [ ], a product with * or @, and .T and .shape have no "
          "parentheses",
          "{code} 不是函数：取元素用 [ ]，乘法用 * 或 @，.T 和 .shape 后面没有圆括号"),
    shown("product without a sign", "漏了乘号", "",
          "{product} in place of {code}: a product needs its sign, * or @ for matrices",
          "应当写 {product}，而不是 {code}：乘号不能省略，矩阵乘法写 @",
          *edits(("sigmoid_derivative", "A * (1 - A)", "A(1 - A)"), ("computation_graph", "3 * v", "3 (v)"))),
    shown("unknown sign", "Python 不认识的符号", "",
          "Python does not know {code}: write {right}{advice}",
          "Python 不认识 {code}：应当写 {right}{advice}"),
    shown("number for a tensor", "把数当成了张量", "",
          "{function} takes tensors, and {code} is of type {type}: torch.tensor({code}) is a tensor",
          "{function} 只接受张量，而 {code} 的类型是 {type}：torch.tensor({code}) 是张量"),
    shown("other arguments", "参数的个数或名称不对", "",
          "the arguments of {name} are ({right}), and the call gives ({found})",
          "{name} 的参数是 ({right})，而调用时传入的是 ({found})",
          *edits(("linear_activation_forward", "linear_forward(A_prev, W, b)", "linear_forward(A_prev, W)"))),
    shown("whole number", "整数", "",
          "a whole number is needed: / makes 4 / 2 a float, // divides without a remainder",
          "这里需要整数：4 / 2 的结果是小数，整除要用 //"),
    shown("range", "range", "",
          "a loop runs over range(n), not over the number n", "循环要写 range(n)，不能直接用数 n"),
    shown("endless loop", "死循环", "",
          "the loop while {test} (line {line}) never ends: no statement in the loop changes the condition",
          "循环 while {test}（第 {line} 行）不会结束：循环里没有语句改变这个条件"),
    shown("assert", "assert", "",
          "your own assert is not true: {code}", "你自己写的 assert 不成立：{code}"),
    shown("assert of a right result", "结果正确的 assert", "",
          "the result is right, but an assert of the file is not true: {code}",
          "结果正确，但文件里的 assert 不成立：{code}"),
]

SIZES = [
    shown("sizes of a product", "乘积的大小", "1.6",
          "in a matrix product the first matrix has as many columns as the second has rows. Here {left} has "
          "{columns} and {right} has {rows}: look for a transpose, or for the order of the two",
          "矩阵乘法里，第一个矩阵的列数要等于第二个矩阵的行数。这里 {left} 有 {columns}，{right} 有 {rows}："
          "检查转置，或两者的先后次序",
          Edit("linear_forward", "A @ W.T", "W @ A", columns=("W @ A", "A @ W.T")),
          Edit("linear_backward", "dZ @ W", "W.T @ dZ", columns=("W.T @ dZ", "dZ @ W"))),
    shown("not transposed", "漏了转置", "1.6",
          "a transpose is missing: dW = (1/m) dZᵀ A_prev for examples as rows, (1/m) dZ A_prevᵀ for examples as "
          "columns",
          "漏了转置：样本为行时 dW = (1/m) dZᵀ A_prev，样本为列时 dW = (1/m) dZ A_prevᵀ",
          *in_dW("{dZ} @ {A}", "{dZ} @ {A}", "linear_backward")),
    shown("entry by entry", "逐个元素计算", "1.7",
          "+, -, * and / work entry by entry, so both arrays need the same shape, or a size of 1 that is repeated; @ "
          "is the matrix product",
          "+、-、*、/ 逐个元素计算，两个数组的形状要相同，或者某个轴的大小为 1 而被重复；矩阵乘法是 @",
          Edit("linear_backward", "dZ @ W", "dZ + W", columns=("W.T @ dZ", "W + dZ"))),
    shown("index of an entry", "元素的下标", "",
          "an axis of size {n} has the indices 0 to {last}: is the axis right, and the end of the loop?",
          "大小为 {n} 的轴，下标是 0 到 {last}：轴对不对，循环的终点对不对？"),
    shown("dot of vectors", "向量的 dot", "1.6",
          "torch.dot is for vectors: the matrix product is @", "torch.dot 只用于向量：矩阵乘法是 @"),
    shown("two dtypes", "两种 dtype", "",
          "float32 meets float64: .float() makes float32, and torch.zeros, torch.ones and torch.tensor do so unless "
          "they are given the dtype of the arguments, as in dtype=Z.dtype",
          "float32 遇到了 float64：.float() 得到 float32，torch.zeros、torch.ones、torch.tensor 默认也是 float32，"
          "要用参数的 dtype，例如 dtype=Z.dtype"),
    shown("handed over", "传给了别的函数", "",
          "the sizes do not fit inside a function that it calls: look at that line, and at what the function is given",
          "它调用的函数里大小不合：检查那一行，以及传给那个函数的是什么",
          *edits(("linear_activation_forward", "linear_forward(A_prev, W, b)", "linear_forward(A_prev, W[:, 1:], b)"))),
    shown("constant sizes", "大小写成了数字", "1.7",
          "the sizes in {code} are numbers, which fit one array only: take them from its shape, or write -1",
          "{code} 里的大小写成了数字，只适合一个数组：应当由它的 shape 决定，或者写 -1",
          Edit("image2vector", "reshape(-1, 1)", "reshape(18, 1)")),
    shown("size hard-coded", "大小写成了常数", "",
          "{name}.shape[{axis}] is {length} whatever the arguments are: take it from the arguments",
          "不管参数是什么，{name}.shape[{axis}] 总是 {length}：应当由参数决定",
          *edits(("initialize_parameters", "(n_h, n_x)", "(4, n_x)"), ("nn_model", "n_x, _, n_y", "n_x, n_h, n_y"),
                 ("initialize_parameters_deep", "(layer_dims[l], layer_dims[l - 1])", "(4, layer_dims[l - 1])"))),
]

RESULTS = [
    shown("one change", "改一处就正确", "",
          "with {right} in place of {found} the function is right", "把 {found} 换成 {right}，函数就正确了",
          *edits(("L_model_backward", "caches[l - 1]", "caches[l]"),
                 ("L_model_backward", "caches[l - 1]", "caches[l - 2]"),
                 ("L_model_backward", "range(L - 1, 0, -1)", "range(L - 2, 0, -1)"),
                 ("L_model_backward", "range(L - 1, 0, -1)", "range(L - 1, 1, -1)"),
                 ("initialize_parameters_deep", "range(1, len(layer_dims))", "range(1, len(layer_dims) - 1)"),
                 ("update_parameters", "len(parameters) // 2 + 1)", "len(parameters) // 2)"),
                 ("train", "range(iterations)", "range(iterations + 1)"),
                 ("output_gradient", "AL - Y", "A - Y"),
                 ("slope_by_nudge", "(f(a + nudge) - f(a)) / nudge", "f(a + nudge) - f(a) / nudge"),
                 ("optimize", "propagate(w, b, X, Y)", "propagate(X, Y, w, b)")),
          Edit("linear_backward", "dZ @ W", "W @ dZ", columns=("W.T @ dZ", "dZ @ W.T")),
          Edit("linear_backward", "dZ @ W", "dZ * W", columns=("W.T @ dZ", "W.T * dZ")),
          Edit("backward_propagation", "dZ2 @ W2", 'dZ2 @ parameters["W1"]',
               columns=("W2.T @ dZ2", 'parameters["W1"].T @ dZ2'))),
    shown("one statement moved", "移动一条语句就正确", "",
          "with {code} (line {line}) {where} the function is right",
          "把第 {line} 行的 {code} {where}，函数就正确了",
          Edit("initialize_parameters_deep", '        parameters[f"b{l}"]', '    parameters[f"b{l}"]'),
          *edits(("train", "    return parameters, costs", "        return parameters, costs")),
          Edit("optimize", f"{B_UPDATE}        if i % 100 == 0:\n", f"        if i % 100 == 0:\n    {B_UPDATE}")),
    shown("numbers of another tensor", "另一个张量的数", "",
          "{name} holds the numbers of {other}{factor}", "{name} 里是 {other}{factor} 的数",
          Edit("optimize", 'return {"w": w, "b": b}', 'return {"w": grads["dw"], "b": grads["db"]}'),
          Edit("linear_backward", "np.sum(dZ, axis=0, keepdims=True)", "dZ @ W",
               columns=("np.sum(dZ, axis=1, keepdims=True)", "W.T @ dZ"))),
    shown("key misspelt", "键拼错了", "",
          "the key {found} is misspelt: {right}", "键 {found} 拼错了：应当是 {right}",
          *edits(("model", '"Y_prediction_train":', '"Y_prediciton_train":'))),
    shown("no return", "漏了 return", "",
          "the return statement is missing", "漏了 return 语句",
          *edits(*((function, "return ", "") for function in ("compute_cost", "update", "linear_forward")))),
    shown("order of the results", "返回值的顺序", "",
          "the results are in another order: return {names}", "返回值的顺序不对：应当返回 {names}",
          *edits(("update", "return w, b", "return b, w"),
                 ("initialize_with_zeros", "return np.zeros((dim, 1)), 0.0", "return 0.0, np.zeros((dim, 1))"),
                 ("propagate", 'return {"dw": dw, "db": db}, cost', 'return cost, {"dw": dw, "db": db}'),
                 ("train", "return parameters, costs", "return costs, parameters"),
                 ("linear_backward", "return dA_prev, dW, db", "return dW, db, dA_prev"),
                 ("L_model_forward", "return A, caches", "return caches, A"),
                 (
                     "forward_propagation",
                     'return A2, {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}',
                     'return {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}, A2',
                 ))),
    shown("still None", "还是 None", "",
          "None is left for {names}: write your code in its place", "{names} 还是 None：请换成你的代码",
          *edits(("linear_activation_backward", CHOICE, "None"),
                 ("forward_propagation", "A1 = np.tanh(Z1)", "A1 = None"))),
    shown("argument replaced", "参数被覆盖", "",
          "{name} is replaced before it is used: use the {name} that the function is given",
          "传入的 {name} 还没有用就被覆盖了：应当使用传入的 {name}",
          Edit("train", "    costs = []\n    for _ in range(iterations):\n        A2",
               "    parameters = initialize_parameters(X.shape[1], 4, 1)\n    costs = []\n    for _ in "
               "range(iterations):\n        A2",
               columns=(
                   "    costs = []\n    for _ in range(iterations):\n        A2",
                   "    parameters = initialize_parameters(X.shape[0], 4, 1)\n    costs = []\n"
                   "    for _ in range(iterations):\n        A2",
               ))),
    shown("argument unused", "没有用到参数", "",
          "the function never uses {names}: does a number stand in its place?",
          "函数没有用到 {names}：是不是写成了数字？",
          *edits(("optimize", "range(num_iterations)", "range(9)"), ("train", "range(iterations)", "range(9)"))),
    shown("start in the loop", "循环里又初始化了", "",
          "{name} is called in every iteration, so the updates are lost: call it once, before the loop",
          "每次循环都调用 {name}，之前的更新就丢了：只在循环之前调用一次"),
    shown("arguments changed", "修改了参数", "",
          "it changes its arguments: work on a copy, because the caller uses the same arrays again",
          "它修改了传入的参数：请在副本上计算，因为调用者还要用这些数组"),
    shown("another result", "另一个结果", "",
          "a second call with the same arguments gives another result: the function draws random numbers, or it "
          "keeps something between calls, such as a global variable or gradients that add up",
          "用同样的参数再调用一次，结果不同：函数用了随机数，或者在两次调用之间保留了东西，"
          "例如全局变量或不断累加的梯度",
          *edits(("linear_activation_forward", "return A,", "return A + np.random.randn(*A.shape),"))),
    shown("NumPy in torch", "torch 里的 NumPy", "",
          "it returns a NumPy array, but the file's library is torch: compute with tensors",
          "它返回了 NumPy 数组，而这个文件用的是 torch：请用张量计算"),
    shown("caches not used", "没有用 cache", "",
          "it does not use the cache that it is given, but what the last forward call left behind, such as a global "
          "variable",
          "它没有用传入的 cache，而是用了上一次正向传播留下的东西，例如全局变量"),
    shown("own cache", "自己的 cache", "",
          "right with your own cache, but the course's own tests hand over the cache of the course",
          "用你自己的 cache 是正确的，但课程自己的测试传入的是课程的 cache"),
    shown("result in float16", "结果是 float16", "1.6",
          "the result is in float16: keep the dtype of the arguments", "结果是 float16：请保持参数的 dtype",
          Edit("output_gradient", "AL - Y", "(AL - Y).astype(np.float16)", need="numpy")),
]

STRICT = [
    shown("another scale", "系数不是 0.01", "",
          "the assignment has 0.01 * np.random.randn, here {found}", "作业里是 0.01 * np.random.randn，这里 {found}"),
    shown("other draws", "随机数不同", "",
          "the weights are not those of np.random.randn, drawn for W1 first and then layer by layer",
          "权重不是用 np.random.randn 从 W1 开始逐层得到的随机数"),
    shown("another seed", "随机种子不同", "",
          "the template has np.random.seed({seed}) in this function", "模板在这个函数里有 np.random.seed({seed})"),
    shown("cost as an array", "成本是数组", "",
          "the cost is an array of shape {shape}: np.squeeze makes a number of it",
          "成本是形状为 {shape} 的数组：用 np.squeeze 得到一个数"),
    shown("epsilon in the cost", "成本里的 epsilon", "1.2",
          "the epsilon {epsilon} in the logarithm changes the cost by {change} of its value",
          "对数里的 epsilon {epsilon} 使成本相对改变了 {change}"),
    shown("epsilon in the gradients", "梯度里的 epsilon", "1.2",
          "the epsilon {epsilon} in dAL changes the gradients by {change} of their size",
          "dAL 里的 epsilon {epsilon} 使梯度相对改变了 {change}"),
    shown("every cost", "记录了每次的成本", "1.3",
          "{found} costs are recorded in {iterations} iterations: the assignment keeps the cost of every 100th "
          "iteration, and the course's grader compares the list",
          "在 {iterations} 次循环里记录了 {found} 个成本：作业每 100 次循环才记录一个，而课程的评分程序会比较这个列表"),
    shown("tiny epsilon", "很小的 epsilon", "1.2",
          "the epsilon {epsilon} in the logarithm changes the cost by only {change} of its value",
          "对数里的 epsilon {epsilon} 只使成本相对改变了 {change}"),
    shown("cost for costs", "costs 写成了 cost", "1.3",
          "the third result is the last cost: the assignment returns the list costs",
          "第三个返回值是最后的成本：作业要求返回列表 costs"),
    shown("labels as bool", "标签是 True 和 False", "1.2",
          "the labels are True and False: the assignment has 1.0 and 0.0",
          "预测的标签是 True 和 False：作业里是 1.0 和 0.0"),
]
"""What the course's own grader does not accept, or accepts although it is not what the assignment shows."""

LEFT = [
    shown("torch differentiates", "由 torch 求导", "",
          "torch differentiates here: the exercise asks for the formula", "这里由 torch 求导：练习要求写出公式"),
    shown("torch computes the loss", "由 torch 计算损失", "",
          "torch computes the loss here: the exercise asks for the formula",
          "这里由 torch 计算损失：练习要求写出公式"),
]
"""What a right function leaves to torch."""
# fmt: on

EXCEPTIONS = [*NAMES, *VALUES, *SIZES, *RESULTS, *STRICT, *LEFT]
