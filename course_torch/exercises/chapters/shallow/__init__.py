"""Chapter shallow: a network with one hidden layer of tanh units (notes 2.1 to 2.5)."""

from dataclasses import replace

from course_torch.exercises.chapters.activations import RELU, SIGMOID
from course_torch.exercises.chapters.flower import by_train, drawn
from course_torch.exercises.chapters.shallow.activations import LEAKY_RELU, TANH
from course_torch.exercises.chapters.shallow.backward import BACKWARD
from course_torch.exercises.chapters.shallow.derivatives import SIGMOID_DERIVATIVE, TANH_DERIVATIVE
from course_torch.exercises.chapters.shallow.forward import COST_OF_A2, FORWARD
from course_torch.exercises.chapters.shallow.initial import INITIAL, LAYER_SIZES
from course_torch.exercises.chapters.shallow.nodes import NODE_BY_NODE
from course_torch.exercises.chapters.shallow.predict import PREDICT
from course_torch.exercises.chapters.shallow.relu_derivatives import LEAKY_RELU_DERIVATIVE, RELU_DERIVATIVE
from course_torch.exercises.chapters.training import training
from course_torch.exercises.chapters.update import UPDATE
from course_torch.exercises.setting import Setting, setting, smallest_setting
from course_torch.exercises.task import Chapter
from course_torch.formulas.activations import tanh
from course_torch.language import Text


def settings(seed: int) -> list[Setting]:
    """Distinct and equal widths, one example, and one class only."""
    return [
        setting([5, 4, 1], "tanh", 7, seed),
        setting([3, 6, 1], "tanh", 11, seed + 1),
        setting([4, 4, 1], "tanh", 7, seed + 2),
        setting([6, 5, 1], "tanh", 11, seed + 3, labels="0"),
        setting([6, 5, 1], "tanh", 7, seed + 4, labels="1"),
        setting([5, 4, 1], "tanh", 1, seed + 5),
    ]


def all_equal(seed: int) -> list[Setting]:
    """As many features, hidden units and examples, so that no product of the hidden layer fails for its shapes."""
    return [setting([5, 5, 1], "tanh", 5, seed + 6), setting([6, 6, 1], "tanh", 6, seed + 7)]


WHOLE_PASS = """
def course_torch_pass(X, Y, parameters):
    A2, cache = forward_propagation(X, parameters)
    return {"cost": compute_cost(A2, Y), **backward_propagation(parameters, cache, X, Y)}
"""

SHALLOW = Chapter(
    name="shallow",
    title=Text("a network with one hidden layer", "单隐层神经网络"),
    sections="2.1 – 2.5",
    tasks=(
        LAYER_SIZES,
        INITIAL,
        NODE_BY_NODE,
        SIGMOID,
        TANH,
        RELU,
        LEAKY_RELU,
        SIGMOID_DERIVATIVE,
        TANH_DERIVATIVE,
        RELU_DERIVATIVE,
        LEAKY_RELU_DERIVATIVE,
        FORWARD,
        COST_OF_A2,
        BACKWARD,
        replace(UPDATE, signature="parameters, grads, learning_rate=1.2"),
        training("2.5", "A2", tanh),
        PREDICT,
    ),
    settings=settings,
    all_equal=all_equal,
    smallest=lambda: [smallest_setting([2, 2, 1], "tanh")],
    helpers={"sigmoid": "sigmoid"},
    whole_pass=WHOLE_PASS,
    hidden_activation="tanh",
    layers=2,
    training=by_train(drawn([2, 4, 1], "tanh", "small"), learning_rate=1.2, iterations=3000),
)
