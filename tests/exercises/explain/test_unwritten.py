"""Templates that nobody has filled in, or only in part: they are not written yet, and not wrong."""

import pytest

from course_torch.exercises.judge.judging import in_order
from course_torch.exercises.judge.verdicts import STATES
from course_torch.exercises.tasks import CHAPTERS
from tests.exercises.in_this_process import judge_of
from tests.exercises.judged import Case, assert_answer, cases_of, verdict_on

BLANK = r"""
logistic sigmoid(z): pass => missing
logistic sigmoid(z): ... => missing
logistic sigmoid(z): return => missing
logistic sigmoid(z): "docstring"\nreturn None => missing
logistic sigmoid(z): raise NotImplementedError => missing
logistic sigmoid(z): z\npass => no return
"""
LEFT = r"""
shallow layer_sizes(X, Y): n_x = None\nn_h = None\nn_y = None\nreturn (n_x, n_h, n_y) => missing: still None
    | None is left for n_x, n_h, n_y
deep compute_cost(AL, Y): m = Y.shape[1]\ncost = None\ncost = np.squeeze(cost)\nassert isinstance(cost, float)\nreturn
    cost => missing: still None | None is left for cost:
deep initialize_parameters_deep(layer_dims): parameters = {}\nfor l in range(1, len(layer_dims)):\n    parameters['W' +
    str(l)] = None\n    parameters['b' + str(l)] = None\nreturn parameters => missing: still None
    | parameters['b' + str(l)]: write
deep linear_activation_forward(A_prev, W, b, activation): if activation == 'sigmoid':\n    Z, linear_cache =
    None\n    A, activation_cache = None\nelse:\n    Z, linear_cache = None, None\n    A, activation_cache = None,
    None\nreturn A, (linear_cache, activation_cache) => missing: still None
    | None is left for Z, linear_cache, A, activation_cache:
deep linear_forward(A, W, b): Z = None\nreturn Z, (A, W, b) => missing: still None
deep linear_backward(dZ, cache): A_prev, W, b = cache\ndW = dZ @ A_prev.T / dZ.shape[1]\ndb = None\ndA_prev = W.T @
    dZ\nreturn dA_prev, dW, db => missing: still None
    | linear_backward: not written yet: None is left for db: write your code in its | 还没有写：
logistic sigmoid(z): t = np.exp(-z)\nreturn None => missing: still None | None is left for return:
deep relu(Z): A = None\nreturn A => missing: still None | None is left for A:
deep relu(Z): A, x = None, 1\nreturn A => missing: still None | None is left for A:
deep relu(Z): A, B = None\nreturn A + B => missing: still None | None is left for A, B:
deep relu(Z): (A, B), C = (None, 1), 2\nreturn A => missing: still None | None is left for A:
deep relu(Z): [A, B] = None, 1\nreturn A => missing: still None | None is left for A:
deep relu(Z): A = None\nA = Z + A\nreturn A => missing: still None | None is left for A:
deep relu(Z): A = None\nA -= Z\nreturn A => missing: still None | None is left for A:
deep relu(Z): A = B = None\nreturn A + B => missing: still None | None is left for A, B:
deep update_parameters(parameters, grads, learning_rate): new = dict(parameters)\nnew["W1"] = None\nreturn new
    => missing: still None | None is left for new['W1']:
# Nobody reads it, it has another value, or it is one of several results.
deep relu(Z): A = None\nreturn 2 * Z => unknown
deep relu(Z): A = None\nA = 2 * Z\nreturn A => unknown
deep relu(Z): A, B = np.cos(Z), 1\nB = None\nreturn A => unknown
deep relu(Z): if len(Z) > 99:\n    return None\nreturn np.cos(Z) => unknown
deep relu(Z): for A in Z:\n    A = None\nreturn np.cos(Z) if A is None else A => unknown
deep relu(Z): A = None\nA = lambda: None\nreturn A => wrong
deep update_parameters(parameters, grads, learning_rate): new = dict(parameters)\nnew["W1"] = None\nnew["W1"] =
    np.cos(parameters["W1"])\nreturn new => argument unused
# Wrong numbers of which a mistake is known come from this mistake, although a name may still be None.
deep linear_backward(dZ, cache): A_prev, W, b = cache\nextra = None\ndW = dZ @ A_prev.T\ndb = dZ.sum(1,
    keepdims=True)\nif extra:\n    pass\nreturn W.T @ dZ, dW, db => no 1/m
deep linear_backward(dZ, cache): A_prev, W, b = cache\nextra = None\ndW = np.cos(dZ @ A_prev.T)\ndb = dZ.sum(1,
    keepdims=True)\nif extra:\n    pass\nreturn W.T @ dZ, dW, db => missing: still None | None is left for extra:
logistic sigmoid(z): s = None\nt = 1 / (1 + np.exp(-z))\nreturn t => right
logistic sigmoid(z): s = None\ns = 1 / (1 + np.exp(z))\nreturn s => sign in e^(-Z)
"""
PLACES = r"""
logistic sigmoid(z): # YOUR CODE STARTS HERE\n\n# YOUR CODE ENDS HERE\nreturn s => missing | (learner.py:9)
    | 还没有写：
logistic sigmoid(z): s = None\n# YOUR CODE STARTS HERE\n\n# YOUR CODE ENDS HERE\n# YOUR CODE STARTS HERE\n# YOUR CODE
    ENDS HERE\nreturn s => missing | nothing stands between the two comments | (learner.py:10, learner.py:13)
logistic sigmoid(z): s\n### START CODE HERE ### (2 lines)\n\n  # a comment\n### END CODE HERE ###\nreturn s => missing
    | (learner.py:10)
logistic sigmoid(z): # START CODE HERE\n# START CODE HERE\n# END CODE HERE\nreturn s => missing | (learner.py:10)
logistic sigmoid(z): # START CODE HERE\n# END CODE HERE\n# END CODE HERE\nreturn s => missing | (learner.py:9)
logistic sigmoid(z): # 开始\n\n# 结束\nreturn s => missing | (learner.py:9)
logistic predict(w, b, X): Y = np.zeros((1, X.shape[1]))\nfor i in range(X.shape[1]):\n    # YOUR CODE STARTS
    HERE\n    # YOUR CODE ENDS HERE\n    pass\nreturn Y => missing
logistic initialize_with_zeros(dim): ### START CODE HERE ###\n\n### END CODE HERE ###\nassert w.shape == (dim,
    1)\nreturn w, b => missing
logistic optimize(w, b, X, Y, num_iterations=100, learning_rate=0.009): for i in range(num_iterations):\n    # YOUR
    CODE STARTS HERE\n    # YOUR CODE ENDS HERE\n    dw, db = grads['dw'], grads['db']\ngrads = {'dw': dw, 'db':
    db}\nreturn {'w': w, 'b': b}, grads, [] => missing
deep update_parameters(parameters, grads, learning_rate): L = 2\n### 在这里开始写代码 ###\n### 在这里结束写代码
    ###\nreturn parameters => missing
# A place for a call: the function does not call what the solution calls.
logistic predict(w, b, X): A = w.T @ X + b\n### START CODE HERE ###\n### END CODE HERE ###\nreturn A > 0.5 => missing
logistic predict(w, b, X): A = sigmoid(w.T @ X)\n### START CODE HERE ###\n### END CODE HERE ###\nreturn A > 0.5
    => missing
logistic predict(w, b, X): A = sigmoid(w.T @ X - b)\n### START CODE HERE ###\n### END CODE HERE ###\nreturn A > 0.5
    => bias subtracted
# No place is blank, or the code stands beside it.
logistic sigmoid(z): # END CODE HERE\n\n# END CODE HERE\nreturn s => not defined
logistic sigmoid(z): # START CODE HERE\n\nreturn s => not defined
logistic sigmoid(z): # we start coding\n# the end code is here\nreturn s => not defined
logistic sigmoid(z): # YOUR CODE STARTS HERE\ns = 1 / (1 + np.exp(z))\n# YOUR CODE ENDS HERE\nreturn s
    => sign in e^(-Z)
logistic sigmoid(z): # YOUR CODE STARTS HERE\ns = 1 / (1 + np.exp(-y))\n# YOUR CODE ENDS HERE\nreturn s => one change
shallow update_parameters(parameters, grads, learning_rate=1.2): ### START CODE HERE ###\n# W1 = …\n### END CODE HERE
    ###\nreturn {name: value + learning_rate * grads['d' + name] for name, value in parameters.items()} => + for -
deep linear_forward(A, W, b): ### START CODE HERE ###\n### END CODE HERE ###\nreturn W @ A.T + b, (A, W, b)
    => one change
"""


@pytest.mark.parametrize("case", cases_of(BLANK + LEFT + PLACES))
def test_a_template_is_not_written_yet_and_code_is(case: Case) -> None:
    assert_answer(case)


def test_a_function_that_is_no_def_is_written() -> None:
    assert verdict_on("import numpy as np\nrelu = np.tanh\n", "deep", "relu").state == "wrong"


def test_a_function_that_calls_an_unwritten_function_is_not_judged() -> None:
    text = """
def forward_propagation(X, parameters):
    A2, cache = None, None
    return A2, cache

def predict(parameters, X):
    A2, cache = forward_propagation(X, parameters)
    return A2 > 0.5
"""
    states = {found.task.name: found.state for found in in_order(judge_of(text, "shallow"), CHAPTERS["shallow"].tasks)}
    assert (states["forward_propagation"], states["predict"]) == ("missing", "not judged")
    text = text.replace("return A2 > 0.5", "labels = None\n    return labels")
    found = {found.task.name: found for found in in_order(judge_of(text, "shallow"), CHAPTERS["shallow"].tasks)}
    assert found["predict"].label == STATES["missing"]
