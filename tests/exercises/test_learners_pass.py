"""The gradients of a learner's file: in training, beside the reference, and the lines of the first wrong tensor."""

import re
from collections.abc import Callable
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest
import torch

from course_torch.errors import InputError
from course_torch.exercises import learners_pass
from course_torch.exercises.check import checking
from course_torch.exercises.learners_file.source import Piece, Source
from course_torch.exercises.learners_pass import LearnersPass, learners_line, network_for
from course_torch.exercises.sandbox.client import Answer, Failure
from course_torch.exercises.tasks import CHAPTERS
from course_torch.mistakes.solution import FORMS, replace_in, solution
from course_torch.network.deep_network import DeepNetwork
from course_torch.verification.networks.comparison import compare_gradients
from tests.conftest import assert_equal, random_problem
from tests.exercises.in_this_process import LocalLearner
from tests.exercises.judge.assignments import as_script
from tests.exercises.judged import as_assignment, renamed, written
from tests.support.fixture_types import Said

CASES = [("logistic", [4, 1]), ("shallow", [4, 3, 1]), ("deep", [4, 6, 3, 1])]
DEEP = solution("deep", "numpy", "columns")


@pytest.fixture
def local(monkeypatch: pytest.MonkeyPatch) -> None:
    """The learner's functions run in this process."""
    for module in (checking, learners_pass):
        monkeypatch.setattr(module, "Learner", LocalLearner)


@pytest.mark.usefixtures("local")
@pytest.mark.parametrize(("library", "layout"), FORMS)
@pytest.mark.parametrize(("chapter", "layer_sizes"), CASES)
def test_J_backward_gives_the_gradients_of_autograd(
    tmp_path: Path, generator: torch.Generator, library: str, layout: str, chapter: str, layer_sizes: list[int]
) -> None:
    network, X, Y = random_problem(layer_sizes, 7, generator, hidden_activation=CHAPTERS[chapter].hidden_activation)
    own_pass = LearnersPass(written(tmp_path, solution(chapter, library, layout)), network)
    J = own_pass.cost(network, X, Y)
    assert_equal("J", J.detach(), network.cost(X, Y).detach())
    J.backward()
    for layer, gradients in zip(network.layers, network.autograd_gradients(X, Y), strict=True):
        assert layer.W.grad is not None
        assert layer.b.grad is not None
        assert_equal("dW", layer.W.grad, gradients.dW)
        assert_equal("db", layer.b.grad, gradients.db)
    assert_equal("J of another m", own_pass.cost(network, X, Y, m=14.0).detach(), J.detach() / 2)


@pytest.mark.usefixtures("local")
def test_the_pass_of_an_assignment_in_rows_is_called_in_rows(tmp_path: Path, generator: torch.Generator) -> None:
    text = as_assignment(solution("shallow", "numpy", "rows")).replace('LAYOUT = "rows"\n', "")
    network, X, Y = random_problem([4, 3, 1], 7, generator, hidden_activation=CHAPTERS["shallow"].hidden_activation)
    J, _ = LearnersPass(written(tmp_path, text), network)(network, X, Y)
    assert_equal("J", J, network.cost(X, Y).detach())
    broken = text.replace("np.tanh(Z1)", "np.tanh(Z1, Z1, Z1, Z1)")
    with pytest.raises(InputError, match="raises"):
        LearnersPass(written(tmp_path, broken), network)(network, X, Y)


@pytest.mark.slow
def test_a_function_of_another_file_stands_in_as_it_does_for_check(tmp_path: Path, generator: torch.Generator) -> None:
    text = as_script("shallow").replace("def compute_cost(", "def another_cost(")
    path = written(tmp_path, "from week3 import compute_cost\n" + text)
    network, X, Y = random_problem([4, 3, 1], 7, generator, hidden_activation=CHAPTERS["shallow"].hidden_activation)
    assert_equal("J", LearnersPass(path, network).cost(network, X, Y).detach(), network.cost(X, Y).detach())


