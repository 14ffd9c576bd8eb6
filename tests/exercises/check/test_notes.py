"""Notes on right functions: where torch computes the loss or differentiates, and what the course's graders refuse.

Each case changes the right solution of a chapter. A function with a small epsilon is right.
"""

from pathlib import Path

import pytest

from course_torch.exercises.check.notes import with_graders_notes, with_notes_by_text
from course_torch.exercises.judge.verdicts import Verdict
from course_torch.exercises.learners_file.source import Piece, Source
from course_torch.exercises.recognition.contents import Contents
from course_torch.exercises.tasks import CHAPTERS
from course_torch.language import Text
from course_torch.mistakes.solution import replace_in, solution
from tests.exercises.in_this_process import caller_of
from tests.exercises.judged import Case, as_assignment, assert_answer, cases_of, judged, verdict_by, verdict_on

GRADIENT = "def output_gradient(AL, Y):\n    "
COST = "def compute_cost(AL, Y):\n    "
DIFFERENTIATES = {
    "autograd": f"import torch\n{GRADIENT}return torch.autograd.grad(J(AL), AL)[0]",
    "a function of autograd": f"from torch.autograd import grad\n{GRADIENT}return grad(J(AL), AL)[0]",
    "under another name": f"from torch.autograd import grad as g\n{GRADIENT}return g(J(AL), AL)[0]",
    "a module under another name": f"import torch.autograd as ag\n{GRADIENT}return ag.grad(J(AL), AL)[0]",
    "a module of torch": f"from torch import autograd\n{GRADIENT}return autograd.functional.jacobian(J, AL)",
    "an import in the function": f"{GRADIENT}from torch.func import grad\n    return grad(J)(AL)",
    "torch.func": f"import torch as t\n{GRADIENT}return t.func.vmap(t.func.grad(J))(AL)",
    "an alias of the file": f"import torch\nderive = torch.func.jacrev\n{GRADIENT}return derive(J)(AL)",
    "a method": f"import torch\n{GRADIENT}L = J(AL)\n    L.backward()\n    return AL.grad",
    "a method of a call": f"import torch\n{GRADIENT}J(AL).sum().backward(retain_graph=True)\n    return AL.grad",
    "autograd.backward": f"import torch\n{GRADIENT}torch.autograd.backward(J(AL))\n    return AL.grad",
    "a helper": f"import torch\ndef of(L, A):\n    L.backward()\n    return A.grad\n{GRADIENT}return of(J(AL), AL)",
    "a function of autograd's own": "import torch\nclass S(torch.autograd.Function):\n    def backward(self, g):\n"
    f"        return g\n{GRADIENT}S.apply(AL).backward()\n    return AL.grad",
}
COMPUTES = {
    "binary_cross_entropy": f"import torch.nn.functional as F\n{COST}return F.binary_cross_entropy(AL, Y)",
    "with logits": f"from torch.nn import functional as F\n{COST}return F.binary_cross_entropy_with_logits(AL, Y)",
    "one function": f"from torch.nn.functional import binary_cross_entropy as bce\n{COST}return bce(AL, Y)",
    "a module": f"from torch import nn\n{COST}return nn.BCELoss()(AL, Y)",
    "a module of the file": f"import torch.nn as nn\nbce = nn.BCELoss()\n{COST}return bce(AL, Y)",
    "functional of the file": f"import torch\nF = torch.nn.functional\n{COST}return F.cross_entropy(AL, Y)",
    "the function itself": "import torch\ncompute_cost = torch.nn.functional.binary_cross_entropy",
}
NO_NOTE = {
    "a formula of torch": f"import torch\n{GRADIENT}return torch.sigmoid(torch.relu(torch.tanh(AL))) - Y",
    "an own function": f"import torch\ndef backward(A, Y):\n    return A - Y\n{GRADIENT}return backward(AL, Y)",
    "an own function after an import": "from torch.autograd import grad\ndef grad(A, Y):\n    return A - Y\n"
    f"{GRADIENT}return grad(AL, Y)",
    "an own variable": f"from torch.autograd import grad\n{GRADIENT}grad = AL - Y\n    return grad",
    "an argument": "from torch.autograd import grad\ndef output_gradient(AL, grad):\n    return AL - grad",
    "an own class": "import torch\nclass Layer:\n    def backward(self, A, Y):\n        return A - Y\n"
    f"{GRADIENT}return Layer().backward(AL, Y)",
    "a module of the learner": f"import torch\nimport layers\n{GRADIENT}return layers.backward(AL, Y)",
    "an object in NumPy": f"import numpy as np\nfrom layers import layer\n{GRADIENT}return layer.backward(AL, Y)",
    "without gradients": f"import torch\n{GRADIENT}with torch.no_grad():\n        return (AL - Y).requires_grad_()",
    "a loss where no cost is asked": f"import torch.nn.functional as F\n{GRADIENT}F.mse_loss(AL, Y)\n    return AL - Y",
}
HELPER = """
import torch
def relu_backward(dA, Z):
    Z.backward(dA)
    return Z.grad
def linear_activation_backward(dA, cache, activation):
    return relu_backward(dA, cache)
"""


