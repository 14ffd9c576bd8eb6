"""Which chapter a file belongs to, which of its functions are judged, and which functions they use."""

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from course_torch.errors import InputError, check_name
from course_torch.exercises.recognition.signatures import (
    PASS,
    arguments_of,
    places,
    required_by,
    takes,
    under_other_names,
)
from course_torch.exercises.sandbox.source import Function, Piece, Source, nodes_of, text_at
from course_torch.exercises.tasks import CHAPTERS
from course_torch.exercises.tasks.nbgrader import TEST_CELLS
from course_torch.exercises.tasks.task import Chapter, Task
from course_torch.language import Text

NONE_FOUND = Text(
    "found {found}, expected functions of a chapter, such as {expected}",
    "找到 {found}，应当有某一章的函数，例如 {expected}",
)
EXAMPLES = "linear_forward(A, W, b) or propagate(w, b, X, Y)"
NOTHING_DEFINED = Text("no function", "没有函数")
MORE = Text("{found} and {n} more", "{found} 等，另有 {n} 个")
ANSWERS = Text(
    "the file imports course_torch, which is empty while the file is judged, because its formulas are the answers",
    "文件导入了 course_torch；检查时它是空的，因为其中的公式就是答案",
)
ASKED_TOO: dict[str, dict[str, tuple[str, ...]]] = {"deep": {"shallow": ("initialize_parameters",)}}
"""Chapter -> functions of another chapter for which its assignment asks too."""
BESIDE: dict[str, dict[str, tuple[str, ...]]] = {
    "deep": {"application": ("two_layer_model", "L_layer_model", "predict")},
    "application": {
        "shallow": ("initialize_parameters",),
        "deep": tuple(task.name for task in CHAPTERS["deep"].tasks if task.in_assignment),
    },
}
"""Chapter -> functions of the other part of its assignment, which a file may hold beside its own."""
ENOUGH = 2
"""Functions that show that a file holds a second assignment. One such function may be a helper."""


def chapter_of(source: Source) -> Chapter:
    """The chapter that the file names, or the chapter with most of the functions that the file defines.

    Raises InputError if there is none.
    """
    return chapters_of(source)[0]


def chapters_of(source: Source) -> list[Chapter]:
    """The chapter that the file names, or that its docstrings show, or those whose assignments it holds.

    The chapter with most functions is the first. Raises InputError.
    """
    named = source.constants.get("CHAPTER")
    if named is not None:
        check_name(f"{source.path}: CHAPTER", str(named), CHAPTERS)
        return [CHAPTERS[named]]
    if source.stubs:
        return [
            max(CHAPTERS.values(), key=lambda chapter: len({task.name for task in chapter.tasks} & {*source.stubs}))
        ]
    if what := what_else(source):
        raise InputError(f"{source.path}: {what.en}", f"{source.path}：{what.zh}")
    chapters = sorted(CHAPTERS.values(), key=lambda chapter: evidence(source, chapter), reverse=True)
    found, known = chapters[:1], {name for task in chapters[0].tasks for name in task.names}
    for chapter in chapters[1:]:
        asked = {task.name for task in fitting(source, chapter) if task.in_assignment} - known
        if len(asked) >= ENOUGH:
            found.append(chapter)
            known |= asked
    return found


def evidence(source: Source, chapter: Chapter) -> tuple[int, int]:
    """How many functions of the chapter the file has, less those with other arguments, and how many by another name."""
    own, fit = defined(source, chapter), fitting(source, chapter)
    return 2 * len(fit) - len(own), len(under_other_names(source, chapter.tasks))


def what_else(source: Source) -> Text | None:
    """What a file is that belongs to no chapter: a file of another course, a helper file, or an unknown one."""
    best = best_chapter(source)
    fit = fitting(source, best)
    misfits = [task for task in defined(source, best) if not takes(source.functions[task.name], task)]
    asked = sum(task.in_assignment for task in fit)
    if asked <= 1 and (what := helper_file(source)):
        return what
    if what := other_course(source, asked - len(misfits)):
        return what
    if fit and len(misfits) <= len(fit):
        return None
    check_python(source, CHAPTERS.values())
    return nothing_known(source, misfits)


def nothing_known(source: Source, misfits: list[Task]) -> Text:
    """Which functions and classes a file has that belongs to no chapter, and the arguments that a chapter expects."""
    names = [f"{node.name}({', '.join(arguments_of(node))})" for node in source.top(ast.FunctionDef)]
    names += [f"class {node.name}" for node in source.top(ast.ClassDef)]
    found: str | Text = ", ".join(names[:MOST_SHOWN]) or NOTHING_DEFINED
    if len(names) > MOST_SHOWN:
        found = MORE.fill(found=found, n=len(names) - MOST_SHOWN)
    expected = ", ".join(f"{task.name}({task.signature})" for task in misfits[:MOST_SHOWN]) or EXAMPLES
    return NONE_FOUND.fill(found=found, expected=expected)


def check_python(source: Source, chapters: Iterable[Chapter]) -> None:
    """Reject a file that is not Python where functions of the chapters may have been. Raises InputError."""
    if source.problems and not any(defined(source, chapter) for chapter in chapters):
        raise InputError(source.not_python)


