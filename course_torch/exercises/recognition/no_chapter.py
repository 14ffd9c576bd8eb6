"""What a file is that belongs to no chapter: a file of another course, a helper file, no Python, or an unknown one."""

import ast
import re
from collections.abc import Iterable

from course_torch.errors import InputError
from course_torch.exercises.learners_file.source import Source
from course_torch.exercises.learners_file.syntax import arguments_of
from course_torch.exercises.recognition.contents import Contents
from course_torch.exercises.tasks.task import Task
from course_torch.language import Text

NONE_FOUND = Text(
    "found {found}, expected functions of a chapter, such as {expected}",
    "找到 {found}，应当有某一章的函数，例如 {expected}",
)
EXAMPLES = "linear_forward(A, W, b) or propagate(w, b, X, Y)"
NOTHING_DEFINED = Text("no function", "没有函数")
MORE = Text("{found} and {n} more", "{found} 等，另有 {n} 个")
OF_OTHER_COURSES = (
    # course 2: initialization, regularization, gradient checking, optimization, helper functions, TensorFlow
    "initialize_parameters_zeros initialize_parameters_random initialize_parameters_he "
    "compute_cost_with_regularization backward_propagation_with_regularization forward_propagation_with_dropout "
    "backward_propagation_with_dropout gradient_check forward_propagation_n backward_propagation_n gradient_check_n "
    "dictionary_to_vector vector_to_dictionary gradients_to_vector update_parameters_with_gd random_mini_batches "
    "initialize_velocity update_parameters_with_momentum initialize_adam update_parameters_with_adam update_lr "
    "schedule_lr_decay load_params_and_grads load_2D_dataset load_cat_dataset predict_dec linear_function "
    "one_hot_matrix create_placeholders compute_total_loss convert_to_one_hot "
    # course 4
    "zero_pad conv_single_step conv_forward pool_forward conv_backward create_mask_from_window distribute_value "
    "pool_backward convolutional_model identity_block convolutional_block yolo_filter_boxes "
    "yolo_non_max_suppression yolo_eval triplet_loss who_is_it compute_content_cost gram_matrix "
    "compute_layer_style_cost unet_model upsampling_block "
    # course 5
    "rnn_cell_forward rnn_forward lstm_cell_forward lstm_forward rnn_cell_backward rnn_backward lstm_cell_backward "
    "lstm_backward complete_analogy neutralize sentence_to_avg sentences_to_indices one_step_attention "
    "positional_encoding scaled_dot_product_attention"
)
"""Functions that only the notebooks and the helper files of other courses define."""
ANOTHER_COURSE = Text(
    "this file is of another course ({functions}): the functions of course 1 are judged, no others",
    "这个文件属于另一门课（{functions}）：这里只检查第 1 门课的函数",
)
HELPERS = re.compile(r"(dnn_utils|dnn_app_utils|planar_utils|lr_utils|test_?cases?|public_tests?)\w*", re.IGNORECASE)
"""The name of a file that the course hands out, without its ending."""
HELPER_FILE = Text(
    "this is a file that the course hands out: judged is the notebook or the file in which you wrote the functions",
    "这是课程提供的文件：请检查你自己写函数的笔记本或文件",
)
MOST_SHOWN = 5
"""Functions that are shown of a file that belongs to no chapter."""


def what_else(every: list[Contents]) -> Text | None:
    """What a file is that belongs to no chapter: a file of another course, a helper file, or an unknown one.

    every   the `contents_of` the file
    """
    best, source = every[0], every[0].source
    asked = sum(task.in_assignment for task in best.fitting)
    if asked <= 1 and HELPERS.fullmatch(source.path.stem):
        return HELPER_FILE
    known = {*OF_OTHER_COURSES.split()}
    others = [name for name in source.functions if name in known]
    if others and len(others) >= asked - len(best.misfits):
        return ANOTHER_COURSE.fill(functions=", ".join(others[:MOST_SHOWN]))
    fit = {task.name for contents in every for task in contents.fitting}
    misfits = {task.name: task for contents in every for task in contents.misfits if task.name not in fit}
    if best.fitting and len(misfits) <= len(best.fitting):
        return None
    check_python(source, every)
    return nothing_known(source, [*misfits.values()])


def nothing_known(source: Source, misfits: list[Task]) -> Text:
    """Which functions and classes a file has that belongs to no chapter, and the arguments that a chapter expects."""
    names = [f"{node.name}({', '.join(arguments_of(node))})" for node in source.top(ast.FunctionDef)]
    names += [f"class {node.name}" for node in source.top(ast.ClassDef)]
    found: str | Text = ", ".join(names[:MOST_SHOWN]) or NOTHING_DEFINED
    if len(names) > MOST_SHOWN:
        found = MORE.fill(found=found, n=len(names) - MOST_SHOWN)
    expected = ", ".join(f"{task.name}({task.signature})" for task in misfits[:MOST_SHOWN]) or EXAMPLES
    return NONE_FOUND.fill(found=found, expected=expected)


def check_python(source: Source, every: Iterable[Contents]) -> None:
    """Reject a file that is not Python where functions of the chapters may have been. Raises InputError."""
    if source.problems and not any(contents.defined for contents in every):
        raise InputError(source.not_python)
