"""Mistakes in the sizes of the layers, the initial parameters, their update, the loop of descent, and the models."""

from functools import partial

from course_torch.mistakes.record import Edit, at_start, edits, mistake, with_A

in_sizes = partial(Edit, "layer_sizes", "X.shape[1], 4, Y.shape[1]")
"""An edit of all three sizes."""
SHALLOW, DEEP, ZEROS = "initialize_parameters", "initialize_parameters_deep", "initialize_with_zeros"
W1, WL, WL_SIZES = "np.random.randn(n_h, n_x)", "np.random.randn({})", "layer_dims[l], layer_dims[l - 1]"


# fmt: off
INITIAL = [
    mistake("examples counted", "数成了样本", "2.1",
            "the number of examples is returned for a number of features: look along the other axis",
            "返回的是样本数，而不是特征数：应当看另一个轴",
            *map(in_sizes, ("X.shape[0], 4, Y.shape[0]", "X.shape[0], 4, Y.shape[1]", "X.shape[1], 4, Y.shape[0]"))),
    mistake("X and Y swapped", "X 和 Y 弄反了", "2.1",
            "n_x is taken from Y, and n_y from X", "n_x 取自 Y，n_y 取自 X",
            in_sizes("Y.shape[1], 4, X.shape[1]")),
    mistake("b not a number", "b 不是一个数", "1.3",
            "b has many entries: it is one number for all examples", "b 有多个元素：它对所有样本都是同一个数",
            *(Edit(ZEROS, "0.0", f"np.zeros({shape})") for shape in ("(dim, 1)", "(1, dim)", "dim"))),
    mistake("not 0", "不是 0", "1.3",
            "{name} is not 0", "{name} 不是 0",
            Edit(ZEROS, "0.0", "1.0"), Edit(ZEROS, "np.zeros", "np.ones"), recognized="start"),
    mistake("sizes swapped", "大小写反了", "2.1",
            "the two sizes are swapped", "两个大小写反了",
            Edit(ZEROS, "(dim, 1)", "(1, dim)"), Edit(SHALLOW, "n_h, n_x", "n_x, n_h"),
            Edit(DEEP, WL_SIZES, "layer_dims[l - 1], layer_dims[l]"), recognized="exception"),
    mistake("parameter not finite", "参数里有 nan 或 inf", "3.3",
            "{name} contains nan or inf: draw it with randn", "{name} 里有 nan 或 inf：要用 randn 随机初始化",
            Edit(DEEP, "/ layer_dims[l - 1] ** 0.5", "/ (0 * l)", need="numpy"), recognized="start"),
    mistake("biases not 0", "偏差不是 0", "3.3",
            "{name} is not 0: biases start at 0", "{name} 不是 0：偏差从 0 开始",
            *edits("np.zeros", "np.ones", SHALLOW, DEEP), recognized="start"),
    mistake("equal units", "单元都相同", "2.5",
            "all rows of {name} are equal: the units of the layer then stay equal for ever, so start at random",
            "{name} 的各行都相同：这一层的单元会永远相同，所以要随机初始化",
            Edit(SHALLOW, W1, "np.zeros((n_h, n_x))"), Edit(SHALLOW, W1, "np.ones((n_h, n_x))"),
            Edit(DEEP, WL.format(WL_SIZES), f"np.zeros(({WL_SIZES}))"), recognized="start"),
    mistake("weights are 0", "权重为 0", "2.5",
            "{name} is 0: weights start at random", "{name} 全为 0：权重要随机初始化",
            Edit(SHALLOW, "np.random.randn(n_y, n_h)", "np.zeros((n_y, n_h))"), recognized="start"),
    mistake("weights too large", "权重太大", "3.3",
            "{name} reaches {size}: such large weights saturate the output, so scale them down",
            "{name} 达到 {size}：这么大的权重会使输出饱和，请把它们缩小",
            Edit(SHALLOW, "* 0.01", "* 100"), Edit(DEEP, "/ layer_dims[l - 1] ** 0.5", "* 100"), recognized="start"),
    mistake("weights of one sign", "权重的正负号都相同", "2.5",
            "all weights of a layer are {sign}: draw them around 0, with randn and not rand",
            "某一层的权重全都 {sign}：要在 0 附近随机初始化，用 randn，不用 rand",
            Edit(SHALLOW, '    return {"W1"', '    W1, W2 = abs(W1), abs(W2)\n    return {"W1"'),
            Edit(DEEP, WL.format(WL_SIZES), f"abs({WL.format(WL_SIZES)})"), recognized="start"),
    mistake("weights shifted", "权重偏离了 0", "2.5",
            "the weights lie around {mean}: they must lie around 0", "权重都在 {mean} 附近：应当在 0 附近",
            recognized="start"),
]
# fmt: on


