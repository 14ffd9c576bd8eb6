"""Functions that call a wrong function, and functions in a form of the file's own: each has its own answer."""

import pytest

from course_torch.exercises.check.answer import message
from course_torch.exercises.check.hints import hint_lines
from course_torch.mistakes.solution import replace_in, solution
from tests.exercises.in_this_process import caller_of
from tests.exercises.judged import as_assignment, assert_says, check_of, head, renamed, verdict_by, verdicts_of

DEEP, SHALLOW, LOGISTIC = (solution(chapter, "numpy", "columns") for chapter in ("deep", "shallow", "logistic"))


@pytest.mark.parametrize("library", ["numpy", "torch"])
def test_a_function_that_calls_a_wrong_function_is_judged_with_a_right_one_in_its_place(library: str) -> None:
    wrong = replace_in(solution("deep", library, "columns"), "linear_forward", "+ b", "- b")
    found = verdicts_of(wrong, "deep")
    assert {name for name, verdict in found.items() if verdict.state != "right"} == {"linear_forward"}
    assert message(found["L_model_forward"], "en") == (
        "L_model_forward: right with a right linear_forward in place of yours, which it calls."
    )
    assert found["linear_backward"].symptom is None, "it calls no wrong function"


def test_a_second_mistake_is_named_although_a_helper_is_wrong() -> None:
    text = replace_in(DEEP, "linear_forward", "+ b", "- b")
    found = verdicts_of(replace_in(text, "linear_activation_forward", 'on == "sigmoid"', 'on == "relu"'), "deep")
    second = found["linear_activation_forward"]
    assert [name for name, one in found.items() if one.state == "wrong"] == ["linear_forward", second.task.name]
    assert second.symptom.en.startswith("also with a right linear_forward in place of yours: A ")
    assert second.symptom.zh.startswith("把你的 linear_forward 换成正确的之后仍然有错：A ")
    assert second.findings
    assert second.findings[0].key != "unknown"


@pytest.mark.parametrize(
    ("helper", "function", "old", "new", "key"),
    [
        (("linear_backward", "A_prev.T / m", "A_prev.T / n"), "L_model_backward", "caches[L - 1]", "caches[L]",
         "one change"),
        (("linear_forward", "W @ A + b", "W @ A + c"), "L_model_forward", "len(parameters) // 2", "len(parameters) - 1",
         "no such layer"),
        (("linear_forward", "W @ A + b", "W @ A + c"), "L_model_forward", "caches = X,", "caches = np.zeros(1, 1),",
         "shape in brackets"),
    ],
)  # fmt: skip
def test_a_second_mistake_that_raises_is_named_although_a_helper_is_wrong(
    helper: tuple[str, str, str], function: str, old: str, new: str, key: str
) -> None:
    """The helper raises, so nothing says what the right one should return: no result of it is to blame all the same."""
    second = verdicts_of(replace_in(replace_in(DEEP, *helper), function, old, new), "deep")[function]
    assert (second.state, [finding.key for finding in second.findings]) == ("wrong", [key])
    assert second.symptom.en.startswith(f"also with a right {helper[0]}")


