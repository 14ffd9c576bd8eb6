"""The checker's answer in words and as a record, and its three hints."""

import re
from collections.abc import Iterator
from dataclasses import replace
from types import ModuleType
from unittest.mock import Mock

import numpy as np
import pytest
import torch

from course_torch.exercises import comparing
from course_torch.exercises.check import answer, hints, notes, whole_pass
from course_torch.exercises.check.answer import as_record
from course_torch.exercises.check.hints import hint_lines
from course_torch.exercises.check.whole_pass import Demonstration
from course_torch.exercises.check.why import first_wrong_number, why_lines
from course_torch.exercises.explain import function_text, missing, repairs, sizes, slips
from course_torch.exercises.judge import cache_mismatch, sentences, verdicts
from course_torch.exercises.judge.calling import Caller
from course_torch.exercises.judge.sentences import not_loaded
from course_torch.exercises.judge.verdicts import UNKNOWN, State, Verdict
from course_torch.exercises.sandbox.client import Failure
from course_torch.exercises.sandbox.layout import Part
from course_torch.exercises.tasks import CHAPTERS
from course_torch.exercises.tasks.stub import docstring
from course_torch.exercises.tasks.task import Finding, Task
from course_torch.language import NOTHING, Language, Text
from course_torch.mistakes.solution import replace_in, solution
from course_torch.network.deep_network import DeepNetwork
from tests.exercises.in_this_process import caller_of
from tests.exercises.judged import check_of, head, verdict_by
from tests.support.fixture_types import Monkeypatch

EXERCISE = """import numpy as np
CHAPTER = "deep"
LIBRARY = "numpy"
LAYOUT = "rows"


def relu(Z):
    return np.maximum(0, Z)


def sigmoid(Z):
    return 1 / (1 + np.exp(Z))


def output_gradient(AL, Y):
    return sigmoid(AL)
"""
LINEAR = "import numpy as np\ndef linear_forward(A, W, b):\n    return W @ A + b, (A, W, b)\n"
SPEAKING = [answer, cache_mismatch, notes, hints, sentences, verdicts, whole_pass]
SPEAKING += [function_text, repairs, slips, comparing, missing, sizes]


def texts_of(module: ModuleType) -> Iterator[tuple[str, Text]]:
    """The sentences of a module in both languages: its constants, and the keys and values of its tables."""
    for name, value in vars(module).items():
        inside = [value] if not isinstance(value, dict) else [*value, *value.values()]
        inside = [part for part in inside for part in (part if type(part) is tuple else (part,))]
        yield from ((name, text) for text in inside if isinstance(text, Text) and text != NOTHING)


