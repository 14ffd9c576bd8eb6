"""Mistakes in the models of the exercises, which draw parameters and train them."""

from course_torch.mistakes.record import Edit, edits, mistake

TWO, MODELS = "two_layer_model", ("nn_model", "two_layer_model", "L_layer_model")
DA2 = "-(np.divide(Y, A2) - np.divide(1 - Y, 1 - A2))"

# fmt: off
TRAINED = [
    mistake("updates without an iteration", "没有迭代也更新了", "3.3",
            "{name} is not 0 after num_iterations = 0: biases start at 0, and num_iterations counts the updates",
            "num_iterations = 0 时 {name} 不是 0：偏差从 0 开始，更新的次数等于 num_iterations",
            *edits("range(num_iterations)", "range(num_iterations + 1)", *MODELS),
            *edits("range(num_iterations)", "range(20)", *MODELS), recognized="exception"),
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
