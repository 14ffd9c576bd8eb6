"""Chapter deep: a network of L layers, from the initial parameters to the training loop (notes 3.1 to 3.3)."""

import torch
from torch import Tensor

from course_torch.exercises.chapters.activations import RELU, SIGMOID
from course_torch.exercises.chapters.cost import COST
from course_torch.exercises.chapters.deep.activation_backward import OUTPUT_GRADIENT, RELU_BACKWARD, SIGMOID_BACKWARD
from course_torch.exercises.chapters.deep.backward import BLOCK_BACKWARD, LINEAR_BACKWARD
from course_torch.exercises.chapters.deep.forward import BLOCK_FORWARD, LINEAR_FORWARD, MODEL_FORWARD
from course_torch.exercises.chapters.deep.initial import INITIAL
from course_torch.exercises.chapters.deep.model_backward import MODEL_BACKWARD
from course_torch.exercises.chapters.flower import by_train, drawn
from course_torch.exercises.chapters.training import training
from course_torch.exercises.chapters.update import UPDATE
from course_torch.exercises.setting import Setting, setting, smallest_setting
from course_torch.exercises.task import Chapter
from course_torch.formulas.activations import relu
from course_torch.language import Text


def settings(seed: int) -> list[Setting]:
    """L from 1 to 4, distinct and equal widths, one example, one class only, and a ReLU unit at exactly 0."""
    return [
        setting([5, 4, 3, 1], "relu", 7, seed),
        setting([4, 6, 3, 2, 1], "relu", 11, seed + 1),
        setting([4, 3, 3, 1], "relu", 7, seed + 2, zero_unit=True),
        setting([6, 5, 1], "relu", 11, seed + 3, labels="0"),
        setting([6, 5, 1], "relu", 7, seed + 4, labels="1"),
        setting([3, 1], "relu", 7, seed + 5),
        setting([5, 4, 3, 1], "relu", 1, seed + 6),
    ]


def all_equal(seed: int) -> list[Setting]:
    """As many features, hidden units and examples, so that no product of hidden layers fails for its shapes."""
    return [setting([5, 5, 5, 1], "relu", 5, seed + 7), setting([6, 6, 6, 6, 1], "relu", 6, seed + 8)]


def relu_with_slope_1(Z: Tensor) -> Tensor:
    """ReLU whose derivative at 0 is 1, which the notes allow too."""
    return torch.where(Z >= 0, Z, 0)


WHOLE_PASS = """
def course_torch_pass(X, Y, parameters):
    AL, caches = L_model_forward(X, parameters)
    return {"cost": compute_cost(AL, Y), **L_model_backward(AL, Y, caches)}
"""

DEEP = Chapter(
    name="deep",
    title=Text("a network of L layers", "L 层神经网络"),
    sections="3.1 – 3.3",
    tasks=(
        INITIAL,
        LINEAR_FORWARD,
        SIGMOID,
        RELU,
        BLOCK_FORWARD,
        MODEL_FORWARD,
        COST,
        OUTPUT_GRADIENT,
        LINEAR_BACKWARD,
        RELU_BACKWARD,
        SIGMOID_BACKWARD,
        BLOCK_BACKWARD,
        MODEL_BACKWARD,
        UPDATE,
        training("3.3", "AL", relu, relu_with_slope_1),
    ),
    settings=settings,
    all_equal=all_equal,
    smallest=lambda: [smallest_setting([2, 2, 1], "relu")],
    helpers={
        "sigmoid": "sigmoid with cache",
        "relu": "relu",
        "sigmoid_backward": "sigmoid_backward",
        "relu_backward": "relu_backward",
    },
    whole_pass=WHOLE_PASS,
    hidden_activation="relu",
    training=by_train(drawn([2, 8, 4, 1], "relu", "he"), learning_rate=0.3, iterations=2000),
)
