"""The solutions of the exercises agree in both layouts, and each edit of a function changes one of them."""

import ast
from collections import Counter

import numpy as np
import pytest

from course_torch.exercises.tasks import CHAPTERS
from course_torch.language import LANGUAGES
from course_torch.mistakes import MISTAKES, RECORDS
from course_torch.mistakes.record import REFERENCE, Edit, Mistake, mistake
from course_torch.mistakes.solution import FORMS, change_of, changed, functions, in_layout, solution

NUMPY_FORMS = [form for form in FORMS if form[0] == "numpy"]


def edits_of_no_solution(records: list[Mistake]) -> list[str]:
    """One line for each edit of a function that changes no solution, with the key of its record."""
    return [
        f"{record.key}: {edit.place} {edit.old!r}"
        for record in records
        for edit in record.edits
        if edit.place not in REFERENCE
        and not any(change_of(edit, chapter, *form) for chapter in CHAPTERS for form in NUMPY_FORMS)
    ]


def edits_of_one_layout(records: list[Mistake]) -> list[str]:
    """One line for each edit that is possible in one layout only, although it does not say so."""
    return [
        f"{record.key}: {edit.place} {edit.old!r} in {chapter}"
        for record in records
        for edit in record.edits
        if edit.need != "rows"
        for chapter in CHAPTERS
        if edit.place in functions(chapter)
        and len({change_of(edit, chapter, *form) is None for form in NUMPY_FORMS}) > 1
    ]


def new(edit: Edit) -> Mistake:
    return mistake("new", "新的", "2.5", "it is new", "新的错误", edit)


def test_each_edit_of_a_function_changes_a_solution_in_both_layouts() -> None:
    records = list(MISTAKES.values())
    assert edits_of_no_solution(records) == []
    assert edits_of_one_layout(records) == []


def test_a_record_whose_edit_changes_no_solution_is_named() -> None:
    assert edits_of_no_solution([new(Edit("relu", "Z * 7", "Z"))]) == ["new: relu 'Z * 7'"]
    assert edits_of_no_solution([new(Edit("rule", "Z", "A"))]) == ["new: rule 'Z'"]


def test_a_record_whose_edit_is_possible_in_rows_only_is_named() -> None:
    assert edits_of_one_layout([new(Edit("weight_gradient", "X.T", "X"))]) == ["new: weight_gradient 'X.T' in logistic"]
    assert edits_of_one_layout([new(Edit("weight_gradient", "X.T", "X", need="rows"))]) == []


def test_an_edit_in_columns_changes_the_text_of_the_columns() -> None:
    edit = Edit("linear_backward", "dZ @ W", "dZ * W", columns=("W.T @ dZ", "W.T * dZ"))
    assert change_of(edit, "deep", "numpy", "rows") == ("dZ @ W", "dZ * W")
    assert change_of(edit, "deep", "numpy", "columns") == ("W.T @ dZ", "W.T * dZ")
    assert change_of(edit, "shallow", "numpy", "rows") is None


def test_keys_and_sentences_of_records_are_unique() -> None:
    for word in (lambda record: record.key, *(lambda record, to=to: record.sentence.say(to) for to in LANGUAGES)):
        assert [text for text, count in Counter(map(word, RECORDS)).items() if count > 1] == []


def test_placeholders_are_the_same_in_both_languages_and_each_edit_gives_its_value() -> None:
    for record in RECORDS:
        names = [{part.split("}")[0] for part in record.sentence.say(to).split("{")[1:]} for to in LANGUAGES]
        assert names[0] == names[1], record.key
        assert all(("value" in names[0]) is bool(edit.value) for edit in record.edits), record.key


def test_a_comment_of_a_line_gives_the_line_in_columns() -> None:
    line = "    m = X.shape[0] + Y.shape[0]  # columns: X.shape[0] -> X.shape[1]; Y.shape[0] -> Y.shape[1]"
    assert in_layout(line, "rows") == "    m = X.shape[0] + Y.shape[0]"
    assert in_layout(line, "columns") == "    m = X.shape[1] + Y.shape[1]"


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_solution_defines_the_functions_of_its_chapter(chapter: str) -> None:
    assert [task.name for task in CHAPTERS[chapter].tasks if task.name not in functions(chapter)] == []
    for library, layout in FORMS:
        ast.parse(solution(chapter, library, layout))


def test_both_layouts_compute_the_same_gradients() -> None:
    generator = np.random.default_rng(0)
    dZ, A_prev, W = (generator.normal(size=size) for size in ((5, 2), (5, 3), (2, 3)))
    found = []
    for layout, turned in (("rows", lambda x: x), ("columns", lambda x: x.T)):
        namespace: dict = {}
        exec(solution("deep", "numpy", layout), namespace)
        dA_prev, dW, db = namespace["linear_backward"](turned(dZ), (turned(A_prev), W, None))
        found.append((turned(dA_prev), dW, turned(db)))
    assert all(np.allclose(one, other) for one, other in zip(*found, strict=True))


def test_a_change_of_code_that_is_not_there_is_an_error() -> None:
    with pytest.raises(ValueError, match="relu: Z \\* 7"):
        changed("def relu(Z):\n    return Z\n", "relu", "Z * 7", "Z")
