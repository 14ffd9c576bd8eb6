"""A forward function is wrong if the learner's own backward function cannot use its cache.

An exercise has the function `train`, which runs the chain of both functions. An assignment of the course has no such
function.
"""

from itertools import cycle

import pytest

from course_torch.exercises.check.answer import message
from course_torch.exercises.judge.cache_mismatch import with_cache_mismatch
from course_torch.exercises.judge.judging import judge_all
from course_torch.exercises.judge.verdicts import Verdict
from course_torch.exercises.recognition.contents import Contents
from course_torch.exercises.tasks import CHAPTERS
from course_torch.mistakes.solution import FORMS, in_library, replace_in, solution
from tests.exercises.in_this_process import caller_of
from tests.exercises.judged import Case, as_assignment, assert_answer, cases_of, verdict_on

Changes = list[tuple[str, str, str]]
"""Function, old code and new code."""
DEEP = solution("deep", "numpy", "columns")
KINDS = ("exercise", "assignment")
CACHE = '{"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}'


def made(chapter: str, kind: str, changes: Changes, library: str = "numpy", layout: str = "columns") -> str:
    """The changed solution of a chapter as an exercise or as an assignment of the course."""
    text = solution(chapter, "numpy", layout)
    for change in changes:
        text = replace_in(text, *change)
    return in_library(as_assignment(text) if kind == "assignment" else text, library)


def verdicts_on(text: str, chapter: str) -> dict[str, Verdict]:
    caller = caller_of(text, chapter)
    verdicts = with_cache_mismatch(caller, judge_all(caller, Contents(caller.learner.source, CHAPTERS[chapter]).judged))
    return {verdict.task.name: verdict for verdict in verdicts}


def not_right(text: str, chapter: str) -> dict[str, Verdict]:
    return {name: verdict for name, verdict in verdicts_on(text, chapter).items() if verdict.state != "right"}


WRONG_CACHES = r"""
deep linear_forward: (A, W, b) → (W, A, b) => another cache
    | linear_forward: it returns the cache (W, A, b), but linear_backward reads (A, W, b).
deep linear_forward: (A, W, b) → (W @ A + b, W, b) => another cache
    | cache (Z, W, b), but linear_backward reads (A, W, b).
deep linear_forward: (A, W, b) → (A, W) => another cache | cache (A, W), but linear_backward reads (A, W, b).
deep linear_forward: (A, W, b) → (A, W.T, 0.5) => another cache
    | cache (A, Wᵀ, 0.5), but linear_backward reads (A, W, b).
deep linear_forward: (A, W, b) → (A, 2 * W, b) => another cache | cache (A, ?, b), but linear_backward reads (A, W, b).
deep linear_forward: (A, W, b) → (A, (W.T, [3]), {'A': A, 'b': W, 'c': 7}) => another cache
    | cache (A, (Wᵀ, (3)), {A, b: W, c: 7}), but linear_backward reads (A, W, b).
deep linear_forward: (A, W, b) → (A,) => another cache | cache (A), but linear_backward reads (A, W, b).
deep L_model_forward: caches = X, [] → caches = X, [7] * 5 => another cache
    | caches (7, 7, 7, 7, 7, cache1, cache2, cache3), but L_model_backward reads (cache1, cache2, cache3).
deep linear_activation_forward: (linear_cache, Z) → (linear_cache, A) => another cache
    | cache (linear_cache, A), but linear_activation_backward reads (linear_cache, Z).
deep linear_activation_forward: (linear_cache, Z) → (Z, linear_cache) => another cache
    | cache (Z, linear_cache), but linear_activation_backward reads (linear_cache, Z).
deep linear_activation_forward: (linear_cache, Z) → ((A, W, b), Z) => another cache
    | cache[0] (A, W, b), but linear_activation_backward reads (A_prev, W, b).
deep L_model_forward: caches.append(cache) → caches.insert(0, cache) => another cache
    | caches (cache3, cache2, cache1), but L_model_backward reads (cache1, cache2, cache3).
deep L_model_forward: caches.append(cache) → l == L or caches.append(cache) => another cache
    | caches (cache1, cache2), but L_model_backward reads (cache1, cache2, cache3).
deep L_model_forward: caches.append(cache) → caches.append(cache[::-1]) => another cache
    | caches[0] (Z1, linear_cache1), but L_model_backward reads (linear_cache1, Z1).
deep L_model_forward: caches.append(cache) → caches.append(((X, *cache[0][1:]), cache[1])) => another cache
    | caches[1][0] (X, W2, b2), but L_model_backward reads (A1, W2, b2).
    | L_model_forward: 它返回的 caches[1][0] 是 (X, W2, b2)，而 L_model_backward 读取的是 (A1, W2, b2)。
deep L_model_forward: caches = X, [] → caches = X, [7] * 9 => another cache
    | caches (7, 7, 7, 7, 7, 7, 7, 7, …), but L_model_backward reads (cache1, cache2, cache3).
# A key of the cache that is missing.
shallow forward_propagation: "A1": A1,  →  => another cache
    | cache {Z1, Z2, A2}, but backward_propagation reads {Z1, A1, Z2, A2}.
shallow forward_propagation: "A1": A1 → "a1": A1 => another cache
    | cache {Z1, a1: A1, Z2, A2}, but backward_propagation reads {Z1, A1, Z2, A2}.
shallow forward_propagation: {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2} → (Z1, A1, Z2, A2) => another cache
    | cache (Z1, A1, Z2, A2), but backward_propagation reads {Z1, A1, Z2, A2}.
shallow forward_propagation: {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2} → None => another cache
    | cache None, but backward_propagation reads {Z1, A1, Z2, A2}.
"""


