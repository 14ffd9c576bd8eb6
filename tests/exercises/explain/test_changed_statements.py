"""A statement of the learner's function in another place, which makes the function right."""

import ast

import pytest

from course_torch.exercises.explain.changed_statements import LONGEST, moved_statements
from course_torch.exercises.judge.answer import message
from course_torch.mistakes.solution import changed, solution
from tests.exercises.judged import function_of, verdict_on

TEXT = """def f(x):
    'A docstring.'
    a = x
    for i in x:
        if i:
            a += i
        b = i
    return b"""
# fmt: off
MOVES = [
    ("    a = x\n    for i in x:\n", "    for i in x:\n        a = x\n",
     "with a = x (line 3) at the beginning of the loop"),
    ("        b = i\n    return", "    b = i\n    return", "with b = i (line 7) after the loop"),
    ("    for i in x:\n        if i:\n            a += i\n        b = i\n",
     "    b = i\n    for i in x:\n        if i:\n            a += i\n", "with b = i (line 7) before the loop"),
    ("            a += i\n", "            pass\n        a += i\n", "with a += i (line 6) after the if"),
    ("        if i:\n            a += i\n", "        a += i\n        if i:\n            pass\n",
     "with a += i (line 6) before the if"),
    ("        b = i\n", "        b = i\n        a = x\n", "with a = x (line 3) at the end of the loop too"),
]
"""Old and new code of TEXT, and the beginning of the sentence."""
# fmt: on


@pytest.mark.parametrize(("old", "new", "sentence"), MOVES)
def test_one_statement_moves_at_a_time(old: str, new: str, sentence: str) -> None:
    made = {code: cause.text.en for cause, code in moved_statements(function_of(TEXT))}
    assert made[ast.unparse(function_of(TEXT.replace(old, new, 1)))] == f"{sentence} the function is right"


def test_a_statement_changes_places_with_the_next() -> None:
    made = list(moved_statements(function_of("def f(x):\n    a = x\n    x = a + 1\n    print(a)\n    return x")))
    assert made[0][0].text.zh == "把第 2 行的 a = x 移到第 3 行之后，函数就正确了"
    assert made[0][1] == "def f(x):\n    x = a + 1\n    a = x\n    print(a)\n    return x"
    assert len(made) == 2  # neither `print` nor `return` moves


def test_the_function_stays_as_it_is_and_every_text_is_python() -> None:
    function = function_of(TEXT)
    codes = [code for _, code in moved_statements(function)]
    assert ast.unparse(function) == ast.unparse(function_of(TEXT))
    assert ast.unparse(function) not in codes
    assert all(ast.parse(code) for code in codes)


def test_a_long_statement_is_cut() -> None:
    (cause, _), *_ = moved_statements(function_of(f"def f(x):\n    a = {'x' * 99}\n    b = x\n    return a"))
    assert f"with a = {'x' * (LONGEST - 4)}… (line 2) after line 3" in cause.text.en


CALL, W1 = "        A1, cache1 = linear_activation_forward(X, ", 'parameters["W1"]'
ROUNDS, STEP = "    for i in range(num_iterations):\n", "        parameters = update_parameters(parameters, grads)\n"
# fmt: off
MOVED = [
    ("deep", "initialize_parameters_deep", '        parameters[f"b{l}"]', '    parameters[f"b{l}"]',
     "at the beginning of the loop"),
    ("application", "two_layer_model", f"{ROUNDS}{CALL}{W1}", f"    W1 = {W1}\n{ROUNDS}{CALL}W1",
     "with W1 = parameters['W1'] (line"),
    ("shallow", "train", "    return parameters, costs", "        return parameters, costs",
     "after the loop the function is right"),
    ("shallow", "nn_model", STEP, f"        if _ % 2:\n    {STEP}", "the if the function is right"),
]
"""Chapter, function, old and new code, and words of the answer."""
# fmt: on


@pytest.mark.sweep(2)
@pytest.mark.parametrize(("chapter", "function", "old", "new", "words"), MOVED)
def test_a_statement_in_the_wrong_place_is_the_cause(
    chapter: str, function: str, old: str, new: str, words: str
) -> None:
    verdict = verdict_on(changed(solution(chapter, "numpy", "columns"), function, old, new), chapter, function)
    assert [cause.key for cause in verdict.findings] == ["one statement moved"]
    assert words in message(verdict, "en")


def test_a_return_that_ends_a_loop_is_the_cause_although_the_numbers_look_like_another_mistake() -> None:
    """W1 alone is updated: the numbers are those of biases that are not updated."""
    body = """    for name in parameters:
        parameters[name] = parameters[name] - learning_rate * grads["d" + name]
        return parameters
"""
    text = solution("shallow", "numpy", "rows")
    begin, end = text.index("def update_parameters("), text.index("def train(")
    head = text[begin : text.index("\n", begin) + 1]
    verdict = verdict_on(text[:begin] + head + body + "\n\n" + text[end:], "shallow", "update_parameters")
    assert message(verdict, "en").endswith("after the loop the function is right.")