OWN_CACHES = """
import numpy as np

def linear_backward(dZ, cache):
    A_prev, W, b, Z = cache
    return W.T @ dZ, dZ @ A_prev.T / dZ.shape[1], np.sum(dZ, axis=1, keepdims=True) / dZ.shape[1]

def L_model_forward(X, parameters):
    A, caches, L = X, [], len(parameters) // 2
    for l in range(1, L + 1):
        W, b = parameters["W" + str(l)], parameters["b" + str(l)]
        Z = W @ A + b
        caches.append((A, W, b, Z))
        A = 1 / (1 + np.exp(-Z)) if l == L else np.maximum(0, Z)
    return A, caches

def L_model_backward(AL, Y, caches):
    grads, dZ = {}, AL - Y
    for l in range(len(caches), 0, -1):
        dA, grads["dW" + str(l)], grads["db" + str(l)] = linear_backward(dZ, caches[l - 1])
        dZ = dA * (caches[l - 2][3] > 0) if l > 1 else dA
    return grads
"""
RELU_WITH_A_CACHE = """
import numpy as np

def relu(Z):
    return np.minimum(0, Z), Z

def linear_activation_forward(A_prev, W, b, activation):
    Z = np.dot(W, A_prev) + b
    A, cache = relu(Z) if activation == "relu" else (1 / (1 + np.exp(-Z)), Z)
    return A, ((A_prev, W, b), cache)
"""
A_DICT = """
import numpy as np

def linear_forward(A, W, b):
    return {"Z": np.dot(W, A) - b}

def linear_activation_forward(A_prev, W, b, activation):
    Z = linear_forward(A_prev, W, b)["Z"]
    A = np.maximum(0, Z) if activation == "relu" else 1 / (1 + np.exp(-Z))
    return A, ((A_prev, W, b), Z)
"""
BY_WORD = (
    'A = sigmoid(Z) if activation == "sigmoid" else relu(Z)',
    'if activation == "{word}":\n        A = sigmoid(Z)\n    elif activation == "relu":\n        A = relu(Z)',
)
"""An activation without else, as the assignment has it."""
OF_WEEK_2, OF_WEEK_3, OF_WEEK_4 = map(as_assignment, (LOGISTIC, SHALLOW, DEEP))
TAKEN = 'W1, b1, W2, b2 = parameters["W1"], parameters["b1"], parameters["W2"], parameters["b2"]'
OTHER_LETTERS = [(f'"{key}"', f'"{key.lower()}"') for key in ("W1", "W2", "dW1", "dW2")]
OF_FORWARD = "\n\ndef linear_forward(A, W, b):\n    return W @ A + b, (A, W, b)\n"
NO_RATE = renamed(OF_WEEK_3, ("grads, learning_rate=1.2)", "grads)"))
FILES: dict[str, tuple[str, str, dict[str, str]]] = {
    # a right function in place of a wrong helper
    "a helper with a cache is replaced by one with a cache": (
        "deep", RELU_WITH_A_CACHE, {"relu": "wrong", "linear_activation_forward": "right"}),
    "a right helper that does not fit blames the wrong one": (
        "deep", A_DICT, {"linear_activation_forward": "not judged | mend linear_forward first"}),
    "a function that is right with its own caches waits for no wrong helper": (
        "deep", OWN_CACHES, {"linear_backward": "wrong", "L_model_backward": "right"}),
    "a helper with other arguments does not hide a mistake": (
        "deep", renamed(OF_WEEK_4, ("relu_backward(dA, Z)", "relu_backward(Z)"), ("dA * (Z > 0)", "1.0 * (Z > 0)")),
        {"relu_backward": "not judged", "linear_activation_backward": "wrong"}),
    "a caller's own mistake is told if its wrong helper has the right structure": (
        "shallow", renamed(OF_WEEK_3, ("randn(n_h, n_x)", "randn(4, n_x)"),
                           ("n_x, _, n_y = layer_sizes(X, Y)", "n_x, n_y = X, Y")),
        {"initialize_parameters": "wrong",
         "nn_model": "wrong | also with a right initialize_parameters in place of yours"}),
    "a right compute_cost takes the parameters, as in an older edition": (
        "shallow", renamed(OF_WEEK_3, ("cache = forward_propagation(X, parameters)[1]",
                                       "A2, cache = forward_propagation(X, parameters)\n        compute_cost(A2, Y)"),
                           ("compute_cost(A2, Y", "compute_cost(A2, Y, parameters"), ("np.log(A2)", "np.lgo(A2)")),
        {"compute_cost": "wrong", "nn_model": "right"}),
    "a right helper takes its arguments in the order of the file": (
        "shallow", renamed(OF_WEEK_3, ("forward_propagation(X, parameters)", "forward_propagation(parameters, X)"),
                           ("np.tanh(Z1)", "np.maximum(0, Z1)")),
        {"forward_propagation": "wrong", "predict": "right", "nn_model": "right"}),
    "an activation of which two values are taken returns two": (
        "deep", renamed(OF_WEEK_4, (BY_WORD[0], BY_WORD[1].format(word="sigmoid").replace("A = ", "A, Z = ")),
                        ("return 1 / (1 + np.exp(-Z))", "return 1 / (1 + np.exp(-Z)), Z")),
        {"sigmoid": "right", "linear_activation_forward": "right", "L_model_forward": "right",
         "relu": "wrong | returns only A, and linear_activation_forward takes two values from it"}),
    # keys and layers
    "a network of three layers is another network": (
        "shallow", renamed(OF_WEEK_3, ('"b2": b2}', '"b2": b2, "W3": W2, "b3": b2}'),
                           ("A2 = sigmoid(Z2)", 'A2 = sigmoid(parameters["W3"] @ Z2)'),
                           ("new = {}", 'new = {}\n    parameters = {"W3": parameters["W3"], **parameters}')),
        {"initialize_parameters": "not judged | it has W3", "forward_propagation": "not judged | it has W3",
         "update_parameters": "not judged | it has W3"}),
    "a function that no known mistake explains may belong to the other network of its file": (
        "shallow", renamed(OF_WEEK_3, ("np.tanh(Z1)", "np.maximum(0, Z1)"), ("(1 - A1**2)", "(A1 > 0)"),
                           ("    A2, _ = forward_propagation(X, parameters)\n    return 1.0 * (A2 > 0.5)",
                            "    return 1.0 * (np.maximum(0, parameters[\"W1\"] @ X)[:1] > 0.1)")),
        {"forward_propagation": "not judged", "predict": "not judged | the same other network"}),
    "a cache of the file's own that is a dict is not judged": (
        "deep",
        renamed(OF_WEEK_4.replace(OF_FORWARD, ""), ("A_prev, W, _ = cache", 'A_prev, W = cache["A"], cache["W"]')),
        {"linear_backward": "not judged | it takes cache as a dict"}),
    "a dict that no function of the file makes is a mistake": (
        "deep", renamed(OF_WEEK_4, ("A_prev, W, _ = cache", 'A_prev, W = cache["A"], cache["W"]')),
        {"linear_backward": "wrong"}),
    "keys that the file reads are its own": (
        "logistic", renamed(OF_WEEK_2, ("Y_prediction_t", "Y_predict_t")) + "\nprint('Y_predict_test')\n",
        {"model": "right | it returns Y_predict_test, Y_predict_train"}),
    "keys that are all in other letters or orders are the file's own": (
        "logistic", renamed(OF_WEEK_2, ("Y_prediction_test", "Y_test_prediction"),
                            ("Y_prediction_train", "y_prediction_train")),
        {"model": "right | it returns Y_test_prediction, y_prediction_train"}),
    "one key in another spelling is misspelt": (
        "logistic", renamed(OF_WEEK_2, ("Y_prediction_train", "Y_prediciton_train")),
        {"model": "wrong | misspelt as a key"}),
    "an own option that draws random numbers makes another function": (
        "deep", renamed(OF_WEEK_4, ("L_model_forward(X, parameters):", "L_model_forward(X, parameters, dropout=0.5):"),
                        ("A, caches = X,", "A, caches = X * (np.random.rand(*X.shape) < dropout),")),
        {"L_model_forward": "not judged | it has dropout"}),
    "random numbers without an own option are a mistake": (
        "deep", renamed(OF_WEEK_4, ("A, caches = X,", "A, caches = X * np.random.rand(*X.shape),")),
        {"L_model_forward": "wrong"}),
    "a matrix product of two transposes has its examples in rows": (
        "logistic", renamed(OF_WEEK_2, ("A = sigmoid(w.T @ X + b)\n    cost", "A = sigmoid(w.T @ X.T + b)\n    cost"),
                            ("dw = X @ dZ.T", "dw = X.T @ dZ.T")),
        {"propagate": "not judged | it takes A = sigmoid(w.T @ X.T + b)"}),
    "sigmoid throughout the file is another network": (
        "shallow", renamed(OF_WEEK_3, ("np.tanh(Z1)", "sigmoid(Z1)"), ("(1 - A1**2)", "(A1 * (1 - A1) * 2)")),
        {"forward_propagation": "not judged | its hidden layer has sigmoid, as in backward_propagation"}),
    "one sigmoid in the hidden layer is a mistake": (
        "shallow", renamed(OF_WEEK_3, ("np.tanh(Z1)", "sigmoid(Z1)")),
        {"forward_propagation": "wrong | the hidden layer has sigmoid", "predict": "right"}),
    "one relu in the hidden layer is a mistake": (
        "shallow", renamed(OF_WEEK_3, ("np.tanh(Z1)", "np.maximum(0, Z1)")),
        {"forward_propagation": "wrong | the hidden layer has relu", "predict": "right"}),
    "keys in other letters that are made of the layer are not judged": (
        "deep", OF_WEEK_4.replace('f"W{l}"', '"w" + str(l)'), {"update_parameters": "not judged | it has w1"}),
    "another activation throughout the file is another network": (
        "shallow", renamed(OF_WEEK_3, ("np.tanh(Z1)", "np.maximum(0, Z1)"), ("(1 - A1**2)", "(A1 > 0)")),
        {"forward_propagation": "not judged | its hidden layer has relu, as in backward_propagation"}),
    "keys in other letters throughout the file are not judged": (
        "shallow", renamed(OF_WEEK_3, *OTHER_LETTERS, ('f"W{l}"', 'f"w{l}"'), ('f"dW{l}"', 'f"dw{l}"')),
        {"forward_propagation":
         "not judged | it has w1, w2, as other functions of your file have: expected W1, W2"}),
    "a word in other letters throughout the file is not judged": (
        "deep", renamed(OF_WEEK_4, (BY_WORD[0], BY_WORD[1].format(word="Sigmoid")),
                        ('else "sigmoid"', 'else "Sigmoid"')),
        {"linear_activation_forward":
         "not judged | it has Sigmoid, as other functions of your file have: expected sigmoid",
         "L_model_forward": "right"}),
    "a training may have a learning rate of its own": (
        "shallow", renamed(OF_WEEK_3, ("update_parameters(parameters, grads)",
                                       "update_parameters(parameters, grads, 0.001)")),
        {"nn_model": "right"}),
    "a misspelt word throughout the file is not judged": (
        "deep", renamed(OF_WEEK_4, (BY_WORD[0], BY_WORD[1].format(word="sigmod")),
                        ('else "sigmoid"', 'else "sigmod"')),
        {"linear_activation_forward":
         "not judged | it has sigmod, as other functions of your file have: expected sigmoid"}),
    "a misspelt word in one function is wrong": (
        "deep", renamed(OF_WEEK_4, (BY_WORD[0], BY_WORD[1].format(word="sigmod"))),
        {"linear_activation_forward": 'wrong | activation == \'sigmoid\' in place of activation == \'sigmod\''}),
    "a word in other letters in one function is wrong": (
        "deep", renamed(OF_WEEK_4, (BY_WORD[0], BY_WORD[1].format(word="Sigmoid"))),
        {"linear_activation_forward": 'wrong | activation == \'sigmoid\' in place of activation == \'Sigmoid\''}),
    "the note on own keys names them": (
        "shallow", renamed(OF_WEEK_3.partition("def node_by_node")[0], ('"W1": W1', '"w1": W1'))
        + "\ndef other(parameters):\n    return parameters['w1']\n",
        {"initialize_parameters": "right | it returns w1: the course's own tests expect W1"}),
    "an activation that is handed over as a function is another form": (
        "deep", renamed(OF_WEEK_4, ('sigmoid(Z) if activation == "sigmoid" else relu(Z)', "activation(Z)"),
                        ('"relu" if l < L else "sigmoid"', "relu if l < L else sigmoid")),
        {"linear_activation_forward": "not judged | it takes activation as a function"}),
    "a table of pandas is another form": (
        "deep", renamed(OF_WEEK_4, ("m = Y.shape[1]\n    return", "m = Y.values.shape[1]\n    return")),
        {"compute_cost": "not judged | it takes a table of pandas (.values)"}),
    "a dict that is taken apart as a tuple is another form": (
        "shallow", renamed(OF_WEEK_3, (TAKEN, "W1, b1 = parameters")),
        {"forward_propagation":
         "not judged | it takes parameters apart into 2 values: it is called with another number of values here."}),
    "a key that the call's dicts have elsewhere is no own key": (
        "shallow", renamed(OF_WEEK_3, ('grads[f"dW{l}"]', 'grads[f"W{l}"]')),
        {"update_parameters": "wrong | KeyError | grads has no key 'W1', it holds"}),
    # results
    "a value that the file's callers take apart as two is no form of its own": (
        "shallow", renamed(OF_WEEK_3, ('return A2, {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}', "return A2")),
        {"forward_propagation": "wrong | it returns an array", "predict": "right", "nn_model": "right"}),
    "a cache in two values is right where the file takes three, and so is its reader": (
        "deep", renamed(OF_WEEK_4, ("return W @ A + b, (A, W, b)", 'return W @ A + b, {"A": A, "W": W, "b": b}'),
                        ("A_prev, W, _ = cache", 'A_prev, W = cache["A"], cache["W"]'),
                        ("return A, (linear_cache, Z)", "return A, linear_cache, Z"),
                        ("A, cache = linear", "A, own, Z = linear"), ("append(cache)", "append((own, Z))")),
        {"linear_activation_forward": "right | it returns A, linear_cache, Z: the course's own tests expect A, cache",
         "linear_activation_backward": "right", "L_model_forward": "right", "L_model_backward": "right"}),
    "the cache before the result is no other cache": (
        "shallow", renamed(OF_WEEK_3, ('return A2, {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}',
                                       'cache = {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}\n    return cache, A2'),
                           ("A2, _ = forward", "_, A2 = forward"),
                           ("forward_propagation(X, parameters)[1]", "forward_propagation(X, parameters)[0]")),
        {"forward_propagation": "right | it returns cache, A2", "backward_propagation": "right"}),
    "a mistake with one example alone is said of results in an order of their own": (
        "shallow", renamed(OF_WEEK_3, ('return A2, {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}',
                                       'cache = {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}\n    return cache, A2'),
                           ("A2, _ = forward", "_, A2 = forward"), ("np.tanh(Z1)", "np.tanh(np.squeeze(Z1))"),
                           ("forward_propagation(X, parameters)[1]", "forward_propagation(X, parameters)[0]")),
        {"forward_propagation": "wrong | only with one example"}),
    "a dict without a key is no other form": (
        "shallow", renamed(OF_WEEK_3, ('{"W1": W1, "b1": b1, "W2": W2, "b2": b2}', '{"W1": W1, "b1": b1}')),
        {"initialize_parameters": "wrong"}),
    "values without names for a dict are another form": (
        "shallow", renamed(OF_WEEK_3, ('return {"W1": W1, "b1": b1, "W2": W2, "b2": b2}', "return [W1 * 1, b1 * 1]")),
        {"initialize_parameters": "not judged"}),
    "a list of pairs beside the result is judged": (
        "shallow", renamed(OF_WEEK_3, ('return A2, {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}',
                                       "A, Z, pairs = A2 + 1, Z2, [(X, A1), A2]\n    return A, Z, pairs"),
                           ("A2, _ = forward", "A2, _, _ = forward")),
        {"forward_propagation": "wrong | !failed"}),
    "the predictions and an accuracy that a cell keeps together are another form": (
        "shallow", renamed(OF_WEEK_3, ("return 1.0 * (A2 > 0.5)",
                                       "A2 = 1.0 * (A2 > 0.5)\n    part = np.mean(A2)\n    return A2, part"))
        + "\nkept = predict(initialize_parameters(2, 3, 1), np.zeros((2, 4)))\n",
        {"predict": "right | it returns A2"}),
    "an accuracy stands before the predictions": (
        "shallow", renamed(OF_WEEK_3, ("return 1.0 * (A2 > 0.5)",
                                       "A2 = 1.0 * (A2 > 0.5)\n    part = np.mean(A2)\n    return part, A2")),
        {"predict": "right | it returns part, A2"}),
    # arguments
    "small letters in another order are arguments too": (
        "deep", renamed(OF_WEEK_4, ("def compute_cost(AL, Y):\n    m = Y.shape[1]",
                                    "def compute_cost(y, yhat):\n    m, Y, AL = y.shape[1], y, yhat")),
        {"compute_cost": "right | in another order, (y, yhat)"}),
    "a list that is taken apart as a number of values is another form": (
        "deep", "import numpy as np\ndef initialize_parameters_deep(layer_dims):\n    n_x, n_h, n_y = layer_dims\n"
        "    return {'W1': np.random.randn(n_h, n_x), 'b1': np.zeros((n_h, 1))}\n",
        {"initialize_parameters_deep": "not judged | it takes layer_dims apart into 3 values"}),
    "learning_rate in the place of another argument is another signature": (
        "shallow", renamed(OF_WEEK_3, ("n_h, num_iterations=10000", "n_h, learning_rate=1.2, num_itr=10000"),
                           ("range(num_iterations)", "range(num_itr)")),
        {"nn_model": "not judged | another signature"}),
    "separate numbers in place of a list are another signature": (
        "deep", renamed(OF_WEEK_4, ("parameters_deep(layer_dims)", "parameters_deep(*layer_dims)")),
        {"initialize_parameters_deep": "not judged | another signature: (*layer_dims), expected (layer_dims)"}),
    "sizes that do not fit where m counts along the other axis are another form, also for a caller": (
        "logistic", renamed(OF_WEEK_2, ("m = X.shape[1]\n    A = sigmoid(w.T @ X + b)",
                                        "m = X.shape[0]\n    A = sigmoid(w.T @ X.T + b)"),
                            ("X @ dZ.T / m", "X.T @ dZ.T / m")),
        {"propagate": "not judged | it takes m = X.shape[0]: perhaps its examples lie along the other axis",
         "optimize": "not judged | it takes m = X.shape[0]"}),
    "m of the other axis is named if that is all": (
        "logistic", renamed(OF_WEEK_2, ("m = X.shape[1]\n    A = sigmoid", "m = X.shape[0]\n    A = sigmoid")),
        {"propagate": "wrong | !other axis"}),
    "a helper that is given print_cost takes it": (
        "logistic", renamed(OF_WEEK_2, ("num_iterations, learning_rate)\n    w, b",
                                        "num_iterations, learning_rate, print_cost=True)\n    w, b"),
                            ('w = w - learning_rate * grads["dw"]', 'w = w - grads["dw"]')),
        {"optimize": "wrong", "model": "right"}),
    "the globals in place of two arguments are named, whatever else is returned": (
        "logistic", renamed(OF_WEEK_2, ("(w, b, X, Y)\n        w", "(w, b, X_train, Y_train)\n        w"),
                            ("grads, costs", "grads"), ("params, _, costs", "params, costs")),
        {"optimize": "wrong | with X, Y in place of X_train, Y_train"}),
    "a model may require print_cost, and its learning rate in any place": (
        "shallow", renamed(OF_WEEK_3, ("n_h, num_iterations=10000", "n_h, learning_rate, num_iterations, print_cost"),
                           ("update_parameters(parameters, grads)",
                            "update_parameters(parameters, grads, learning_rate + print_cost)")),
        {"nn_model": "right"}),
    "an argument may be an array where the course has a size": (
        "logistic", renamed(OF_WEEK_2, ("with_zeros(X_train.shape[0])", "with_zeros(X_train)"),
                            ("with_zeros(dim)", "with_zeros(X_train)"), ("(dim, 1)", "(X_train.shape[0], 1)")),
        {"initialize_with_zeros": "not judged | takes X_train as an array", "model": "right"}),
    "examples in rows are another layout": (
        "logistic",
        renamed(OF_WEEK_2, ("return A > 0.5", "m, n = X.shape\n    return [w[i] * (A > 0) for i in range(m + 9)]")),
        {"predict": "not judged | it takes m, n = X.shape"}),
    "two variables of the file stand for two arguments": (
        "logistic", renamed(OF_WEEK_2, ("predict(w, b, X_test), predict(w, b, X_train)",
                                        "predict(w, b, test_set_x), predict(w, b, train_set_x)")),
        {"model": "wrong | with X_test, X_train in place of test_set_x, train_set_x"}),
    "layers that count from 0 are no keys of the file's own": (
        "deep", renamed(OF_WEEK_4, ("range(1, len(layer_dims))", "range(len(layer_dims))")),
        {"initialize_parameters_deep": "wrong | W0"}),
    "a layer that is not there is no key of the file's own": (
        "deep", replace_in(OF_WEEK_4, "update_parameters", 'parameters[f"W{l}"] -', 'parameters[f"W{l - 1}"] -'),
        {"update_parameters": "wrong | raises KeyError in learner.py"}),
    "an own number of hidden units is right with a note": (
        "shallow", renamed(OF_WEEK_3, ("X.shape[0], 4, Y.shape[0]", "X.shape[0], 16, Y.shape[0]")),
        {"layer_sizes": "right | your own choice of 16 hidden units: the course's own tests expect 4",
         "nn_model": "right"}),
    "a number of hidden units that is no choice is wrong": (
        "shallow", renamed(OF_WEEK_3, ("X.shape[0], 4, Y.shape[0]", "X.shape[0], X.shape[1], Y.shape[0]")),
        {"layer_sizes": "wrong"}),
    "an argument that is not there and has no value is named": (
        "shallow", NO_RATE,
        {"update_parameters": "wrong | it uses learning_rate, which is no argument", "nn_model": "right"}),
    "an argument that is not there is a value of the file": (
        "shallow", f"{NO_RATE}\nlearning_rate = 1.2\n", {"update_parameters": "not judged"}),
    "an argument with the name of a value of the file is no use of it": (
        "deep", renamed(OF_WEEK_4, ("randn(layer_dims[l],", "randn(1,"), ("- learning_rate", "+ learning_rate"))
        + "\nparameters = initialize_parameters_deep([5, 4, 3])\n",
        {"initialize_parameters_deep": "wrong", "update_parameters": "wrong | !in place of yours"}),
}  # fmt: skip
"""What holds of a file -> its chapter and text, and functions -> state | words that are said | !words that are not."""