TORCH: list[tuple[dict[str, str], dict[str, str]]] = [
    (DIFFERENTIATES, {"output_gradient": "torch differentiates"}),
    (COMPUTES, {"compute_cost": "torch computes the loss"}),
    (NO_NOTE, {}),
    ({"a helper that is judged": HELPER}, {"relu_backward": "torch differentiates"}),
]
"""Files, and the key of the note on each function that has one."""


@pytest.mark.parametrize(
    ("text", "notes"), [pytest.param(text, notes, id=name) for texts, notes in TORCH for name, text in texts.items()]
)
def test_where_torch_differentiates_or_computes_the_loss_a_note_says_so(text: str, notes: dict[str, str]) -> None:
    """The text alone decides, so the files are parsed and not run. All their functions count as right."""
    source = Source(Path("deep.py"), (Piece("deep.py", text),))
    defined = Contents(source, CHAPTERS["deep"]).defined
    assert defined
    verdicts = with_notes_by_text(source, [Verdict(task, "right") for task in defined])
    found = [(verdict.task.name, finding.key) for verdict in verdicts for finding in verdict.findings]
    assert found == list(notes.items())


HEAD = "def sigmoid(Z):\n    "
NOT_OWN = {
    "a module": f"import dnn_utils_v2\n{HEAD}return dnn_utils_v2.sigmoid(Z)",
    "under another name": f"from dnn_utils_v2 import sigmoid as s\n{HEAD}A, cache = s(Z)\n    return A, cache",
    "an alias of the file": f"from dnn_utils_v2 import sigmoid\ngiven = sigmoid\n{HEAD}return given(Z)[0]",
    "the function itself": "import dnn_utils_v2 as utils\nsigmoid = utils.sigmoid",
    "a file that is not here": f"from week2 import sigmoid as s\n{HEAD}return s(Z)",
}
OWN = {
    "a formula": f"import dnn_utils_v2\nimport numpy as np\n{HEAD}return 1 / (1 + np.exp(-Z))",
    "another function": f"import dnn_utils_v2\n{HEAD}return dnn_utils_v2.relu(Z)",
    "a comparison": f"from dnn_utils_v2 import sigmoid as s\n{HEAD}right = s(Z)\n    return 1 / (1 + 2.718281828**-Z)",
    "a helper of the file": f"def own(Z):\n    return 1 / (1 + 2.718281828**-Z)\n{HEAD}return own(Z)",
    "a function of torch": f"import torch\n{HEAD}return torch.sigmoid(Z)",
    "a function of another name": f"from dnn_utils_v2 import sigmoid\n{GRADIENT}return sigmoid(AL)",
    "an exercise": f"CHAPTER = 'deep'\nimport dnn_utils_v2\n{HEAD}return dnn_utils_v2.sigmoid(Z)",
}


@pytest.mark.parametrize(
    ("text", "state"),
    [pytest.param(text, state, id=f"{state}: {name}")
     for texts, state in ((NOT_OWN, "not judged"), (OWN, "right")) for name, text in texts.items()],
)  # fmt: skip
def test_a_function_that_only_calls_the_supplied_function_of_its_name_is_not_judged(text: str, state: str) -> None:
    source = Source(Path("deep.py"), (Piece("deep.py", text),))
    (task,) = Contents(source, CHAPTERS["deep"]).defined
    (verdict,) = with_notes_by_text(source, [Verdict(task, "right")])
    assert verdict.state == state