TWO = "two_layer_model"
MODELS = (TWO, "L_layer_model")
"""The functions that draw parameters and train them."""
STEPS = ("update", "optimize", "update_parameters", "train", "model", *MODELS)
"""The functions that are given the learning rate."""
RATES = ("0.001", "0.0075", "0.01", "0.1", "0.5", "1.2")
"""Learning rates that the course and its notes use."""
W, B = 'f"W{l}"]', 'f"b{l}"]'
B_LINE = 'parameters[f"b{l}"] - learning_rate * grads[f"db{l}"]'
LAYERS, BOTH_LAYERS = "for l in range(1, len(parameters) // 2 + 1)", "for l in (1, 2)"
STEP = "        parameters = update_parameters(parameters, grads, learning_rate)\n"
DA2 = "-(np.divide(Y, A2) - np.divide(1 - Y, 1 - A2))"
LOOPS = [
    ("train", {"made": made, "forward": forward, "backward": backward})
    for made, forward, backward in (
        ("AL, caches", "L_model_forward", "L_model_backward(AL, Y, caches)"),
        ("A2, cache", "forward_propagation", "backward_propagation(parameters, cache, X, Y)"),
    )
]
"""The loops with the results of the forward pass, its function, and the call of the backward pass."""
ROUNDS = "    for i in range(num_iterations):\n"
FORWARD = """        A1, cache1 = linear_activation_forward(X, parameters["W1"], parameters["b1"], "relu")
        A2, cache2 = linear_activation_forward(A1, parameters["W2"], parameters["b2"], "sigmoid")
"""
FORWARD_DEEP = "        AL, caches = L_model_forward(X, parameters)\n"
in_layers = partial(Edit, "update_parameters")
"""An edit of the update of W[l] and b[l]."""
RECORDED = "        if i % 100 == 0:\n            costs.append(compute_cost({A}, Y))\n"


def in_w(old: str, new: str) -> list[Edit]:
    """Edits of the update of w in chapter logistic."""
    return edits(old, new, "update", "optimize")