@pytest.mark.sweep(11)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("case", cases_of(WRONG_CACHES))
def test_the_function_that_makes_the_cache_is_wrong(case: Case, kind: str) -> None:
    wrong = not_right(as_assignment(case.text) if kind == "assignment" else case.text, case.chapter)
    assert_answer(case, wrong.pop(case.function))
    assert {verdict.state for verdict in wrong.values()} <= {"not judged"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_cache_that_is_overwritten_by_the_next_layer_is_found_in_the_list_of_caches(kind: str) -> None:
    text = made("deep", kind, [("linear_activation_forward", "return A, (linear_cache, Z)", "return A, SHARED")])
    text = replace_in(text, "linear_activation_forward", "    return", "    SHARED[:] = linear_cache, Z\n    return")
    (wrong,) = (verdict for verdict in not_right(text + "SHARED = []\n", "deep").values() if verdict.state == "wrong")
    assert "L_model_forward: it returns the caches (cache3, cache3, cache3), but" in message(wrong, "en")


def test_a_cache_that_looks_right_but_cannot_be_used_says_why() -> None:
    changes = [("linear_forward", "(A, W, b)", "(A, W.numpy(), b)")]
    text = made("deep", "assignment", changes, "torch")
    (wrong,) = not_right(text, "deep").values()
    assert message(wrong, "en").startswith(
        "linear_forward: linear_backward cannot use the cache that it returns: it raises TypeError in learner.py:"
    )


LINEAR, READ = "A_prev, W, _ = cache", 'cache["A1"], cache["A2"]'
# fmt: off
OTHER_CACHES: list[tuple[str, Changes]] = [
    *(("deep", [("linear_forward", "(A, W, b)", returned), ("linear_backward", LINEAR, read)]) for returned, read in [
        ("(W, A, b)", "W, A_prev, _ = cache"),
        ("(A, W)", "A_prev, W = cache"),
        ("(A, W, b, 7)", "A_prev, W = cache[:2]"),
        ('{"A": A, "W": W}', 'A_prev, W = cache["A"], cache["W"]'),
        ("lambda: (A, W)", "A_prev, W = cache()"),
        ('type("Cache", (), {"A": A, "W": W})', "A_prev, W = cache.A, cache.W"),
    ]),
    ("deep", [("linear_activation_forward", "(linear_cache, Z)", "(*linear_cache, Z)"),
              ("linear_activation_backward", "linear_cache, Z = cache", "*linear_cache, Z = cache"),
              ("L_model_backward", "caches[L - 1][0]", "caches[L - 1][:3]")]),
    ("deep", [("linear_activation_forward", "(linear_cache, Z)", "(linear_cache, A)"),
              ("linear_activation_backward", "dZ = sigmoid_backward(dA, Z) if",
               "A = Z\n    dZ = dA * A * (1 - A) if")]),
    ("deep", [("linear_activation_forward", "    return", '    if activation == "relu":\n        Z = A\n    return')]),
    ("deep", [("L_model_forward", "return A, caches", "return A, caches[::-1]"),
              ("L_model_backward", "L, grads", "caches = caches[::-1]\n    L, grads")]),
    ("deep", [("L_model_forward", "return A, caches", "return A, dict(enumerate(caches, start=1))"),
              ("L_model_backward", "L, grads", "caches = [caches[l + 1] for l in range(len(caches))]\n    L, grads")]),
    *(("shallow", [("forward_propagation", CACHE, made), ("backward_propagation", READ, read)]) for made, read in [
        ("{1: A1, 2: A2}", "cache[1], cache[2]"),
        ("(A1, A2)", "cache"),
        ("(A2, A1)", "cache[::-1]"),
        ("[Z1, A1, Z2, A2]", "cache[1], cache[3]"),
        ('{"A2": A2, "A1": A1}', READ),
        ('{"hidden": A1, "output": A2}', 'cache["hidden"], cache["output"]'),
        ("(Z1, Z2)", "np.tanh(cache[0]), sigmoid(cache[1])"),
    ]),
    ("shallow", [("forward_propagation", '"Z1": Z1, ', "")]),
]
# fmt: on
"""Caches of other content with backward functions that read them. The first change makes the first such cache."""


@pytest.mark.sweep(4)
@pytest.mark.parametrize(("case", "form"), [*zip(OTHER_CACHES, cycle(FORMS), strict=False)])
def test_a_cache_of_other_content_with_a_backward_function_that_reads_it_is_right(
    case: tuple[str, Changes], form: tuple[str, str]
) -> None:
    chapter, changes = case
    exercise = verdicts_on(made(chapter, "exercise", changes, *form), chapter)
    assert {(verdict.state, verdict.symptom) for verdict in exercise.values()} == {("right", None)}
    assignment = verdicts_on(made(chapter, "assignment", changes, *form), chapter)
    assert {verdict.state for verdict in assignment.values()} == {"right"}
    noted = [verdict for verdict in assignment.values() if verdict.symptom]
    assert noted[0].task.name == changes[0][0]
    assert {finding.key for verdict in noted for finding in verdict.findings} == {"own cache"}


@pytest.mark.sweep(2)
@pytest.mark.parametrize("chapter", ["shallow", "deep"])
@pytest.mark.parametrize(("library", "layout"), FORMS)
def test_the_cache_of_the_course_needs_no_note(chapter: str, library: str, layout: str) -> None:
    verdicts = verdicts_on(made(chapter, "assignment", [], library, layout), chapter)
    assert {(verdict.state, verdict.symptom) for verdict in verdicts.values()} == {("right", None)}


def test_the_notes_say_what_the_tests_of_the_course_expect() -> None:
    verdicts = verdicts_on(made("deep", "assignment", OTHER_CACHES[0][1]), "deep")
    assert message(verdicts["linear_forward"], "en") == (
        "linear_forward: right, but it returns the cache (W, A, b): the course's own tests expect (A, W, b)."
    )
    assert message(verdicts["linear_forward"], "zh") == (
        "linear_forward: 正确，但它返回的 cache 是 (W, A, b)：课程自己的测试要求的是 (A, W, b)。"
    )
    assert message(verdicts["linear_backward"], "en") == (
        "linear_backward: right with your own cache, but the course's own tests hand over the cache of the course."
    )


def test_an_own_cache_an_own_order_of_results_and_own_names_go_together() -> None:
    changes = [
        *OTHER_CACHES[0][1],
        ("linear_backward", "return dA_prev, dW, db", "return dW, dA_prev, db"),
        ("linear_activation_backward", "return l", "dW, dA_prev, db = l"),
        ("linear_activation_backward", "(dZ, linear_cache)", "(dZ, linear_cache)\n    return dW, dA_prev, db"),
        ("L_model_backward", 'dA, grads[f"dW{L}"],', 'grads[f"dW{L}"], dA,'),
        ("L_model_backward", 'dA, grads[f"dW{l}"],', 'grads[f"dW{l}"], dA,'),
    ]
    verdicts = verdicts_on(made("deep", "assignment", changes).replace("L_model", "model"), "deep")
    assert {verdict.state for verdict in verdicts.values()} == {"right"}
    assert message(verdicts["model_forward"], "en").endswith(
        "it returns the caches[0][0] (W1, X, b1): the course's own tests expect (X, W1, b1)."
    )
    assert message(verdicts["linear_backward"], "en").endswith(
        "it returns dW, dA_prev, db: the course's own tests expect dA_prev, dW, db."
    )


def test_a_cache_is_noted_before_a_function_that_reads_it_is_written() -> None:
    changes = [
        ("linear_forward", "(A, W, b)", "(W, A, b)"),
        ("linear_backward", "    A_prev", "    raise NotImplementedError\n    A_prev"),
    ]
    verdicts = verdicts_on(made("deep", "assignment", changes), "deep")
    assert verdicts["linear_backward"].state == "missing"
    assert "cache (W, A, b): the course's own tests" in message(verdicts["linear_forward"], "en")


def test_a_mistake_of_a_backward_function_is_explained_with_the_cache_that_it_reads() -> None:
    changes = [*OTHER_CACHES[1][1], ("linear_backward", "A_prev.T / m", "A_prev.T")]
    wrong = not_right(made("deep", "exercise", changes), "deep")["linear_backward"]
    assert [finding.key for finding in wrong.findings] == ["no 1/m"]


def test_wrong_numbers_are_explained_with_the_cache_of_the_course() -> None:
    changes = [("linear_forward", "(A, W, b)", "(2 * A, W, b)"), ("linear_backward", "A_prev.T / m", "A_prev.T")]
    wrong = not_right(made("deep", "exercise", changes), "deep")["linear_backward"]
    assert [finding.key for finding in wrong.findings] == ["no 1/m"]


def test_a_right_cache_of_a_function_that_fails_elsewhere_is_not_blamed() -> None:
    changes = [*OTHER_CACHES[0][1], ("train", "AL, Y))", "AL, Y) + 1)")]
    assert list(not_right(made("deep", "exercise", changes), "deep")) == ["train"]


def test_a_backward_function_that_reads_a_global_variable_is_wrong() -> None:
    text = replace_in(DEEP, "L_model_forward", "    return", "    global kept\n    kept = caches\n    return")
    text = replace_in(text, "L_model_backward", "    L, grads", "    caches = kept\n    L, grads")
    wrong = not_right(text, "deep")["L_model_backward"]
    assert wrong.state == "wrong"
    assert [finding.key for finding in wrong.findings] == ["caches not used"]


@pytest.mark.parametrize(
    ("kept", "state"), [("(np.ones((2, 2)), np.zeros(3), 7 * np.ones(2))", "wrong"), ("A", "right")]
)
def test_a_cache_of_tensors_of_another_call_is_wrong(kept: str, state: str) -> None:
    changes = [
        ("linear_activation_forward", "Z, linear_cache", "Z, _"),
        ("linear_activation_forward", "return A, (linear_cache", f"return A, (({kept}, A_prev)[:-1]"),
        ("linear_backward", "    A_prev", "    raise NotImplementedError\n    A_prev"),
        ("linear_activation_backward", "    linear_cache", "    raise NotImplementedError\n    linear_cache"),
    ]
    found = verdicts_on(made("deep", "assignment", changes), "deep")["linear_activation_forward"]
    assert found.state == state
    assert ("tensors" in message(found, "en")) == (state == "wrong")


def test_a_forward_function_that_is_not_there_is_not_called() -> None:
    text = replace_in(DEEP, "linear_backward", "W.T @ dZ", "W @ dZ").replace("def linear_forward", "def forward")
    assert verdict_on(text, "deep", "linear_backward").state == "wrong"