@pytest.mark.parametrize(("chapter", "text", "answers"), FILES.values(), ids=FILES)
def test_each_function_has_its_own_answer(chapter: str, text: str, answers: dict[str, str]) -> None:
    found = verdicts_of(text, chapter)
    for function, answer in answers.items():
        state, *words = answer.split(" | ")
        assert found[function].state == state
        assert_says(message(found[function], "en"), words)


def test_an_own_order_of_arguments_is_right_with_a_note() -> None:
    text = renamed(as_assignment(DEEP), ("def linear_forward(A, W, b)", "def linear_forward(W, A, b)"),
                   ("linear_forward(A_prev, W, b)", "linear_forward(W, A_prev, b)"))  # fmt: skip
    found = verdicts_of(text, "deep")
    assert {verdict.state for verdict in found.values()} == {"right", "missing"}
    note = "right here, but its arguments are in another order, (W, A, b): the course's own tests hand over (A, W, b)"
    assert message(found["linear_forward"], "en") == f"linear_forward: {note}."
    assert verdicts_of(text.replace("W @ A + b", "W @ A - b"), "deep")["linear_forward"].state == "wrong"
    stub = 'CHAPTER = "deep"\ndef linear_forward(W, A, b):\n    return W @ A + b, (A, W, b)\n'
    assert verdicts_of(stub, "deep")["linear_forward"].state == "not judged", "an exercise has the order of its stub"


