"""Chapter application: the models of two and of L layers that train on pictures, and their predictions (notes 3.3).

It is the second part of the course's fourth assignment. Its other functions are those of chapters shallow and deep, and
they are given: in the file that `course-torch exercise` writes, and to a notebook that imports them.
"""

from collections.abc import Iterator

from course_torch.exercises.tasks.cases import Sizes, TestCase
from course_torch.exercises.tasks.deep import CHAPTER as DEEP
from course_torch.exercises.tasks.shared import ALPHA, model_call
from course_torch.exercises.tasks.task import Call, Chapter, task
from course_torch.language import Text

DEFAULTS = "learning_rate=0.0075, num_iterations=3000"


def trained_model(case: TestCase) -> Call:
    dims = {"layers_dims": list(case.network.layer_sizes), "learning_rate": ALPHA}
    return model_call(case, {"X": case.X, "Y": case.Y, **dims})


# A task is a row of a table.
# fmt: off
@task("3.3", f"X, Y, layers_dims, {DEFAULTS} -> parameters",
      formulas="A1 = relu(X W1ᵀ + b1), A2 = sigmoid(A1 W2ᵀ + b2)  # columns: X W1ᵀ -> W1 X; A1 W2ᵀ -> W2 A1\n"
               "dA2 = -Y/A2 + (1 - Y)/(1 - A2) → dW2, db2, dA1 → dW1, db1 → W, b",
      en="Train a network of two layers. layers_dims = [n_x, n_h, n_y]. Returns the parameters after num_iterations "
         "updates, and a list of costs of your choice, in which the first is J before the first update.",
      zh="训练两层的网络。layers_dims = [n_x, n_h, n_y]。返回 num_iterations 次更新之后的参数，以及成本的列表"
         "（由你决定，其中第一个是第一次更新之前的 J）。",
      changes=True, further=("print_cost",))
def two_layer_model(case: TestCase) -> Iterator[Call]:
    if case.L == 2:
        yield trained_model(case)


@task("3.3", f"X, Y, layers_dims, {DEFAULTS} -> parameters", formulas="A[L] → J → dW, db → W, b",
      en="Train a network of L layers. layers_dims = [n_x, n_1, …, n_L]. Returns the parameters after num_iterations "
         "updates, and a list of costs of your choice, in which the first is J before the first update.",
      zh="训练 L 层的网络。layers_dims = [n_x, n_1, …, n_L]。返回 num_iterations 次更新之后的参数，以及成本的列表"
         "（由你决定，其中第一个是第一次更新之前的 J）。",
      changes=True, further=("print_cost",))
def L_layer_model(case: TestCase) -> Iterator[Call]:
    yield trained_model(case)


@task("3.2", "X, y, parameters -> p", formulas="ŷ = 1 (A[L] > 0.5), 0 (A[L] <= 0.5)\nX (m, n_x), y, p (m, 1)",
      en="The predicted label of each example, 0 or 1. The labels y may be used to print the accuracy.",
      zh="每个样本的预测标签，0 或 1。标签 y 可以用来打印准确率。", in_assignment=False)
def predict(case: TestCase) -> Iterator[Call]:
    labels = (case.caches[-1].A > 0.5).double()
    yield Call({"X": case.X, "y": case.Y, "parameters": case.parameters}, labels, case)


GIVEN = {
    "shallow": ("initialize_parameters",), "deep": tuple(task.name for task in DEEP.tasks if task.in_assignment),
}
"""Chapter -> its functions that the course's notebook imports: the first part of the assignment."""
CHAPTER = Chapter(
    "application", Text("an application of deep networks", "深层网络的应用"), "3.2, 3.3",
    tasks=(two_layer_model, L_layer_model, predict),
    sizes=(  # two layers, distinct widths, more layers, one class only, and one example
        Sizes([5, 4, 1], 7), Sizes([4, 6, 1], 11), Sizes([6, 5, 3, 1], 11), Sizes([5, 4, 4, 3, 1], 7),
        Sizes([6, 5, 1], 7, labels="1"), Sizes([5, 4, 1], 1),
    ),
    equal_sizes=(Sizes([5, 5, 1], 5), Sizes([6, 6, 6, 1], 6)),
    smallest_size=Sizes([2, 2, 1], 3, one_decimal=True),
    assignment=Chapter.Assignment(
        helpers={**DEEP.assignment.helpers,
                 **{name: f"{chapter}.{name}" for chapter in GIVEN for name in GIVEN[chapter]}},
        other_part=GIVEN,
    ),
)
