"""Call the whole pass of a learner's file: J and the gradients, or why there are none."""

from collections.abc import Mapping

from torch import Tensor

from course_torch.exercises.judge.verdicts import not_loaded
from course_torch.exercises.recognition.whole_pass import NAME
from course_torch.exercises.sandbox.layout import Part, all_handed, parts
from course_torch.exercises.sandbox.process import Failure, Learner
from course_torch.language import NOTHING, Text

PART = Text("{name}: found {found}, expected {expected}", "{name}：得到 {found}，应当是 {expected}")
SHAPE = Text(
    "shape of {name} (in rows): found {found}, expected {expected}",
    "{name} 的形状（按行）：得到 {found}，应当是 {expected}",
)
NO_RETURN = Text(
    "its forward and backward pass did not return: it computed or waited for {message} s",
    "它的正向传播和反向传播没有返回：已经计算或等待了 {message} 秒",
)
ENDED = Text(
    "its forward and backward pass ended the process ({message})", "它的正向传播和反向传播使进程结束（{message}）"
)
RAISES = Text(
    "its forward and backward pass raises {type}{place}{message}", "它的正向传播和反向传播{place}抛出 {type}{message}"
)
WHERE = Text(" in {where}", "在 {where} 中")


def run_pass(
    learner: Learner, X: Tensor, Y: Tensor, parameters: Mapping[str, Tensor], patience: float = 0
) -> dict[str, Tensor] | Text:
    """cost, dW1, db1, … by the learner's forward and backward pass, or why there are none.

    parameters   W1, b1, … WL, bL
    patience     seconds of processor time after which the call fails; 0 is no limit

    Raises ValueError if the examples are too large for one call.
    """
    layout = learner.source.layout
    arguments = all_handed({"X": X, "Y": Y, "parameters": dict(parameters)}, layout)
    answer = learner.call(NAME, arguments, patience=patience)
    if isinstance(answer, Failure):
        return not_loaded(answer) if learner.failure else failed_call(answer)
    right = {"cost": X.new_zeros(()), **{f"d{name}": tensor for name, tensor in parameters.items()}}
    found: dict[str, Tensor] = {}
    for part in parts(answer.result, right, "result", layout):
        if not isinstance(part, Part):
            return PART.fill(**part._asdict())
        if part.found.shape != part.right.shape:
            shapes = {"found": tuple(part.found.shape), "expected": tuple(part.right.shape)}
            return SHAPE.fill(name=part.name, **shapes)
        found[part.name] = part.found
    return found


def failed_call(failure: Failure) -> Text:
    """Why the forward and backward pass of a file gave no result."""
    if failure.type in ("timeout", "NotReturning", "end"):
        return (ENDED if failure.type == "end" else NO_RETURN).fill(message=failure.message)
    place = WHERE.fill(where=failure.where) if failure.where else NOTHING
    return RAISES.fill(type=failure.type, place=place, message=failure.message and f": {failure.message}")