def test_an_own_order_of_results_is_right_where_the_file_unpacks_it() -> None:
    text = """
import numpy as np

def linear_backward(dZ, cache):
    A_prev, W, b = cache
    m = A_prev.shape[1]
    dW, db, dA = dZ @ A_prev.T / m, np.sum(dZ, axis=1, keepdims=True) / m, W.T @ dZ
    return dW, db, dA

def own(dZ, cache):
    grads = {}
    grads["dW"], grads["db"], grads["dA"] = linear_backward(dZ, cache)
"""
    found = verdicts_of(text, "deep")["linear_backward"]
    assert found.state == "right"
    expected = "right here, but it returns dW, db, dA: the course's own tests expect dA_prev, dW, db"
    assert message(found, "en") == f"linear_backward: {expected}."
    for old, new in (
        ('grads["dW"], grads["db"], grads["dA"]', 'grads["dA"], grads["dW"], grads["db"]'),
        ('["dW"], grads["db"], grads["dA"] = l', '["d"] = l'),
        ("/ m, np.sum", ", np.sum"),
    ):
        assert verdicts_of(renamed(text, (old, new)), "deep")["linear_backward"].state == "wrong"


OWN_RESULTS = [
    ("    return dw, db, cost\n", "dw, db, cost = propagate"),
    ("    return [dw, db, cost]\n", "[dw, db, cost] = propagate"),
    ("    return cost, dw, db\n", "cost, dw, db = propagate"),
    ("    return cost, {'dw': dw, 'db': db}\n", "cost, grads = propagate"),
    ("    return {'db': db, 'dw': dw, 'cost': cost, 'A': A}\n", "grads = propagate"),
]
"""What `propagate` returns, and how a function of the file takes it apart."""