@pytest.mark.parametrize("module", SPEAKING)
def test_every_sentence_is_english_and_chinese(module: ModuleType) -> None:
    """Every sentence is English first and Chinese second, and both have the same placeholders."""
    chinese, placeholder = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]"), re.compile(r"\{(\w*)")
    texts = [*texts_of(module)]
    assert texts
    for name, text in texts:
        assert not chinese.search(text.en), name
        assert chinese.search(text.zh), name
        assert set(placeholder.findall(text.en)) == set(placeholder.findall(text.zh)), name


HELPERS = "".join(f"def helper_{n}():\n    return {n}\n" for n in range(5))
CLASSES = "def helper():\n    return 1\nclass A:\n  def f():\n   return 3\nclass B:\n  def f():\n   return 4\n"
ASSIGNMENT = (
    "learner.py: chapter deep, numpy, columns are examples; recognised as an assignment of the course by its functions"
)
LACKING = "not judged, because the assignment has no such function: "
HEADS: list[tuple[str, Language, list[str]]] = [
    (EXERCISE, "en", ["learner.py: chapter deep, numpy, rows are examples"]),
    (EXERCISE, "zh", ["learner.py：deep 章，numpy，样本为行"]),
    (LINEAR, "en", [ASSIGNMENT]),
    (LINEAR + HELPERS, "en", [ASSIGNMENT, f"{LACKING}helper_0; helper_1; helper_2; helper_3; helper_4"]),
    (LINEAR + CLASSES, "en", [ASSIGNMENT, f"{LACKING}helper"]),
]


@pytest.mark.parametrize(("text", "language", "lines"), HEADS)
def test_the_first_lines_name_the_form_of_the_file_and_the_functions_that_the_assignment_lacks(
    text: str, language: Language, lines: list[str]
) -> None:
    assert head(check_of(text, "deep", language)) == lines


def test_only_the_first_of_several_assignments_tells_of_the_whole_file() -> None:
    text = LINEAR.replace("+ b,", "+ b.astype(np.float),") + HELPERS
    first = check_of(text, "deep")
    assert [line.partition(" ")[0] for line in head(first)[1:]] == ["not", "np.float"]
    assert head(replace(first, language="zh"))[1].startswith("没有检查，因为作业里没有这样的函数：helper_0；")
    shallow = check_of("def predict(parameters, X):\n    return X\n" + HELPERS, "shallow")
    names = {verdict.task.name for verdict in shallow.verdicts}
    assert "predict" in names
    deep = check_of(LINEAR + "def predict(parameters, X):\n    return X\n", "deep")
    both = replace(deep, assignments=(deep.first, shallow.first))
    assert [len(head(both, number)) for number in (0, 1)] == [1, 1]
    other = {**as_record(shallow), "notes": []}  # it speaks of the helpers, if it is the first
    assert as_record(both)["others"] == [other]


def test_a_file_that_cannot_be_loaded_says_why() -> None:
    waits = "the file cannot be loaded: it did not end within 20 s and 20 times its processor time. Does it wait"
    assert not_loaded(Failure("timeout", "20")).en.startswith(waits)
    assert "在 20 秒加上 20 倍处理器时间之内没有结束" in not_loaded(Failure("timeout", "20")).zh
    endless = not_loaded(Failure("NotReturning", "20"))
    assert "20 s of processor time. Is there an endless loop outside the functions?" in endless.en
    assert "死循环" in endless.zh
    assert "结束了（signal 9）" in not_loaded(Failure("end", "signal 9")).zh
    record = as_record(check_of(EXERCISE, "deep", verdicts=[], failure=Failure("end", "signal 9")))
    assert (record["failure"], record["functions"]) == ("the file cannot be loaded: its process ended (signal 9)", [])
    assert (record["passed"], record["notes"]) == (False, [])


SEEN, CAUSE, OTHER = Text("seen", "看到"), Text("cause", "原因"), Text("Is it that?", "是吗？")
RELU = CHAPTERS["deep"].tasks[0]
FIRST, SECOND = Finding("a", CAUSE, "1.2"), Finding("b", OTHER, "")
NO_KNOWN = "No known mistake gives exactly this result."
READ = f"Read notes {RELU.section}, and look at --hint 3."
SAID: list[tuple[State, list[Finding], Language, list[str]]] = [
    ("wrong", [FIRST], "en", ["Probably: cause (notes 1.2)"]),
    ("wrong", [SECOND], "zh", ["可能的原因：是吗？"]),
    ("wrong", [FIRST, SECOND], "en",
     ["Probably: one of these, which give the same numbers: cause (notes 1.2); Is it that?"]),
    ("wrong", [FIRST, SECOND], "zh", ["可能的原因：以下之一（它们得出同样的数值）：原因（笔记 1.2）；是吗？"]),
    ("wrong", [Finding("a", SEEN, "1.2")], "en", []),  # what is seen is not said again
    ("missing", [FIRST], "en", []),
    ("wrong", [UNKNOWN], "en", [f"{NO_KNOWN} {READ}"]),
    ("wrong", [Finding("a", CAUSE, ""), UNKNOWN], "en", ["Probably: cause"]),
    ("wrong", [Finding("no value yet", CAUSE, "")], "en", ["The cause: cause"]),  # an exception shows a fact
    ("wrong", [Finding("no value yet", CAUSE, "")], "zh", ["原因：原因"]),
]  # fmt: skip
"""State, causes and language of a verdict, and what is said below its first line."""


@pytest.mark.parametrize(("state", "findings", "language", "said"), SAID)
def test_the_causes_are_named_with_their_sections(
    state: State, findings: list[Finding], language: Language, said: list[str]
) -> None:
    assert list(answer.explanation(Verdict(RELU, state, SEEN, tuple(findings)), language))[1:] == said


def test_a_message_is_whole_sentences_in_one_line() -> None:
    verdict = Verdict(RELU, "wrong", SEEN, (SECOND,))
    assert answer.message(verdict, "en") == f"{RELU.name}: seen. Probably: Is it that?"
    assert answer.message(verdict, "zh") == f"{RELU.name}: 看到。可能的原因：是吗？"


def test_a_verdict_without_a_symptom_says_its_state_and_has_no_message() -> None:
    verdict = Verdict(RELU, "missing")
    assert list(answer.explanation(verdict, "en")) == [f"{RELU.name}: not written yet"]
    assert list(answer.explanation(verdict, "zh")) == [f"{RELU.name}: 还没有写"]
    assert answer.message(verdict, "en") == ""
    of_assignment = {verdict.task.name: verdict.label.en for verdict in check_of(LINEAR, "deep").verdicts}
    assert of_assignment["linear_backward"] == "not in the file"


def test_the_table_lists_what_the_file_has_and_a_line_names_the_rest() -> None:
    table, absent = [*answer.answer_parts(check_of(LINEAR, "deep"))][-3:-1]
    assert [*table.columns[0].cells] == ["linear_forward"]
    assert absent.startswith("Not in the file: initialize_parameters_deep, ")


def test_of_a_function_that_is_judged_alone_the_others_are_not_told_to_be_unknown() -> None:
    text = solution("deep", "numpy", "columns")
    alone = check_of(text, "deep", verdicts=[Verdict(task_of("relu"), "right")])
    assert not any("no such function" in line for line in head(alone))


def test_the_summary_counts_the_right_functions() -> None:
    check = check_of(EXERCISE, "deep", seconds=1.25).first
    assert answer.summary(check, "en") == "1 of 15 right (1.2 s)"
    assert answer.summary(check, "zh") == "15 个函数中 1 个正确（1.2 秒）"
    right = replace(check, verdicts=[verdict for verdict in check.verdicts if verdict.state == "right"])
    assert answer.summary(right, "en") == "1 of 1 right (1.2 s)"


def test_the_training_on_the_flower_is_told_in_numbers() -> None:
    check = check_of(EXERCISE, "deep").first
    network = DeepNetwork([2, 3, 1], "tanh", initialization="zeros", dtype=torch.float64)
    X, Y = torch.ones(4, 2, dtype=torch.float64), torch.tensor([[1.0], [0.0], [0.0], [0.0]], dtype=torch.float64)
    flower = Demonstration(network, X, Y, 0.69315, 0.5)
    assert flower.accuracy == 0.75  # of a network that labels every point 0
    assert list(answer.trained(replace(check, trained=flower), "en")) == [
        "your train on the flower, 2-3-1: J from 0.6932 to 0.5000, accuracy 75.0%"
    ]
    assert not list(answer.trained(check, "en"))


def test_the_record_has_the_functions_in_the_order_in_which_they_are_mended() -> None:
    record = as_record(check_of(EXERCISE, "deep"))
    functions = {function["function"]: function for function in record["functions"]}
    assert list(functions)[:2] == ["sigmoid", "output_gradient"]
    assert list(functions)[-1] == "relu"
    assert [function["state"] for function in functions.values()] == ["wrong", "wrong", *["missing"] * 12, "right"]
    assert functions["sigmoid"] == {
        "function": "sigmoid",
        "section": "1.2",
        "state": "wrong",
        "label": "wrong",
        "causes": ["sign in e^(-Z)"],
        "message": functions["sigmoid"]["message"],
        "trail": functions["sigmoid"]["trail"],
    }
    assert functions["sigmoid"]["trail"][0]["kind"] == "call"
    assert functions["sigmoid"]["trail"][-1]["found"] == "sign in e^(-Z)"
    assert functions["sigmoid"]["message"].startswith("sigmoid: A differs from the right one by ")
    del record["functions"]
    form = {"file": "learner.py", "chapter": "deep", "library": "numpy", "layout": "rows"}
    assert record == {**form, "passed": False, "notes": [], "failure": None, "hint": []}


def test_a_function_under_another_name_is_noted_and_recorded_with_both_names() -> None:
    first = Verdict(replace(task_of("linear_forward"), name="forward"), "right")
    check = check_of(LINEAR, "deep", verdicts=[first])
    assert head(check)[1] == "judged under another name: forward as linear_forward"
    second = Verdict(replace(task_of("compute_cost"), name="cost"), "right")
    assert (
        head(check_of(LINEAR, "deep", "zh", verdicts=[first, second]))[1]
        == "按另一个名称检查：forward 作为 linear_forward；cost 作为 compute_cost"
    )
    words = {"state": "right", "label": "right", "causes": [], "message": "", "trail": []}
    assert as_record(check)["functions"] == [{"function": "forward", "as": "linear_forward", "section": "3.1", **words}]


# Three hints: what the function was called with, its formulas, and a mistake in few numbers


DEEP = solution("deep", "numpy", "columns")


def task_of(function: str) -> Task:
    return next(task for task in CHAPTERS["deep"].tasks if task.name == function)


def hint(level: int, text: str, function: str, chapter: str = "deep", language: Language = "en") -> list[str]:
    caller = caller_of(text, chapter)
    return hint_on(verdict_by(caller, function), caller, level, language)


def hint_on(verdict: Verdict, caller: Caller, level: int = 3, language: Language = "en") -> list[str]:
    return list(hint_lines(level, verdict, caller, language))


@pytest.mark.parametrize("layout", ["rows", "columns"])
def test_the_first_hint_has_the_shapes_of_the_arguments_and_counts_wrong_numbers(layout: str) -> None:
    m, units = {"rows": ("7, 5", "7, 4"), "columns": ("5, 7", "4, 7")}[layout]
    right = solution("deep", "numpy", layout)
    text = replace_in(right, "linear_forward", "+ b", "+ 2 * b")
    b = "1, 4" if layout == "rows" else "4, 1"
    assert hint(1, text, "linear_forward") == [
        "hint 1 of 3",
        f"linear_forward was called with: A ({m}), W (4, 5), b ({b})",
        "28 of 28 numbers of Z are wrong",
    ]
    text = replace_in(right, "relu", "    return", "    Z = Z.copy()\n    Z[0, 0] = 100\n    return")
    assert hint(1, text, "relu", language="zh") == [
        "提示 1/3",
        f"调用 relu 时的参数: Z ({units})",
        "A 的 28 个数里有 1 个不对",
    ]


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        ("linear_activation_backward",
         "dA (3, 7), cache (linear_cache (A_prev (4, 7), W (3, 4), b (3, 1)), Z (3, 7)), activation 'relu'"),
        ("L_model_backward",
         "caches [(linear_cache (A_prev (5, 7), W (4, 5), b (4, 1)), Z (4, 7)), (linear_cache (A_prev (4, 7), "),
        ("L_model_forward", "parameters {W1 (4, 5), b1 (4, 1), W2 (3, 4), b2 (3, 1), W3 (1, 3), b3 (1, 1)}"),
        ("initialize_parameters_deep", "initialize_parameters_deep was called with: layer_dims [5, 4, 3, 1]"),
    ],
)  # fmt: skip
def test_the_first_hint_shows_what_the_parts_of_an_argument_are(function: str, arguments: str) -> None:
    _, called = hint(1, replace_in(DEEP, function, "    return", "    return 1, "), function)
    assert called.startswith(f"{function} was called with: ")
    assert arguments in called


