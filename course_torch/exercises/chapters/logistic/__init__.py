"""Chapter logistic: logistic regression, from the sigmoid to predicted labels (notes 1.2, 1.3, 1.5)."""

from course_torch.exercises.chapters.flower import by_optimize, drawn
from course_torch.exercises.chapters.logistic.forward import LOGISTIC_COST, LOGISTIC_SIGMOID, LOSS
from course_torch.exercises.chapters.logistic.gradients import BIAS_GRADIENT, OUTPUT_GRADIENT, WEIGHT_GRADIENT
from course_torch.exercises.chapters.logistic.initial import INITIAL
from course_torch.exercises.chapters.logistic.moderate import moderate
from course_torch.exercises.chapters.logistic.optimize import OPTIMIZE
from course_torch.exercises.chapters.logistic.prediction import PREDICT
from course_torch.exercises.chapters.logistic.propagation import PROPAGATE
from course_torch.exercises.chapters.logistic.update import UPDATE
from course_torch.exercises.setting import Setting, setting, smallest_setting
from course_torch.exercises.task import Chapter
from course_torch.language import Text


def settings(seed: int) -> list[Setting]:
    """Several numbers of features and examples, one class only, and one example."""
    drawn = [
        setting([5, 1], "relu", 7, seed),
        setting([3, 1], "relu", 11, seed + 1),
        setting([6, 1], "relu", 11, seed + 2, labels="0"),
        setting([4, 1], "relu", 7, seed + 3, labels="1"),
        setting([5, 1], "relu", 1, seed + 4),
    ]
    return [moderate(each) for each in drawn]


def all_equal(seed: int) -> list[Setting]:
    """As many features as examples, so that no product fails for its shapes."""
    return [setting([5, 1], "relu", 5, seed + 5), setting([6, 1], "relu", 6, seed + 6)]


WHOLE_PASS = """
def course_torch_pass(X, Y, parameters):
    W, b = parameters["W1"], parameters["b1"]
    grads, cost = propagate(W.T, b[0, 0], X, Y)
    return {"cost": cost, "dW1": grads["dw"].T, "db1": 0 * b + grads["db"]}
"""
STRAIGHT = Text(
    " (a straight line cannot separate the flower: chapter shallow can)",
    "（直线分不开花形数据：shallow 章的网络可以）",
)

LOGISTIC = Chapter(
    name="logistic",
    title=Text("logistic regression", "Logistic 回归"),
    sections="1.2, 1.3, 1.5",
    tasks=(
        LOGISTIC_SIGMOID,
        INITIAL,
        LOSS,
        LOGISTIC_COST,
        OUTPUT_GRADIENT,
        WEIGHT_GRADIENT,
        BIAS_GRADIENT,
        PROPAGATE,
        UPDATE,
        OPTIMIZE,
        PREDICT,
    ),
    settings=settings,
    all_equal=all_equal,
    smallest=lambda: [smallest_setting([2, 1], "relu")],
    whole_pass=WHOLE_PASS,
    hidden_activation="relu",
    layers=1,
    training=by_optimize(drawn([2, 1], "relu", "zeros"), learning_rate=1.0, iterations=1000, note=STRAIGHT),
)