@pytest.mark.parametrize(("results", "taken"), OWN_RESULTS)
def test_results_in_a_form_of_the_file_s_own_are_judged_by_their_names(results: str, taken: str) -> None:
    """A missing 1/m is told of, and what calls the function is judged with a right one in this form."""
    text = as_assignment(LOGISTIC).partition("def update(")[0]
    text = renamed(text, ('    return {"dw": dw, "db": db}, cost\n', results))
    text += f"def optimize(w, b, X, Y, num_iterations, learning_rate):\n    {taken}(w, b, X, Y)\n"
    right = verdicts_of(text, "logistic")["propagate"]
    assert right.state == "right"
    assert "the course's own tests expect grads, cost" in message(right, "en")
    wrong = verdicts_of(renamed(text, ("dw = X @ dZ.T / m", "dw = X @ dZ.T")), "logistic")["propagate"]
    assert (wrong.state, [cause.key for cause in wrong.findings]) == ("wrong", ["no 1/m"])


def test_results_that_cannot_be_brought_into_the_task_s_form_are_not_judged_in_an_assignment_alone() -> None:
    text = 'CHAPTER = "shallow"\ndef layer_sizes(X, Y):\n    return X.shape[0], Y.shape[0]\n'
    assert verdicts_of(text, "shallow")["layer_sizes"].state == "wrong"
    found = verdicts_of(as_assignment(text), "shallow")["layer_sizes"]
    assert found.state == "not judged"
    assert "another form of the result: " in message(found, "en")