SHALLOW = solution("shallow", "numpy", "rows")
DIFFERS = "forward_propagation: A2 differs"
OTHER_PASSES = {
    "b forgotten": ([("X @ W1.T + b1", "X @ W1.T"), ("A1 @ W2.T + b2", "A1 @ W2.T")], "the biases are not added"),
    "relu": ([("np.tanh(Z1)", "relu(Z1)"), ("(1 - A1**2)", "(A1 > 0)")], "the hidden layer has relu: it needs tanh"),
    "X divided by 255": ([("Z1 = X @", "Z1 = X / 255 @")], "of X / 255 @ W1.T (line 64) the function is right"),
    "X standardised": ([("Z1 = X @", "Z1 = (X - X.mean(0)) / X.std(0) @")], DIFFERS),
    "dropout": ([("np.tanh(Z1)", "np.tanh(Z1) * (np.arange(len(Z1))[:, None] % 5 > 0)")], DIFFERS),
}
"""Forward passes with the backward pass that belongs to them, and what must be said of them."""
HALF_OF_J = ("Y * np.log(A2) + (1 - Y) * np.log(1 - A2)", "Y * np.log(A2)")


@pytest.mark.slow
@pytest.mark.parametrize(("changes", "words"), OTHER_PASSES.values(), ids=OTHER_PASSES)
def test_compare_says_that_the_forward_pass_is_another_one_before_any_gradient(
    changes: list[tuple[str, str]], words: str, tmp_path: Path, said: Said
) -> None:
    out = said(["compare", "--mine", str(written(tmp_path, renamed(SHALLOW, *changes)))], code=1)
    assert "first wrong: J in the forward pass, computed by forward_propagation (found 0." in out
    assert "The forward pass of this file is another one. " in out
    assert words in out
    assert "no gradient was judged" in out


@pytest.mark.slow
def test_a_cost_that_lacks_a_term_is_wrong_though_all_gradients_are_right(tmp_path: Path, said: Said) -> None:
    out = said(["compare", "--mine", str(written(tmp_path, renamed(SHALLOW, HALF_OF_J)))], code=1)
    assert "The cost of this file is another one. compute_cost: " in out
    assert "the term with (1 - y) is missing" in out
    assert "(judged: 4 by autograd" in out
    no_m = ("db1 = np.sum(dZ1, axis=0, keepdims=True) / m", "db1 = np.sum(dZ1, axis=0, keepdims=True)")
    out = said(["compare", "--mine", str(written(tmp_path, renamed(SHALLOW, HALF_OF_J, no_m)))], code=1)
    assert "Then first wrong: db[1]" in out


@pytest.mark.usefixtures("local")
def test_an_epsilon_in_the_logarithm_is_no_other_cost(tmp_path: Path, generator: torch.Generator) -> None:
    network, X, Y = random_problem([2, 4, 1], 40, generator, hidden_activation="tanh")
    path = written(tmp_path, renamed(SHALLOW, ("np.log(A2)", "np.log(A2 + 1e-8)")))
    assert LearnersPass(path, network).wrong_cost(network, X, Y) is None


@pytest.mark.usefixtures("local")
def test_the_report_judges_the_learners_gradients(tmp_path: Path, generator: torch.Generator) -> None:
    network, X, Y = random_problem([4, 6, 3, 1], 7, generator)
    right = LearnersPass(written(tmp_path, DEEP), network)
    report = compare_gradients(network, X, Y, gradients=lambda *call: right(*call)[1])
    assert report.agrees
    assert [str(each.name) for each in report] == ["dW[3]", "db[3]", "dW[2]", "db[2]", "dW[1]", "db[1]"]
    assert "as trained" not in report.coverage.en

    wrong = LearnersPass(written(tmp_path, DEEP.replace("A_prev.T / m", "A_prev.T")), network)
    report = compare_gradients(network, X, Y, gradients=lambda *call: wrong(*call)[1])
    assert (str(report.diagnosis.tensor), report.diagnosis.causes) == ("dW[3]", ("no 1/m",))


@pytest.mark.usefixtures("local")
@pytest.mark.parametrize(
    ("function", "old", "new", "words"),
    [
        ("linear_backward", "A_prev.T / m", "A_prev.T",
         r"linear_backward: dW is 7 times the right one, and m = 7\. Probably: the sum"),
        ("linear_forward", "    return", "    raise NotImplementedError\n    return",
         "linear_forward is not written yet$"),
        ("update_parameters", "    new = {}", "    raise NotImplementedError\n    new = {}", ""),
        ("update_parameters", "- learning_rate", "+ learning_rate", ""),
    ],
)  # fmt: skip
def test_a_file_is_refused_with_the_checkers_line_if_a_function_of_its_pass_is_not_right(
    tmp_path: Path, function: str, old: str, new: str, words: str
) -> None:
    own_pass = LearnersPass(written(tmp_path, replace_in(DEEP, function, old, new)), DeepNetwork([4, 6, 3, 1]))
    if not words:
        return own_pass.check()
    with pytest.raises(InputError, match=rf"mine\.py: {words}") as caught:
        own_pass.check()
    assert "\n" not in str(caught.value)