def best_chapter(source: Source) -> Chapter:
    """The chapter with most of the functions that the file defines, counting those that take the same arguments."""
    return max(CHAPTERS.values(), key=lambda chapter: (len(fitting(source, chapter)), len(defined(source, chapter))))


def tasks_of(source: Source, chapter: Chapter) -> list[Task]:
    """All functions of the chapter, or of an assignment of the course those that it asks for or that are defined.

    A function that an assignment does not ask for and imports is that of a helper file, such as `sigmoid` of week 4.
    """
    present = {task.names: task for task in present_in(source, chapter)}
    own = {task.names for task in present.values() if task.name not in imported_names(source)}
    asked = [task for task in chapter.tasks if source.is_exercise or task.in_assignment or task.names in own]
    return [present.get(task.names, task) for task in asked]


def present_in(source: Source, chapter: Chapter) -> list[Task]:
    """The functions of the chapter that the file defines, also under a name of its own."""
    return [*defined(source, chapter), *under_other_names(source, chapter.tasks)]


def parts_beside(source: Source, chapter: Chapter, found: Sequence[Chapter], *, other_parts: bool) -> list[Chapter]:
    """Other chapters, reduced to the functions of the file that the assignment of this chapter has too.

    found         the chapters whose functions are all judged
    other_parts   whether functions of another part of the assignment belong to them
    """
    further = {**ASKED_TOO.get(chapter.name, {}), **(BESIDE.get(chapter.name, {}) if other_parts else {})}
    parts = []
    for name, functions in further.items() if not source.is_exercise else ():
        other = CHAPTERS[name]
        fit = {task.names: task for task in fitting(source, other)}
        asked = [fit.get(task.names, task) for task in other.tasks if task.names[0] in functions]
        absent_too = name in ASKED_TOO.get(chapter.name, {})
        tasks = tuple(task for task in asked if task.names in fit or (absent_too and task.name not in source.functions))
        if tasks and other not in found:
            parts.append(replace(other, tasks=tasks))
    return parts


def unjudged(source: Source, judged: Iterable[str]) -> list[str]:
    """The functions of a file that are Python and that are not judged, of an exercise only if it lacks a function."""
    if source.is_exercise and source.functions.keys() >= {*judged}:
        return []
    names = dict.fromkeys(node.name for node in source.top(ast.FunctionDef))
    return [name for name in names if name not in {*judged, *source.broken}]


def answers_imported(source: Source) -> list[Text]:
    """The sentence for a file that imports course_torch, beside what its test cells import."""
    names = source.imported - {TEST_CELLS}
    return [ANSWERS] if any(name.partition(".")[0] == "course_torch" for name in names) else []


def defined(source: Source, chapter: Chapter) -> list[Task]:
    """The functions of the chapter that the file defines, under the names that they have there."""
    written = ((task, name) for task in chapter.tasks for name in task.names if name in source.functions)
    return [replace(task, name=name) for task, name in {task.names: (task, name) for task, name in written}.values()]


def fitting(source: Source, chapter: Chapter) -> list[Task]:
    """The functions of the chapter that the file defines with the chapter's arguments."""
    return [task for task in defined(source, chapter) if takes(source.functions[task.name], task)]


def for_chapter(source: Source, chapter: Chapter) -> Source:
    """The file with the chapter's functions defined again at its end, where something else has their name later.

    In the assignments of two weeks in one file, both define `predict`, and one imports the `sigmoid` of the other.
    """
    imported = imported_names(source)
    hidden = [
        task
        for task in (() if source.is_exercise else defined(source, chapter))
        if (task.in_assignment and task.name in imported) or not takes(source.functions[task.name], task)
    ]
    again = (piece for task in hidden for piece in [*definitions(source, task)][-1:])
    return replace(source, pieces=(*source.pieces, *again))


def imported_names(source: Source) -> set[str]:
    """The names that `from … import` makes at the top level."""
    return {alias.asname or alias.name for node in source.top(ast.ImportFrom) for alias in node.names}


def definitions(source: Source, task: Task) -> Iterator[Piece]:
    """The definitions of a function that take the arguments of the task, each alone on its own lines."""
    for piece, tree in zip(source.pieces, source.trees, strict=True):
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and node.name == task.name and takes(node, task) and not piece.problem:
                yield piece._replace(code="\n" * (node.lineno - 1) + text_at(piece.code, node))


NAME = "course_torch_pass"
"""The function that is added to a learner's file: it calls the learner's functions, from X to the gradients."""


def with_pass(source: Source, chapter: Chapter, parts: Iterable[Chapter] = ()) -> Source:
    """The file with the chapter's function NAME at its end. Only what the functions of the chapters need runs."""
    training = [chapter.training.function] if chapter.training else []
    tasks = [
        *present_in(source, chapter),
        *(task for part in parts for task in part.tasks if task.name in source.functions),
    ]
    text = chapter.whole_pass
    for task in tasks:
        call = partial(own_call, source.functions[task.name], task)
        text = re.sub(rf"\b{task.names[0]}\((.*?)\)", call, text)
    asked = frozenset([NAME, *training, *(name for task in tasks for name in (task.name, task.names[0]))])
    pieces = (*source.pieces, Piece(PASS, text))
    return replace(source, pieces=pieces, asked=asked)