def test_a_further_result_after_the_expected_one_is_right_with_a_note() -> None:
    further = "    labels = 1.0 * (A > 0.5)\n    count = labels.sum()\n    return labels, count"
    text = replace_in(as_assignment(LOGISTIC), "predict", "    return A > 0.5", further)
    pair, alone = "test, train = predict(w, b, X_test), predict(w, b, X_train)", "test = train = predict(w, b, X_test)"
    assert verdicts_of(renamed(text, (pair, alone)), "logistic")["predict"].state == "wrong", (
        "model takes the labels alone from it"
    )
    found = verdicts_of(text.partition("def model(")[0], "logistic")["predict"]
    assert found.state == "right"
    assert "it returns labels, count" in message(found, "en")


@pytest.mark.parametrize(
    ("use", "state"),
    [
        ("relu_of = np.vectorize(relu)", "not judged"),
        ("for x in [1, 2]:\n    relu(x)", "not judged"),
        ("Z = np.ones((1, 2))\nA = relu(Z[0, 1])", "not judged"),
        ("Z = [[0.0, 1.0]]\nA = relu(Z[0][1])", "not judged"),
        ("", "wrong"),
        ("Z = 3.0\nA = relu(Z)", "wrong"),
        ("Z = [0.0, 1.0, 2.0]\nfor l in [1, 2]:\n    A = relu(Z[l])", "wrong"),
    ],
)
def test_a_function_for_single_numbers_is_not_judged_if_the_file_calls_it_so(use: str, state: str) -> None:
    relu = "import numpy as np\ndef relu(x):\n    return x if x > 0 else 0\n"
    found = verdicts_of(f"{relu}{use}\n", "deep")["relu"]
    assert (found.state, found.call is None) == (state, False)