def test_other_notes_and_verdicts_stay() -> None:
    source = Source(Path("deep.py"), (Piece("deep.py", DIFFERENTIATES["a method"]),))
    (task,) = Contents(source, CHAPTERS["deep"]).defined
    wrong, right = Verdict(task, "wrong"), Verdict(task, "right", Text("right here, but", "在这里正确，但"))
    found = with_notes_by_text(source, [wrong, right])
    assert found[0] is wrong
    assert found[1].symptom.en == "right here, but; torch differentiates here: the exercise asks for the formula"
    assert found[1].symptom.zh == "在这里正确，但；这里由 torch 求导：练习要求写出公式"


STARTS = r"""
shallow initialize_parameters: randn(n_h, n_x) * 0.01 → randn(n_h, n_x) => right: another scale
    | right here, but the course's own grader compares with fixed numbers and will refuse it: the assignment has 0.01 *
    np.random.randn, here W1 = 1 * randn, W2 = 0.01 * randn | 课程自己的评分程序与固定的数值比较，会判为错误：
shallow initialize_parameters: randn(n_h → rand(n_h => weights of one sign
shallow initialize_parameters: * 0.01\n    W2 → * 0.01000002\n    W2 => right: another scale
shallow initialize_parameters: * 0.01\n    W2 → * 0.010000005\n    W2 => right
shallow initialize_parameters: randn(n_h, n_x) → normal(1, 1, (n_h, n_x)) => right: other draws
    | will refuse it: the weights are not those of np.random.randn, drawn for W1 first and then layer by layer
shallow initialize_parameters: W1 = np → np.random.seed(2)\n    np.random.rand()\n    W1 = np => right: other draws
deep initialize_parameters_deep: / layer_dims[l - 1] ** 0.5 → * 0.01 => right
shallow initialize_parameters: W1 = np → # np.random.seed(2)\n    W1 = np => right
"""
COSTS = r"""
logistic optimize: grads, costs → grads, cost => right: cost for costs
    | will refuse it: the third result is the last cost: the assignment returns the list costs
logistic optimize: if i % 100 == 0 → if i >= 0 => right: number of costs
    | may refuse it: 3 costs are recorded in 3 iterations: the assignment keeps the cost of every 100th | 3 个成本
logistic optimize: if i % 100 == 0 → if i % 100 == 1 => right
logistic optimize: if i % 100 == 0 → if print_cost and i % 100 == 0 => right: number of costs
    | may refuse it: 0 costs are recorded in 3 iterations: the assignment keeps the cost of every 100th iteration
logistic model: "costs": costs → "costs": 0.5 => right
logistic model: "costs": costs → "costs": [0.1] * num_iterations => right: number of costs
shallow nn_model: update_parameters(parameters, grads) → update_parameters(parameters, grads, learning_rate=0.5)
    => right: another learning rate | may refuse it: the learning rate is 0.5, and the assignment has 1.2
shallow nn_model: update_parameters(parameters, grads) → update_parameters(parameters, grads, learning_rate=1.2)
    => right
"""
# An epsilon in the logarithm, and in the divisions of dA[L].
EPSILONS = r"""
deep compute_cost: np.log(AL) → np.log(AL + 1e-5) => right
deep compute_cost: np.log(1 - AL) → np.log(1 - AL + 1e-6) => right
deep compute_cost: np.log(AL) → np.log(AL + 1e-12) => right
deep compute_cost: np.log(AL) + (1 - Y) * np.log(1 - AL) → np.log(np.clip(AL, 1e-7, 1 - 1e-7)) + (1 - Y) * np.log(1 -
    np.clip(AL, 1e-7, 1 - 1e-7)) => right
logistic propagate: cost = compute_cost(A, Y) → cost = -np.mean(Y * np.log(A + 1e-5) + (1 - Y) * np.log(1 - A + 1e-5))
    => right
deep compute_cost: np.log(AL) → np.log(AL + 1e-4) => one change
deep compute_cost: np.log(AL) → np.log(AL) + 1e-5 => one change
deep compute_cost: np.log(AL) → np.log(AL - 1e-6) => one change
    | cost is 1.000002 times the right one | with np.log(AL + 1e-06) in place of np.log(AL - 1e-06)
logistic propagate: cost = compute_cost(A, Y) → cost = -np.mean(Y * np.log(A) + (1 - Y) * np.log(1 - A) + 1e-5)
    => one change
"""
RIGHT = "linear_backward(output_gradient(AL, Y), caches[L - 1][0])"
DIVISIONS = "linear_activation_backward(-(np.divide(Y, AL{}) - np.divide(1 - Y, 1 - AL{}){}), caches[L - 1], 'sigmoid')"
GRADIENTS = "\n".join(
    f"deep L_model_backward: {RIGHT} → {DIVISIONS.format(*parts)} => {answer}"
    for *parts, answer in [
        (" + 1e-5", " + 1e-5", "", "right"),
        (" + 1e-8", "", "", "right"),
        ("", "", " + 0 * 1e-5", "right"),
        (" + 1e-3", "", "", "one change"),
        ("", "", " + 1e-5", "one change"),
    ]
)  # fmt: skip


