"""Files that hold no assignment of this course: assignments of other courses, and helper files of the course."""

import re

from course_torch.exercises.learners_file.source import Source
from course_torch.language import Text

COURSE_4 = Text("course 4 (convolutional networks)", "第 4 门课（卷积神经网络）")
COURSE_5 = Text("course 5 (sequence models)", "第 5 门课（序列模型）")
COURSES: dict[Text, str] = {
    Text("course 2, Initialization", "第 2 门课，参数初始化"): (
        "initialize_parameters_zeros initialize_parameters_random initialize_parameters_he"
    ),
    Text("course 2, Regularization", "第 2 门课，正则化"): (
        "compute_cost_with_regularization backward_propagation_with_regularization forward_propagation_with_dropout "
        "backward_propagation_with_dropout"
    ),
    Text("course 2, Gradient Checking", "第 2 门课，梯度检验"): (
        "gradient_check forward_propagation_n backward_propagation_n gradient_check_n dictionary_to_vector "
        "vector_to_dictionary gradients_to_vector"
    ),
    Text("course 2, Optimization Methods", "第 2 门课，优化算法"): (
        "update_parameters_with_gd random_mini_batches initialize_velocity update_parameters_with_momentum "
        "initialize_adam update_parameters_with_adam update_lr schedule_lr_decay"
    ),
    Text(
        "course 2, helper functions", "第 2 门课，辅助函数"
    ): "load_params_and_grads load_2D_dataset load_cat_dataset predict_dec",
    Text("course 2, TensorFlow", "第 2 门课，TensorFlow"): (
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
"""Functions of another course that are shown."""


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
