"""A forward function is wrong if the learner's own backward function cannot use its cache."""

import pytest

from course_torch.exercises.chapters import CHAPTERS
from course_torch.exercises.judging import in_order
from course_torch.exercises.misfit import with_misfit
from course_torch.exercises.self_test.in_this_process import judge_of
from course_torch.exercises.verdict import Verdict
from course_torch.mistakes.solution import changed, solution

DEEP, SHALLOW = (solution(chapter, "numpy", "columns") for chapter in ("deep", "shallow"))


def not_right(text: str, chapter: str) -> dict[str, Verdict]:
    judge = judge_of(text, chapter)
    verdicts = with_misfit(judge, in_order(judge, list(CHAPTERS[chapter].tasks)))
    return {each.task.name: each for each in verdicts if each.state != "right"}


@pytest.mark.parametrize(
    ("function", "old", "new", "found", "expected"),
    [
        ("linear_forward", "(A, W, b)", "(W, A, b)", "cache (W, A, b)", "linear_backward reads (A, W, b)"),
        ("linear_forward", "(A, W, b)", "(W @ A + b, W, b)", "cache (Z, W, b)", "linear_backward reads (A, W, b)"),
        ("linear_forward", "(A, W, b)", "(A, W)", "cache (A, W)", "linear_backward reads (A, W, b)"),
        (
            "linear_activation_forward",
            "(linear_cache, Z)",
            "(linear_cache, A)",
            "cache (linear_cache, A)",
            "linear_activation_backward reads (linear_cache, Z)",
        ),
        (
            "L_model_forward",
            "caches.append(cache)",
            "caches.insert(0, cache)",
            "caches (cache3, cache2, cache1)",
            "L_model_backward reads (cache1, cache2, cache3)",
        ),
        (
            "L_model_forward",
            "return A, caches",
            "return A, caches[:-1]",
            "caches (cache1, cache2)",
            "L_model_backward reads (cache1, cache2, cache3)",
        ),
    ],
)
def test_the_function_that_makes_the_cache_is_wrong(
    function: str, old: str, new: str, found: str, expected: str
) -> None:
    text = changed(DEEP, function, old, new)
    wrong = not_right(unreadable(text), "deep")
    assert wrong[function].state == "wrong"
    assert wrong[function].seen is not None
    assert f"it returns the {found}, but {expected}" in wrong[function].seen.en
    assert wrong["train"].state == "not judged"


def unreadable(text: str) -> str:
    """The output layer backward through the sigmoid, so that Z is read in every layer."""
    return changed(
        text,
        "L_model_backward",
        "linear_backward(output_gradient(AL, Y), caches[L - 1][0])",
        'linear_activation_backward(-Y / AL + (1 - Y) / (1 - AL), caches[L - 1], "sigmoid")',
    )


def test_a_missing_key_of_the_cache_is_found_in_the_function_that_writes_it() -> None:
    text = changed(SHALLOW, "forward_propagation", '"A1": A1, ', "")
    (wrong, *later) = not_right(text, "shallow").values()
    assert (wrong.task.name, wrong.state) == ("forward_propagation", "wrong")
    assert wrong.seen is not None
    assert "the cache {Z1, Z2, A2}, but backward_propagation reads {Z1, A1, Z2, A2}" in wrong.seen.en
    assert {each.state for each in later} == {"not judged"}


def test_a_cache_of_other_content_with_a_backward_function_that_reads_it_is_right() -> None:
    text = changed(DEEP, "linear_forward", "(A, W, b)", "(W, A, b)")
    text = changed(text, "linear_backward", "A_prev, W, _ = cache", "W, A_prev, _ = cache")
    text = changed(text, "train", "AL, Y))", "AL, Y) + 1)")
    assert list(not_right(text, "deep")) == ["train"]


def test_a_backward_function_that_reads_a_global_variable_is_wrong() -> None:
    text = changed(DEEP, "L_model_forward", "    return", "    global kept\n    kept = caches\n    return")
    text = changed(text, "L_model_backward", "    L, grads", "    caches = kept\n    L, grads")
    wrong = not_right(text, "deep")["L_model_backward"]
    assert wrong.state == "wrong"
    assert [each.key for each in wrong.findings] == ["caches not used"]


def test_a_forward_function_that_fails_is_not_called_again_for_every_call() -> None:
    text = changed(DEEP, "linear_backward", "W.T @ dZ", "W @ dZ")
    text = (
        changed(text, "linear_forward", "return", "calls.append(1)\n    raise ValueError\n    return")
        + "\ncalls = []\n"
    )
    judge = judge_of(text, "deep")
    task = next(each for each in CHAPTERS["deep"].tasks if each.name == "linear_backward")
    assert judge.judge(task, {}).state == "wrong"
    assert len(judge.learner.namespace["calls"]) == 1


def test_a_forward_function_that_is_not_there_is_not_called() -> None:
    text = changed(DEEP, "linear_backward", "W.T @ dZ", "W @ dZ").replace("def linear_forward", "def forward")
    task = next(each for each in CHAPTERS["deep"].tasks if each.name == "linear_backward")
    assert judge_of(text, "deep").judge(task, {}).state == "wrong"