def noted_by_the_grader(text: str, chapter: str, function: str) -> Verdict:
    """The verdict on the function of an assignment, with what the course's grader says."""
    caller = caller_of(as_assignment(text), chapter)
    (verdict,) = with_graders_notes(caller, [verdict_by(caller, function)])
    return verdict


@pytest.mark.parametrize("case", cases_of("\n".join([STARTS, COSTS, EPSILONS, GRADIENTS])))
def test_what_the_courses_grader_refuses_is_noted_on_a_right_function(case: Case) -> None:
    assert_answer(case, noted_by_the_grader(case.text, case.chapter, case.function))


def test_the_notes_are_those_of_an_assignment_in_numpy() -> None:
    start = "initialize_parameters", "* 0.01\n    W2", "\n    W2"
    exercise = caller_of(replace_in(solution("shallow", "numpy", "columns"), *start), "shallow")
    right = verdict_by(exercise, start[0])
    assert right.state == "right"
    assert with_graders_notes(exercise, [right]) == [right]
    torch = replace_in(solution("shallow", "torch", "columns"), *start)
    assert noted_by_the_grader(torch, "shallow", start[0]).symptom is None


@pytest.mark.parametrize("epsilon", ["1e-5", "1e-8"])
@pytest.mark.parametrize(
    ("divisions", "logarithm"),
    [
        ("np.divide(Y, AL + {}) - np.divide(1 - Y, 1 - AL + {})", "np.log(AL)"),
        ("np.divide(Y, AL + {}) - np.divide(1 - Y, 1 - AL)", "np.log(AL + {})"),
        ("np.divide(Y, np.clip(AL, {}, 1 - {})) - np.divide(1 - Y, 1 - np.clip(AL, {}, 1 - {}))", "np.log(AL)"),
    ],
)
def test_an_epsilon_in_the_divisions_of_dA_is_right_in_every_function(
    divisions: str, logarithm: str, epsilon: str
) -> None:
    """The loop trains with the gradients of L_model_backward and records the cost, so its numbers differ too."""
    dA, log = divisions.replace("{}", epsilon), logarithm.replace("{}", epsilon)
    backward = f'linear_activation_backward(-({dA}), caches[L - 1], "sigmoid")'
    text = replace_in(solution("deep", "numpy", "columns"), "L_model_backward", RIGHT, backward)
    found = judged(replace_in(text, "compute_cost", "np.log(AL)", log), "deep")
    assert {verdict.state for verdict in found} == {"right"}


def test_an_epsilon_in_the_divisions_of_a_model_is_right() -> None:
    for old in ("1 - A2)", "Y, A2)"):
        text = replace_in(solution("application", "numpy", "columns"), "two_layer_model", old, f"{old[:-1]} + 1e-5)")
        assert verdict_on(text, "application", "two_layer_model").state == "right"


SMALL = """
import numpy as np
LARGE = 1e-3
TINY = 1e-9
def log(A):
    return np.log(A + {})
def compute_cost(AL, Y):
    return -np.mean(Y * {}(AL + {}) + (1 - Y) * np.log(1 - AL))
"""


@pytest.mark.parametrize(
    ("used", "own", "state"),
    [("1e-7", "0", "right"), ("0.0", "TINY", "right"), ("0.0", "LARGE", "wrong"), ("2e-5", "0", "wrong")],
)
def test_the_epsilon_may_be_a_constant_of_the_file_or_in_a_function_that_is_used(
    used: str, own: str, state: str
) -> None:
    verdict = noted_by_the_grader(SMALL.format(used, "log", own), "deep", "compute_cost")
    assert verdict.state == state