def test_a_wrong_shape_has_no_numbers_to_count_and_a_function_that_was_not_called_no_arguments() -> None:
    text = replace_in(DEEP, "linear_forward", "W @ A + b", "(W @ A + b).T")
    assert len(hint(1, text, "linear_forward")) == 2
    assert hint(1, "def relu(Z, more):\n    return Z\n", "relu") == ["hint 1 of 3", "relu is called with (Z)"]


def test_the_second_hint_is_the_docstring_in_the_layout_and_language_of_the_file() -> None:
    text = replace_in(DEEP, "linear_forward", "+ b", "- b")
    assert [*docstring(task_of("linear_forward"), "columns", "zh")] == hint(2, text, "linear_forward", language="zh")[
        1:
    ]
    assert "W A + b" in "".join(hint(2, text, "linear_forward"))


def test_the_third_hint_shows_arguments_and_both_results_in_the_layout_of_the_file() -> None:
    text = replace_in(DEEP, "linear_backward", "dZ @ A_prev.T / m", "dZ @ A_prev.T")
    lines = hint(3, text, "linear_backward", language="zh")
    assert lines[:2] == ["提示 3/3", "最小的例子，m = 3："]
    assert [line.partition(" = ")[0] for line in lines[2:]] == ["dZ", "A_prev", "W", "b", "你的 dW", "正确的 dW"]
    numbers = [numbers_in(line) for line in lines[2:]]
    assert [part.shape for part in numbers] == [(1, 3), (2, 3), (1, 2), (1, 1), (1, 2), (1, 2)]
    assert np.allclose(numbers[4], 3 * numbers[5], atol=1e-3)
    text = replace_in(DEEP, "relu", "    return", "    return 2 *")
    Z, found, right = map(numbers_in, hint(3, text, "relu")[2:])
    assert Z.shape == (2, 3)
    assert np.allclose(found, 2 * right, atol=2e-4)
    assert np.allclose(right, np.maximum(Z, 0), atol=1e-4)
    text = replace_in(DEEP, "L_model_backward", "AL, Y)", "AL, 1 - Y)")
    lines = hint(3, text, "L_model_backward")
    assert [line for line in lines if line.endswith(":")] == [
        "the smallest case, with m = 3:",
        "caches[0]:",
        "caches[1]:",
    ]
    assert lines[2].startswith("AL = [[0.")