def test_a_number_under_another_name_in_place_of_the_labels_is_another_form() -> None:
    text = as_assignment(LOGISTIC).partition("def model(")[0]
    own = replace_in(
        text,
        "predict",
        "    return A > 0.5",
        "    labels = A > 0.5\n    accuracy = 1 - np.abs(labels - 0.3).mean()\n    return accuracy",
    )
    assert verdicts_of(own, "logistic")["predict"].state == "not judged"
    last = replace_in(text, "predict", "    return A > 0.5", "    return (A > 0.5)[0, 0]")
    assert verdicts_of(last, "logistic")["predict"].state == "wrong"


@pytest.mark.parametrize(
    ("helper", "old", "new", "state"),
    [
        ("softmax", "np.log(A2) + (1 - Y)", "np.cos(A2) - (2 - Y)", "not judged"),
        ("softmax", " / m", "", "wrong"),
        ("np.argmax", "np.log(A2) + (1 - Y)", "np.cos(A2) - (2 - Y)", "wrong"),
        ("softer", "np.log(A2) + (1 - Y)", "np.cos(A2) - (2 - Y)", "wrong"),
    ],
)
def test_a_network_with_several_outputs_is_not_judged_where_no_mistake_is_known(
    helper: str, old: str, new: str, state: str
) -> None:
    text = replace_in(as_assignment(SHALLOW), "compute_cost", old, new) + f"\ndef outputs(Z):\n    return {helper}(Z)\n"
    found = verdicts_of(text, "shallow")["compute_cost"]
    assert (found.state, "perhaps its network has several outputs" in message(found, "en")) == (
        state,
        state == "not judged",
    )


@pytest.mark.parametrize(
    ("made", "read", "words"),
    [
        ('{"W1": 1, "W3": 3}', 'parameters["W3"]', "it has W3, as other functions of your file have"),
        ("{}", 'parameters[1]["W"]', "it takes entry 1, as of a list: it is given a dict with the keys W1, b1, W2, b2"),
    ],
)
def test_keys_that_other_functions_of_the_file_make_are_not_judged(made: str, read: str, words: str) -> None:
    text = (
        f"def initialize(n):\n    return {made}\ndef forward_propagation(X, parameters):\n    return {read} @ X, {{}}\n"
    )
    verdict = verdicts_of(text, "shallow")["forward_propagation"]
    assert verdict.state == "not judged"
    assert words in message(verdict, "en")
    alone = f"{text.partition('def forward')[1]}{text.partition('def forward')[2]}".replace("[1]", '["W9"]')
    assert verdicts_of(alone, "shallow")["forward_propagation"].state == "wrong"