# fmt: off
UPDATE = [
    # The learning rate
    mistake("+ for -", "- 写成了 +", "1.3",
            "the step goes uphill: subtract α times the gradients", "方向反了：应当减去 α 乘以梯度",
            *at_start("learning_rate = -learning_rate", *STEPS)),
    mistake("result not taken", "没有取出结果", "1.5",
            "{value} is not taken from what optimize returns: it is still the initial one",
            "没有从 optimize 的返回值里取出 {value}：它还是初始值",
            *(Edit("model", '    w, b = params["w"], params["b"]\n', taken, value=value)
              for value, taken in (("w, b", ""), ("w", '    b = params["b"]\n'), ("b", '    w = params["w"]\n')))),
    mistake("+ for - in w", "w 的 - 写成了 +", "1.3",
            "w goes uphill: subtract α dw", "w 的方向反了：应当减去 α dw",
            *in_w("w - learning", "w + learning")),
    mistake("+ for - in W", "W 的 - 写成了 +", "2.5",
            "the weights go uphill: subtract α dW", "权重的方向反了：应当减去 α dW",
            in_layers(f"{W} - ", f"{W} + ")),
    mistake("+ for - in b", "b 的 - 写成了 +", "1.3",
            "b goes uphill: subtract α db", "b 的方向反了：应当减去 α db",
            *in_w("b - learning", "b + learning"), in_layers(f"{B} - ", f"{B} + ")),
    mistake("α twice", "乘了两次 α", "1.3",
            "the learning rate is applied twice", "学习速率乘了两次",
            *at_start("learning_rate *= learning_rate", *STEPS)),
    mistake("α left out", "漏掉了 α", "1.3",
            "the learning rate is missing", "没有乘以学习速率",
            *at_start("learning_rate = 1", *STEPS)),
    mistake("α left out in w", "w 漏掉了 α", "1.3",
            "the learning rate is missing in the update of w", "更新 w 时没有乘以学习速率",
            *in_w("w - learning_rate * ", "w - ")),
    mistake("α left out in W", "W 漏掉了 α", "2.5",
            "the learning rate is missing in the update of the weights", "更新权重时没有乘以学习速率",
            in_layers(f"{W} - learning_rate * ", f"{W} - ")),
    mistake("α left out in b", "b 漏掉了 α", "1.3",
            "the learning rate is missing in the update of b", "更新 b 时没有乘以学习速率",
            *in_w("b - learning_rate * ", "b - "), in_layers(f"{B} - learning_rate * ", f"{B} - "),
            Edit("train", STEP,
                 f'        grads |= {{name: grads[name] / learning_rate for name in grads if "b" in name}}\n{STEP}')),
    mistake("α hard-coded", "α 写成了常数", "2.5",
            "the learning rate is {value}, whatever the argument says", "学习速率总是 {value}，没有用传入的参数",
            *(edit for rate in RATES for edit in at_start(f"learning_rate = {rate}", *STEPS, value=rate))),
    mistake("divided by α", "除以了 α", "1.3",
            "the gradients are divided by the learning rate: multiply", "梯度除以了学习速率：应当相乘",
            *at_start("learning_rate = 1 / learning_rate", *STEPS)),
    mistake("scaled step", "步长乘了常数", "2.5",
            "the step is {value} times the right one", "步长是正确值的 {value} 倍",
            *at_start("learning_rate = learning_rate / 2", *STEPS, value="0.5"),
            *at_start("learning_rate = 2 * learning_rate", *STEPS, value="2")),
    # The step
    mistake("w not updated", "w 没有更新", "1.3",
            "w is not updated: w := w - α dw", "w 没有更新：w := w - α dw",
            *in_w("w = w - learning_rate", "v = w - learning_rate")),
    mistake("b not updated", "b 没有更新", "1.3",
            "b is not updated: b := b - α db", "b 没有更新：b := b - α db",
            *in_w("b = b - learning_rate", "c = b - learning_rate")),
    mistake("b updated as W", "b 按 W 更新了", "2.5",
            "the line of b is that of W: b[l] := b[l] - α db[l]", "b 的那一行写成了 W 的：b[l] := b[l] - α db[l]",
            *(in_layers(B_LINE, f'{held}[f"W{{l}}"] - learning_rate * grads[f"d{of}{{l}}"]')
              for held in ("parameters", "new") for of in "Wb")),
    mistake("weights not updated", "权重没有更新", "2.5",
            "the weights are not updated", "权重没有更新",
            in_layers(f'{W} - learning_rate * grads[f"dW{{l}}"]', W)),
    mistake("biases not updated", "偏差没有更新", "2.5",
            "the biases are not updated", "偏差没有更新",
            in_layers(f'{B} - learning_rate * grads[f"db{{l}}"]', B)),
    mistake("nothing updated", "什么都没有更新", "1.3",
            "the old parameters are returned: return the updated ones", "返回的是旧的参数：应当返回更新后的参数",
            *at_start("return w, b", "update"), *at_start("learning_rate = 0", "optimize"),
            in_layers("return new", "return parameters")),
    mistake("last layer not updated", "最后一层没有更新", "2.5",
            "the last layer is not updated: the loop ends one layer too early", "最后一层没有更新：循环少了一层",
            in_layers(f"new = {{}}\n    {LAYERS}", f"new = dict(parameters)\n    {LAYERS[:-5]})"),
            in_layers(f"new = {{}}\n    {BOTH_LAYERS}", "new = dict(parameters)\n    for l in (1,)")),
    mistake("first layer not updated", "第一层没有更新", "2.5",
            "the first layer is not updated: the loop starts one layer too late", "第一层没有更新：循环晚了一层",
            in_layers(f"new = {{}}\n    {LAYERS}", f"new = dict(parameters)\n    {LAYERS.replace('(1', '(2')}"),
            in_layers(f"new = {{}}\n    {BOTH_LAYERS}", "new = dict(parameters)\n    for l in (2,)")),
    mistake("gradients returned", "返回了梯度", "1.3",
            "the step itself is returned: subtract it from the parameters", "只返回了步长：应当从参数中减去它",
            *at_start("return learning_rate * dw, learning_rate * db", "update"),
            in_layers("return new", 'return {name: learning_rate * grads["d" + name] for name in parameters}')),
    mistake("dw and db swapped", "dw 和 db 弄反了", "1.3",
            "dw and db are swapped: dw belongs to w, db to b", "dw 和 db 弄反了：dw 用于 w，db 用于 b",
            *at_start("dw, db = db, dw", "update")),
    mistake("W and b swapped", "W 和 b 用反了", "2.5",
            "dW and db are swapped: W[l] is updated with dW[l], b[l] with db[l]",
            "dW 和 db 用反了：W[l] 用 dW[l] 更新，b[l] 用 db[l] 更新",
            *at_start('grads = {k[0] + ("W" if k[1] == "b" else "b") + k[2:]: v for k, v in grads.items()}',
                   "update_parameters")),
    mistake("db for dW in the update", "更新 W 时用了 db", "2.5",
            "the weights are updated with db: use dW", "更新权重时用了 db：应当用 dW",
            in_layers('grads[f"dW{l}"]', 'grads[f"db{l}"]')),
    # Another gradient
    mistake("gradient of another layer in the update", "更新时用了别的层的梯度", "2.5",
            "{value} is used in another layer too: W[l] is updated with dW[l], b[l] with db[l]",
            "别的层也用了 {value}：W[l] 用 dW[l] 更新，b[l] 用 db[l]",
            *(Edit("update_parameters", f'grads[f"{name}{{l}}"]', f'grads["{name}{l}"]', value=f"{name}{l}")
              for name in ("dW", "db") for l in (1, 2))),
    mistake("dW for db in the update", "更新 b 时用了 dW", "2.5",
            "the biases are updated with dW: use db", "更新偏差时用了 dW：应当用 db",
            in_layers('grads[f"db{l}"]', 'grads[f"dW{l}"]')),
    mistake("W for b in the update", "更新 b 时用了 W", "2.5",
            "the biases are computed from the weights: b[l] := b[l] - α db[l]",
            "偏差是由权重算出的：b[l] := b[l] - α db[l]",
            in_layers(f"= parameters[{B}", f"= parameters[{W}")),
    # The loop
    mistake("one iteration too many", "多迭代了一次", "1.3",
            "there is one iteration too many", "多迭代了一次",
            Edit("optimize", "range(num_iterations)", "range(num_iterations + 1)"),
            Edit("model", "num_iterations, l", "num_iterations + 1, l")),
    mistake("one iteration too few", "少迭代了一次", "1.3",
            "there is one iteration too few", "少迭代了一次",
            *edits("num_iterations)", "num_iterations - 1)", "optimize", "nn_model", *MODELS),
            Edit("model", "num_iterations, l", "num_iterations - 1, l")),
    mistake("only one iteration", "只迭代了一次", "1.3",
            "only one update is made: the loop ends too early, or each iteration starts from the first parameters",
            "只更新了一次：循环太早结束，或者每次迭代都从最初的参数开始",
            Edit("optimize", "range(num_iterations)", "range(1)")),
    mistake("one update too many", "多更新了一次", "2.5",
            "there is one update too many", "多更新了一次",
            *edits(f"{{backward}}\n{STEP}    return",
                   f"{{backward}}\n{STEP}    {{made}} = {{forward}}(X, parameters)\n"
                   f"    parameters = update_parameters(parameters, {{backward}}, learning_rate)\n    return", *LOOPS)),
    mistake("one update too few", "少更新了一次", "2.5",
            "there is one update too few", "少更新了一次",
            Edit("train", STEP, f"        if len(costs) < iterations:\n    {STEP}")),
    mistake("first parameters in every iteration", "每次迭代都用了最初的参数", "2.5",
            "every iteration starts from the first parameters: keep the updated parameters for the next iteration",
            "每次迭代都从最初的参数开始：要把更新后的参数留给下一次迭代",
            Edit("train", "costs = []\n    for _ in range(iterations):",
                 "costs, first = [], parameters\n    for _ in range(iterations):\n        parameters = first"),
            *(Edit(model, f"{made}\n{ROUNDS}", f"{made}\n    old = parameters\n{ROUNDS}        parameters = old\n")
              for model, made in zip(MODELS, ("[], {}", "[]"), strict=True))),
    mistake("no update", "没有更新", "2.5",
            "the parameters stay as they were: keep what update_parameters returns",
            "参数没有变：要保存 update_parameters 的返回值",
            *edits("parameters = update", "new = update", "train", "nn_model", *MODELS)),
    mistake("gradients of the first iteration", "用了第一次迭代的梯度", "1.3",
            "the gradients of the first iteration are used in all", "每次迭代都用了第一次的梯度",
            Edit("optimize", "    for i in range(num_iterations):\n        grads, cost = propagate(w, b, X, Y)\n",
                 "    grads, cost = propagate(w, b, X, Y)\n    for i in range(num_iterations):\n"),
            Edit(TWO, f"{{}}\n{ROUNDS}{FORWARD}",
                 f"{{}}\n    old = parameters\n{ROUNDS}{FORWARD}".replace("parameters[", "old[")),
            Edit("L_layer_model", f"{ROUNDS}{FORWARD_DEEP}", f"{FORWARD_DEEP[4:]}{ROUNDS}"),
            Edit("train", STEP, f"        first = first if costs[1:] else grads\n{STEP.replace('grads', 'first')}"),
            *edits("    for _ in range(iterations):\n        {made} = {forward}(X, parameters)\n",
                   "    {made} = {forward}(X, parameters)\n    for _ in range(iterations):\n", *LOOPS)),
    mistake("updated before all gradients are computed", "还没算完梯度就更新了参数", "1.3",
            "one parameter is updated before both gradients are computed: compute dw and db, then update",
            "还没有算完两个梯度就更新了参数：要先算出 dw 和 db，再更新",
            Edit("optimize", "b = b - learning_rate * grads", "b = b - learning_rate * propagate(w, b, X, Y)[0]"),
            Edit("optimize", "        w = w -",
                 "        b = b - learning_rate * grads[\"db\"]\n        grads = {\"dw\": propagate(w, b, X, "
                 "Y)[0][\"dw\"], \"db\": 0}\n        w = w -")),
    mistake("cost after the update", "更新之后的 J", "2.5",
            "J is recorded after the update, not before it", "J 是在更新之后记录的，应当在更新之前",
            *edits(f"{{backward}}\n{STEP}",
                   f"{{backward}}\n{STEP}        costs[-1] = compute_cost({{forward}}(X, parameters)[0], Y)\n", *LOOPS),
            *edits(RECORDED + STEP, f"{STEP}        {{A}} = L_model_forward(X, parameters)[0]\n{RECORDED}",
                   *with_A(*zip(MODELS, ("A2", "AL"), strict=True)))),
    # The models
    mistake("updates without an iteration", "没有迭代也更新了", "3.3",
            "{name} is not 0 after num_iterations = 0: biases start at 0, and num_iterations counts the updates",
            "num_iterations = 0 时 {name} 不是 0：偏差从 0 开始，更新的次数等于 num_iterations",
            *edits("range(num_iterations)", "range(num_iterations + 1)", "nn_model", *MODELS),
            *edits("range(num_iterations)", "range(20)", *MODELS), recognized="start"),
    mistake("sign of dA2", "dA2 的正负号", "1.5",
            "the sign of dA2 is turned around: dA2 = -Y/A2 + (1 - Y)/(1 - A2)",
            "dA2 的正负号反了：dA2 = -Y/A2 + (1 - Y)/(1 - A2)",
            Edit(TWO, DA2, "Y / A2 - (1 - Y) / (1 - A2)")),
    mistake("dZ2 for dA2", "dA2 写成了 dZ2", "3.2",
            "dA2 is A2 - Y, which is dZ2 already: linear_activation_backward multiplies it by g'(Z2) once more",
            "dA2 写成了 A2 - Y，而这已经是 dZ2：linear_activation_backward 会再乘一次 g'(Z2)",
            Edit(TWO, DA2, "A2 - Y")),
    mistake("dA2 for dA1", "dA1 写成了 dA2", "3.2",
            "layer 1 is given dA2: it needs dA1, which layer 2 returns", "给第 1 层的是 dA2：应当是第 2 层返回的 dA1",
            Edit(TWO, "linear_activation_backward(dA1", "linear_activation_backward(dA2")),
    mistake("sigmoid backward in layer 1", "第 1 层反向用了 sigmoid", "3.2",
            "layer 1 goes backward with sigmoid: it has relu", "第 1 层的反向传播用了 sigmoid：这一层是 relu",
            Edit(TWO, 'dA1, cache1, "relu"', 'dA1, cache1, "sigmoid"')),
    mistake("relu backward in layer 2", "第 2 层反向用了 relu", "3.2",
            "layer 2 goes backward with relu: it has sigmoid", "第 2 层的反向传播用了 relu：这一层是 sigmoid",
            Edit(TWO, 'dA2, cache2, "sigmoid"', 'dA2, cache2, "relu"')),
    mistake("start for the end", "返回了初始参数", "1.5",
            "the parameters are those of the start: take w and b out of what optimize returns",
            "返回的是初始参数：要从 optimize 的返回值中取出 w 和 b",
            Edit("model", 'w, b = params["w"], params["b"]', "w, b = 0 * w, 0.0")),
    mistake("predictions exchanged", "两组预测弄反了", "1.2",
            "the predictions for X_train and X_test are exchanged", "X_train 和 X_test 的预测弄反了",
            Edit("model", "test, train =", "train, test =")),
    mistake("one set predicted twice", "同一组数据预测了两次", "1.2",
            "both predictions are for the same X: take X_train for one, X_test for the other",
            "两次预测用了同一个 X：一次用 X_train，一次用 X_test",
            Edit("model", "X_test), predict", "X_train), predict"), Edit("model", "X_train)\n", "X_test)\n")),
    mistake("trained on the test set", "用测试集训练了", "1.5",
            "w and b are trained on X_test: train on X_train and Y_train",
            "w 和 b 是用 X_test 训练的：要用 X_train 和 Y_train 训练",
            Edit("model", "optimize(w, b, X_train, Y_train", "optimize(w, b, X_test, Y_test")),
]
# fmt: on