def numbers_in(line: str) -> np.ndarray:
    """The array of a line "NAME = [[1. 2.]\\n [3. 4.]]"."""
    rows = line.partition(" = ")[2].strip("[]").split("]")
    return np.array([[float(number) for number in row.strip(" [\n").split()] for row in rows])


def test_only_a_deeper_network_shows_that_a_layer_takes_X() -> None:
    text = replace_in(
        DEEP, "L_model_forward", "linear_activation_forward(A,", "linear_activation_forward(A if l == L else X,"
    )
    assert any(line.startswith("your AL") for line in hint(3, text, "L_model_forward"))


def test_a_mistake_that_the_small_cases_do_not_show_says_so() -> None:
    """A caller whose cases hold nothing wrong."""
    text = replace_in(DEEP, "linear_forward", "+ b", "+ b * (A.shape[1] != 7 or 2)")
    caller = caller_of(text, "deep")
    verdict = verdict_by(caller, "linear_forward")
    assert verdict.state == "wrong"
    caller = replace(caller, cases=[], equal_cases=[])
    assert hint_on(verdict, caller)[1:] == ["The smallest case does not show the mistake."]


def test_the_smallest_case_that_shows_a_mistake_is_shown() -> None:
    """The mistake needs more than two examples: the smaller of two cases with them shows it, whatever their order."""
    text = replace_in(DEEP, "linear_forward", "+ b", "+ b * (1 + (A.shape[1] > 4))")
    caller = caller_of(text, "deep")
    verdict = verdict_by(caller, "linear_forward")
    small, large = (case for case in sorted(caller.cases, key=lambda case: case.X.numel())[-2:])
    assert small.X.numel() < large.X.numel()
    for cases in ([small, large], [large, small]):
        lines = hint_on(verdict, replace(caller, cases=cases, equal_cases=[]))
        assert numbers_in(lines[2]).shape == tuple(small.X.T.shape)