@pytest.mark.usefixtures("local")
def test_a_file_that_cannot_be_loaded_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LocalLearner, "ready", lambda learner: Failure("end", "signal 9"))
    with pytest.raises(InputError, match=r"mine\.py: the file cannot be loaded: its process ended \(signal 9\)$"):
        LearnersPass(written(tmp_path, DEEP), DeepNetwork([4, 6, 3, 1])).check()


@pytest.mark.slow
def test_a_batch_of_pictures_is_not_too_large(tmp_path: Path, generator: torch.Generator) -> None:
    network, X, Y = random_problem([12288, 2, 1], 700, generator)  # 69 MB, more than an answer may have
    own_pass = LearnersPass(written(tmp_path, solution("deep", "numpy", "rows")), network)
    assert_equal("J", own_pass(network, X, Y)[0], network.cost(X, Y).detach())


@pytest.mark.slow
def test_a_batch_that_is_too_large_is_one_line(tmp_path: Path, generator: torch.Generator) -> None:
    network = random_problem([12288, 2, 1], 2, generator)[0]
    own_pass = LearnersPass(written(tmp_path, solution("deep", "numpy", "rows")), network)
    X = torch.zeros(1, 12288, dtype=torch.float64).expand(3000, -1)
    with pytest.raises(InputError, match="found 3000 examples of 12288 features, 295,1"):
        own_pass(network, X, X[:, :1])


@pytest.mark.slow
def test_a_training_has_no_limit_on_its_processor_time(tmp_path: Path, generator: torch.Generator) -> None:
    unlimited = "import resource\n\nassert resource.getrlimit(resource.RLIMIT_CPU)[0] == resource.RLIM_INFINITY\n\n\n"
    network, X, Y = random_problem([4, 3, 1], 7, generator)
    own_pass = LearnersPass(written(tmp_path, unlimited + solution("deep", "numpy", "rows")), network)
    assert_equal("J", own_pass(network, X, Y)[0], network.cost(X, Y).detach())


NETWORK = DeepNetwork([2, 1], dtype=torch.float64)
X, Y = torch.ones(4, 2, dtype=torch.float64), torch.ones(4, 1)
PLACE = ("mine.py", 3)
RIGHT = {"cost": 0.5, "dW1": np.ones((1, 2)), "db1": np.ones((1, 1))}
Answering = Callable[..., LearnersPass]


