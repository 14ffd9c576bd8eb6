"""Templates that nobody has filled in: they are not written yet, and not wrong. Loops that nothing ends: they are."""

import pytest

from course_torch.exercises.check.answer import message
from course_torch.exercises.judge import calling
from course_torch.exercises.judge.verdicts import Verdict
from course_torch.exercises.sandbox.client import Failure
from course_torch.mistakes.solution import replace_in, solution
from tests.exercises.in_this_process import caller_of
from tests.exercises.judged import Case, assert_answer, by_process, cases_of, verdict_on

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
logistic sigmoid(z): # START CODE HERE\n\n# END CODE HERE\nreturn z => missing | (learner.py:9)
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
# What was written there and taken out stands elsewhere.
logistic predict(w, b, X): A = w.T @ X + b\n### START CODE HERE ###\n#for i in range(m):\n#    p[0, i] = A[0, i] > 0.5\n
    ### END CODE HERE ###\nreturn A > 0.5 => threshold 0.5 for z
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


# Loops that never end: what nothing in them changes


LOOPS = [
    ("while i < m:\n        A = A + 1", "while i < m"),
    ("while True:\n        A = 1", "while True"),
    ("while i < m:\n        for j in A:\n            m * j", "while i < m"),
    ("while i < m:\n        j = 0\n        while j < m:\n            j += 1", "while i < m"),
    ("while i < m:\n        i += 1", ""),
    ("while i < m:\n        i, m = 1, 2", ""),
    ("while A[0] < m:\n        A[0] = 1", ""),
    ("while A:\n        A.pop()", ""),
    ("while A.any():\n        i = 1", ""),
    ("while True:\n        break", ""),
    ("while True:\n        return 1", ""),
    ("while i < m:\n        raise ValueError", ""),
]
"""A loop, and what never ends."""


def stopped(text: str, line: int) -> Verdict:
    """The verdict on relu in a text, which was stopped in this line."""
    caller = caller_of(text, "deep")
    task = next(task for task in caller.chapter.tasks if task.name == "relu")
    return caller.verdict_on_failure(task, caller.calls(task)[0], Failure("NotReturning", "20", ("learner.py", line)))


@pytest.mark.parametrize(("loop", "named"), LOOPS)
def test_a_loop_never_ends_if_nothing_changes_its_condition(loop: str, named: str) -> None:
    verdict = stopped(f"def relu(A, i=0, m=1):\n    {loop}\n", 2 + loop.count("\n"))
    answers = [message(verdict, "en"), message(verdict, "zh")]
    assert [cause.key for cause in verdict.findings] == ["endless loop"] * bool(named)
    assert (f"the loop {named} (line 2) never ends" in answers[0]) is bool(named)
    assert (f"循环 {named}（第 2 行）不会结束" in answers[1]) is bool(named)


NESTED = """def relu(X, m=3):
    for x in X:
        for i in range(m):
            m += i
    while m > 0:
        m += 1
        for x in X:
            while x < 1:
                x += 1
    while X:
        while m:
            m -= 1
    return m
"""


@pytest.mark.parametrize(
    ("running", "named"), [(4, 2), (3, 2), (6, 5), (7, 5), (9, 8), (12, 10), (11, 10), (10, 10), (13, 13), (1, 1)]
)
def test_the_loop_is_named_whichever_of_its_lines_is_running(running: int, named: int) -> None:
    assert message(stopped(NESTED, running), "en").startswith(
        f"relu: it does not return: line {named} is still running"
    )


LOGISTIC = solution("logistic", "numpy", "rows")
LOOP = "    i = 0\n    while i < len(Z):\n        A = 1 / (1 + np.exp(-Z))\n    return A\n"
ENDLESS = {
    "nothing changes the condition": (
        "sigmoid", "    return (1 + np.tanh(Z / 2)) / 2", LOOP,
        "    while i", {"endless loop": "the loop while i < len(Z) (line 10) never ends"}),
    "a change of its text would not return either": (
        "optimize", "    costs = []\n    for i",
        "    costs = [0]\n    for cost in costs:\n        costs.append(cost)\n    for i", "    for cost", {}),
    "a function that the loop calls is running": (
        "optimize", "    for i in range(num_iterations):\n", "    i = 0\n    while i < num_iterations:\n",
        "    while", {"endless loop": "never ends"}),
}  # fmt: skip
"""Function, old and new code, the line that is running, and the causes with words of their sentences."""


@pytest.mark.slow
@pytest.mark.parametrize(("function", "old", "new", "line", "causes"), ENDLESS.values(), ids=ENDLESS)
def test_an_endless_loop_is_named_alone_and_the_functions_that_call_it_are_judged(
    monkeypatch: pytest.MonkeyPatch, function: str, old: str, new: str, line: str, causes: dict[str, str]
) -> None:
    monkeypatch.setattr(calling, "PATIENCE", 0.3)
    text = replace_in(LOGISTIC, function, old, new)
    number = text[: text.index(line, text.index(f"def {function}"))].count("\n") + 1
    verdicts = {verdict.task.name: verdict for verdict in by_process(text, "logistic")}
    wrong = verdicts.pop(function)
    assert (wrong.state, [cause.key for cause in wrong.findings]) == ("wrong", [*causes])
    assert f"it does not return: line {number} is still running" in message(wrong, "en")
    assert message(wrong, "zh").startswith(f"{function}: 它没有返回：还在执行第 {number} 行。")
    assert all(words in message(wrong, "en") for words in causes.values())
    assert {verdict.state for verdict in verdicts.values()} == {"right"}