def test_a_function_that_does_not_return_is_called_once_for_its_hint(monkeypatch: Monkeypatch) -> None:
    caller = caller_of("def relu(Z):\n    return Z\n", "deep")
    call = Mock(return_value=Failure("timeout", "20"))
    monkeypatch.setattr(caller.learner, "call", call)
    verdict = Verdict(task_of("relu"), "not judged", call=caller.calls(task_of("relu"))[0])
    lines = hint_on(verdict, caller)
    assert lines[-1].startswith("relu: it did not return within 20 s")
    assert call.call_count == 1


def test_a_result_without_a_key_shows_the_keys_instead_of_numbers() -> None:
    text = "def initialize_parameters_deep(layer_dims):\n    return {'W1': 0, 'W2': 0}\n"
    assert hint(3, text, "initialize_parameters_deep")[1:] == [
        "the smallest case, with m = 3:",
        "layer_dims = [2, 2, 1]",
        "initialize_parameters_deep: parameters: it returns a dict with the keys W1, W2, "
        "expected a dict with the keys W1, b1, W2, b2",
    ]


def test_a_function_that_always_raises_shows_its_exception_instead_of_numbers() -> None:
    lines = hint(3, "def relu(Z):\n    return Z / 'a'\n", "relu")
    assert lines[1] == "the smallest case, with m = 3:"
    assert lines[2].startswith("Z = [[")
    assert lines[-1].startswith("relu: it raises TypeError in learner.py:2: ")