@pytest.fixture
def answering(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Answering:
    """The pass of a file whose process gives an answer."""

    def made(answer: Answer | Failure, failure: Failure | None = None) -> LearnersPass:
        learner = Mock(call=Mock(return_value=answer), failure=failure)
        learner.source.path.name = "mine.py"
        process = Mock(return_value=learner)
        monkeypatch.setattr(learners_pass, "Learner", process)
        return LearnersPass(written(tmp_path, solution("deep", "numpy", "rows")), NETWORK)

    return made


@pytest.mark.parametrize(
    ("answer", "failure", "words"),
    [
        (Failure("NotReturning", "20"), None,
         "in its forward and backward pass it does not return: it still computes after 20 s of processor time"),
        (Failure("end", "signal 9"), None, "in its forward and backward pass it ended the process (signal 9)"),
        (Failure("ValueError", "no", PLACE), None,
         "in its forward and backward pass it raises ValueError in mine.py:3: no"),
        (Failure("ValueError", ""), None, "in its forward and backward pass it raises ValueError in mine.py"),
        (Failure("end", "signal 9"), Failure("end", ""), "the file cannot be loaded: its process ended (signal 9)"),
        (Answer(7, False, None, False), None, "result: found a int, expected a dict"),
        (Answer({**RIGHT, "dW1": "text"}, False, None, False), None, "dW1: found a str, expected an array"),
        (Answer({**RIGHT, "dW1": np.ones((2, 1))}, False, None, False), None,
         "shape of dW1 (in rows): found (2, 1), expected (1, 2)"),
    ],
)  # fmt: skip
def test_a_pass_without_a_result_is_one_line(
    tmp_path: Path, answering: Answering, answer: Answer | Failure, failure: Failure | None, words: str
) -> None:
    line = f"{tmp_path / 'mine.py'}: {words}"
    with pytest.raises(InputError, match=f"^{re.escape(line)}$"):
        answering(answer, failure)(NETWORK, X, Y)


def test_a_pass_without_a_result_says_so_in_chinese_too(answering: Answering) -> None:
    with pytest.raises(InputError) as caught:
        answering(Failure("ValueError", "no", PLACE))(NETWORK, X, Y)
    assert caught.value.text.zh.endswith("mine.py：正向传播和反向传播时，它在 mine.py:3 抛出 ValueError：no")


def test_one_process_serves_every_call_and_its_results_have_the_dtype_of_the_network(answering: Answering) -> None:
    made = answering(Answer(RIGHT, False, None, False))
    network = DeepNetwork([2, 1], dtype=torch.float32)
    J, (gradients,) = made(network, X.float(), Y)
    assert (J.dtype, gradients.dW.dtype, gradients.db.dtype) == (torch.float32,) * 3
    assert (J.item(), gradients.dW.shape) == (0.5, (1, 2))
    assert made.cost(NETWORK, X, Y).item() == 0.5
    assert made.cost(NETWORK, X, Y, m=8).item() == 0.25
    assert learners_pass.Learner.call_count == 1  # type: ignore[attr-defined]


def test_the_network_of_the_flower_has_the_form_of_the_files_chapter(tmp_path: Path) -> None:
    forms = {"logistic": ((2, 1), "relu"), "shallow": ((2, 4, 1), "tanh"), "deep": ((2, 4, 1), "relu")}
    for chapter, (sizes, hidden) in forms.items():
        config = network_for(str(written(tmp_path, solution(chapter, "numpy", "rows"))))
        assert (config.layer_sizes, config.hidden_activation, config.learning_rate) == (sizes, hidden, 1.2)


LAYER = """
def linear_backward(dZ, cache):
    A_prev, W, b = cache
    dW = dZ @ A_prev.T / m
    db = 0
    db += dZ.sum() / m
    return W.T @ dZ, dW, db

def backward(AL, Y, caches):
    dA, dW, db = linear_backward(AL - Y, caches[-1])
    grads["dW" + str(L)] = dW
    return grads
"""
ONE = "def backward(a, b):\n    dW1 = b @ a\n    {}\n"
TWO = "def other(a):\n    dW = a\n\n\ndef mine(a):\n    dW = a @ a\n"


@pytest.mark.parametrize(
    ("text", "tensor", "functions", "line"),
    [
        (LAYER, "dW[2]", (), (4, "dW = dZ @ A_prev.T / m")),  # which computes it, and does not pass it on
        (LAYER, "db[1]", (), (6, "db += dZ.sum() / m")),  # a sum begins with a number, which is no formula
        *(
            (ONE.format(written), tensor, (), (3, written))
            for written, tensor in [
                ("dW2 = a @ b", "dW[2]"),
                ('grads["dW2"] = a @ b', "dW[2]"),
                ('grads["dW" + str(l)] = a @ b', "dW[2]"),
                ('grads[f"dW{l}"] = a @ b', "dW[2]"),
                ("dw, db = a @ b, a.sum()", "dW[2]"),
                ("cost = -a.mean()", "J"),
            ]
        ),
        (TWO, "dW[1]", ("mine",), (6, "dW = a @ a")),  # only the functions of the pass are searched
        (TWO, "db[1]", (), None),
    ],
)
def test_the_line_computes_the_tensor(
    text: str, tensor: str, functions: tuple[str, ...], line: tuple[int, str] | None
) -> None:
    source = Source(Path("mine.py"), (Piece("mine.py", text),))
    found = learners_line(source, functions or source.functions, tensor)
    assert (found and (found["line"], found["code"])) == line


def test_a_line_of_a_notebook_is_a_line_of_its_cell() -> None:
    source = Source(Path("mine.ipynb"), (Piece("cell 3", "\ndef mine(a):\n    dW = a\n"),))
    found = learners_line(source, ["mine"], "dW[1]")
    assert found["place"] == {"en": "line 3 of cell 3", "zh": "单元格 3 第 3 行"}
    assert (found["first_line"], found["text"]) == (2, "def mine(a):\n    dW = a")