def test_a_file_with_several_outputs_is_told_that_the_assignment_has_one() -> None:
    text = f"{as_assignment(SHALLOW)}\n\ndef softmax(Z):\n    return np.exp(Z) / np.exp(Z).sum(axis=0)\n"
    line = "the file has softmax: it seems to have several outputs, and the assignment has one, a sigmoid"
    assert line in head(check_of(renamed(text, ("A2 = sigmoid(Z2)", "A2 = softmax(Z2)")), "shallow"))
    assert line not in head(check_of(text, "shallow"))


def test_the_hint_on_a_random_draw_shows_the_shape_and_no_right_numbers() -> None:
    caller = caller_of(replace_in(DEEP, "initialize_parameters_deep", "(layer_dims[l],", "(layer_dims[1],"), "deep")
    lines = list(hint_lines(3, verdict_by(caller, "initialize_parameters_deep"), caller, "en"))
    assert "W2 has the shape (2, 2), expected (1, 2)" in lines
    assert not any(line.startswith("the right") for line in lines)


@pytest.mark.parametrize("level", [1, 3])
def test_the_hint_on_another_signature_names_the_arguments(level: int) -> None:
    caller = caller_of("def linear_forward(A, W):\n    return W @ A\n", "deep")
    lines = list(hint_lines(level, verdict_by(caller, "linear_forward"), caller, "zh"))
    assert lines[1:] == ["linear_forward 会以 (A, W, b) 调用"]


def test_an_exception_is_that_of_the_file_s_own_caches() -> None:
    """The caches of the course hold two values, and not four."""
    lines = ("dA, grads", "_, W, b, Z = caches[l - 1]\n        dA, grads"), ("caches[l - 2][3]", "Z")
    called = ("linear_backward(dZ, caches[l - 1])", "(W.T @ dZ, W, b)")
    found = verdict_by(caller_of(renamed(OWN_CACHES, *lines, called), "deep"), "L_model_backward")
    assert "broadcast" in message(found, "en")


OWN_LOSS = """
import numpy as np

def softmax(x):
    return np.exp(x) / np.exp(x).sum(axis=0, keepdims=True)
"""


OTHERS = [
    (["forward", "backward"], "forward, backward of your file calls it: perhaps it is a function of another network"),
    (["forward"], "forward of your file calls it: perhaps it is a function of another network"),
    ([], None),
]


@pytest.mark.parametrize(("others", "end"), OTHERS)
def test_a_function_of_the_basics_in_a_network_of_its_own_accuses_nobody(others: list[str], end: str | None) -> None:
    """softmax down the columns is right in a network with a column for each example. Alone it is an answer to 1.7."""
    text = OWN_LOSS + "".join(f"\ndef {name}(x):\n    return softmax(x)\n" for name in others)
    found = verdicts_of(text, "basics")["softmax"]
    assert found.state == ("wrong" if end is None else "not judged")
    assert end is None or found.symptom.en.endswith(f". {end}")


def test_an_exception_of_a_library_that_the_course_does_not_use_accuses_nobody() -> None:
    """It may need a window, a file or another version."""
    text = as_assignment(
        replace_in(LOGISTIC, "model", "    w, b = initialize", "    json.loads(str())\n    w, b = initialize")
    )
    found = verdicts_of(text.replace("import numpy as np", "import json\nimport numpy as np"), "logistic")["model"]
    assert found.state == "not judged"
    assert found.symptom.en.startswith("it raises JSONDecodeError in ")
    assert found.symptom.en.endswith(", and it is json that raises it")
    assert found.symptom.zh.endswith("，是 json 抛出的")


def test_a_function_known_by_its_arguments_alone_is_not_accused_of_its_keys() -> None:
    keys = ('return {"w": w, "b": b}, grads', 'return {"W": w, "b_0": b}, grads')
    text = renamed(as_assignment(LOGISTIC), ("def optimize", "def descend"), ("= optimize(", "= descend("), keys)
    text = text.partition("def model(")[0]
    (found,) = (verdict for verdict in check_of(text, "logistic").verdicts if verdict.task.name == "descend")
    assert found.state == "not judged"
    assert "it has the arguments of optimize, and its result is another" in message(found, "en")


@pytest.mark.parametrize(
    ("caller", "state"), [("", "not judged"), ("def total(A, Y):\n    return loss(A, Y).sum()\n", "wrong")]
)
def test_a_function_that_the_assignment_lacks_is_judged_only_if_another_calls_it(caller: str, state: str) -> None:
    """The notebook of week 2 before has a `loss` of two vectors."""
    own = "    return np.dot(Y - A, Y - A)"
    text = replace_in(as_assignment(LOGISTIC), "loss", "    return -(", f"{own}\n    return -(")
    found = verdicts_of(f"{text}\n{caller}", "logistic")["loss"]
    assert found.state == state
    assert ("perhaps it is another function" in message(found, "en")) == (state == "not judged")