@pytest.mark.parametrize(
    ("function", "old", "new", "record", "kinds"),
    [
        ("linear_backward", " / m\n    db", "\n    db", "mistakes/records/", "call search"),
        ("sigmoid_backward", "* (1 - A)", "* A", "x for 1 - x", "call change search rule"),
        ("linear_forward", "A + b", "A + b.shap", "exercises/explain/missing.py:", "call search"),
    ],
)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_trail_shows_the_call_the_search_and_the_record(
    function: str, old: str, new: str, record: str, kinds: str, language: Language
) -> None:
    text = replace_in(solution("deep", "numpy", "columns"), function, old, new)
    verdict = verdict_by(caller_of(text, "deep"), function)
    lines = [*why_lines(verdict, "columns", language)]
    assert function in lines[0]
    assert len(lines) >= len(verdict.trail) + 1
    assert set(kinds.split()) <= {step.kind for step in verdict.trail}
    assert any(record in line for line in lines[1:])
    calls = [step.place for step in verdict.trail if step.kind == "call"]
    assert all(place.startswith("exercises/tasks/deep.py:") for place in calls)


def test_why_shows_the_first_wrong_number_as_the_file_has_it() -> None:
    """In columns dW of the file is that of the rows; Z of the file is the transpose."""
    found, right = torch.tensor([[1.0, 2.0], [3.0, 4.0]]), torch.tensor([[1.0, 2.0], [5.0, 4.0]])
    assert (
        first_wrong_number(Part("Z", found, right), "columns").en == "the first wrong number: Z[0, 1] is 3, expected 5"
    )
    assert first_wrong_number(Part("dW", found, right), "columns").en.startswith(
        "the first wrong number: dW[1, 0] is 3,"
    )
    number = Part("J", torch.tensor(2.0), torch.tensor(1.0))
    assert first_wrong_number(number, "rows").zh == "第一个错误的数：J 是 2，应当是 1"