def own_call(function: Function, task: Task, call: re.Match[str]) -> str:
    """A call in the whole pass, with the function's arguments in its own order, and those that it requires besides."""
    given = dict(enumerate(call[1].split(", ")))
    further = required_by(function)[len(given) :]
    return f"{task.name}({', '.join([*(given[place] for place in places(function, task)), *further])})"


def used_by(source: Source, name: str, without: frozenset[str] = frozenset()) -> set[str]:
    """The functions of the file that a function calls, directly or through others. `without` are left out."""
    used: set[str] = set()
    waiting = [name]
    while waiting:
        function = source.functions[waiting.pop()]
        names = nodes_of(function, ast.Name)
        own = {name.id for name in names if isinstance(name.ctx, ast.Store)}.union(arguments_of(function))
        new = ({name.id for name in names} & source.functions.keys()) - own - used - without
        used |= new
        waiting += new
    return used


COURSE_2 = Text("course 2, {title}", "第 2 门课，{title}")
COURSE_4 = Text("course 4 (convolutional networks)", "第 4 门课（卷积神经网络）")
COURSE_5 = Text("course 5 (sequence models)", "第 5 门课（序列模型）")


def of_course_2(en: str, zh: str) -> Text:
    return COURSE_2.fill(title=Text(en, zh))


COURSES: dict[Text, str] = {
    of_course_2("Initialization", "参数初始化"): (
        "initialize_parameters_zeros initialize_parameters_random initialize_parameters_he"
    ),
    of_course_2("Regularization", "正则化"): (
        "compute_cost_with_regularization backward_propagation_with_regularization forward_propagation_with_dropout "
        "backward_propagation_with_dropout"
    ),
    of_course_2("Gradient Checking", "梯度检验"): (
        "gradient_check forward_propagation_n backward_propagation_n gradient_check_n dictionary_to_vector "
        "vector_to_dictionary gradients_to_vector"
    ),
    of_course_2("Optimization Methods", "优化算法"): (
        "update_parameters_with_gd random_mini_batches initialize_velocity update_parameters_with_momentum "
        "initialize_adam update_parameters_with_adam update_lr schedule_lr_decay"
    ),
    of_course_2("helper functions", "辅助函数"): "load_params_and_grads load_2D_dataset load_cat_dataset predict_dec",
    of_course_2("TensorFlow", "TensorFlow"): (
        "linear_function one_hot_matrix create_placeholders compute_total_loss convert_to_one_hot"
    ),
    COURSE_4: (
        "zero_pad conv_single_step conv_forward pool_forward conv_backward create_mask_from_window distribute_value "
        "pool_backward convolutional_model identity_block convolutional_block yolo_filter_boxes "
        "yolo_non_max_suppression yolo_eval triplet_loss who_is_it compute_content_cost gram_matrix "
        "compute_layer_style_cost unet_model upsampling_block"
    ),
    COURSE_5: (
        "rnn_cell_forward rnn_forward lstm_cell_forward lstm_forward rnn_cell_backward rnn_backward lstm_cell_backward "
        "lstm_backward complete_analogy neutralize sentence_to_avg sentences_to_indices one_step_attention "
        "positional_encoding scaled_dot_product_attention"
    ),
}
"""Assignment of another course -> functions that only its notebook and its helper files define."""
ANOTHER_COURSE = Text(
    "this is {course} ({functions}): the functions of course 1 are judged, no others",
    "这是{course}（{functions}）：这里只检查第 1 门课的函数",
)
HELPERS = {
    r"(dnn_utils|dnn_app_utils|planar_utils|lr_utils)\w*": Text(
        "this is a helper file that the course hands out: judged is the notebook or the file in which you wrote the "
        "functions",
        "这是课程提供的辅助文件：请检查你自己写函数的笔记本或文件",
    ),
    r"(test_?cases?|public_tests?)\w*": Text(
        "this file holds the course's tests: judged is the notebook or the file in which you wrote the functions",
        "这个文件是课程的测试：请检查你自己写函数的笔记本或文件",
    ),
}
"""The name of a helper file of the course, without its ending -> what it is."""
MOST_SHOWN = 5


def other_course(source: Source, own: int) -> Text | None:
    """What the file is if it has at least as many functions of another course as `own`, those of this course."""
    found = {course: [name for name in names.split() if name in source.functions] for course, names in COURSES.items()}
    course, names = max(found.items(), key=lambda entry: len(entry[1]))
    if not names or sum(map(len, found.values())) < own:
        return None
    return ANOTHER_COURSE.fill(course=course, functions=", ".join(names[:MOST_SHOWN]))


def helper_file(source: Source) -> Text | None:
    """What the file is if it has the name of a helper file of the course."""
    name = source.path.stem
    return next((what for names, what in HELPERS.items() if re.fullmatch(names, name, re.IGNORECASE)), None)
