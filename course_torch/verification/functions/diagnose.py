"""Search where a gradient is wrong, and what makes it wrong."""

import re

import torch
from torch import Tensor

from course_torch.float64 import exact
from course_torch.language import NOTHING, Text
from course_torch.text import dtype_name
from course_torch.verification.difference import SAFETY
from course_torch.verification.exceptions import Raised, tried
from course_torch.verification.finding import FormulaFinding
from course_torch.verification.functions.causes import (
    AGAIN,
    EXCHANGED,
    NO_GRADIENT,
    THROUGH,
    THROUGH_ZERO,
    UNKNOWN,
    cause_of,
)
from course_torch.verification.functions.differences import central_differences
from course_torch.verification.functions.fitting import is_near
from course_torch.verification.functions.judge import VISIBLE, Judge, filled
from course_torch.verification.functions.known import FunctionDiagnosis, Known
from course_torch.verification.functions.place import place
from course_torch.verification.functions.probes import (
    LINEAR,
    WITH_ANOTHER,
    changed_grad_outputs,
    changed_orders,
    in_grad_output,
)
from course_torch.verification.functions.subject import Gradients, Named

STEP = 8
"""One entry of so many shows soon whether a gradient is right for other values."""
FEWEST = 4
"""With fewer entries the gradient would be right for some grad_output by chance."""
AS_EXACT = 16
"""How many ε two runs of the same backward may differ. On the CPU they are equal."""
IN_OWN_DTYPE = Text("in float64 it is right: {dtype} loses the digits", "用 float64 算是对的：{dtype} 丢失了数位")
ROUNDED = Text(
    "it is right up to some digits: the function rounds to a narrower dtype, such as float32",
    "它在若干位数字以内是对的：函数内部舍入到了更窄的 dtype，例如 float32",
)
CHANGED = Text("the function changes {name} in place", "函数直接改写了 {name}")
OF_SHAPES = re.compile(r"gradient at index (\d+) - got \[([\d, ]*)\] but expected shape compatible with \[([\d, ]*)\]")
TRANSPOSED = Text(
    "The gradient of {name} has the shape {found}, and {name} {right}: it is transposed",
    "{name} 的梯度的形状是 {found}，而 {name} 是 {right}：它转置了",
)
OF_ANOTHER = Text(
    "The gradient of {name} has the shape {found}, that of {other}, and {name} has {right}: the order of what the "
    "backward returns",
    "{name} 的梯度的形状是 {found}，即 {other} 的形状，而 {name} 是 {right}：请看反向传播返回值的次序",
)
OF_A_SHAPE = Text(
    "The gradient of {name} has the shape {found}, and {name} {right}: look at the axes of its sums",
    "{name} 的梯度的形状是 {found}，而 {name} 是 {right}：请检查求和的轴",
)


def diagnose_function(judge: Judge, found: Gradients, wrong: list[str]) -> FunctionDiagnosis | None:
    """Say what is wrong with a backward. None if its gradients are right, also in a second backward.

    wrong   the variables whose gradients are wrong
    """
    saved = [AGAIN] if changes_saved(found) else []
    if not wrong:
        return FunctionDiagnosis(None, (), NOTHING, tuple(saved)) if saved else None
    name = wrong[0]
    changed = [CHANGED.fill(name=each) for each in found.changed]
    causes = [*causes_of(judge, name, found), *saved, *changed]
    return FunctionDiagnosis(name, tuple(wrong), place_of(judge, name, found), tuple(causes))


def changes_saved(found: Gradients) -> bool:
    """Whether a second backward through the same graph gives other numbers."""
    if found.again is None:
        return False
    for first, again in zip(found.first.values(), found.again.values(), strict=True):
        if (first is None) != (again is None):
            return True
        if first is not None and again is not None:
            rounding = AS_EXACT * torch.finfo(first.dtype).eps
            if not torch.allclose(first, again, rtol=rounding, atol=rounding, equal_nan=True):
                return True
    return False


def place_of(judge: Judge, name: str, found: Gradients) -> Text:
    """Where the gradient of this variable is wrong."""
    shape, numeric = judge.own[name].shape, judge.numeric(name)
    known = judge.known(name, filled(found.first[name], shape), numeric.total, numeric.errors.sum(dim=1), judge.weights)
    beside = {each: tensor for each, tensor in known.tensors.items() if tensor.shape == shape}
    wrong = known.wrong if known.wrong.any() else torch.ones_like(known.wrong)
    return place(wrong, known.at, known.right, known.indices, shape, beside)


def causes_of(judge: Judge, name: str, found: Gradients) -> list[Text]:
    """What makes the gradient of this variable wrong. The backward is called again, in float64."""
    if found.first[name] is None:
        return [NO_GRADIENT.fill(name=name)]
    numeric, own = judge.numeric(name), judge.own[name]
    wide = filled(judge.of(name, judge.weights), own.shape)
    known = judge.known(name, wide, numeric.total, numeric.errors.sum(dim=1), judge.weights)
    if not known.wrong.any():
        narrow = own.dtype != torch.float64
        return [IN_OWN_DTYPE.fill(dtype=dtype_name(own.dtype)) if narrow else ROUNDED]
    near = known.error + LINEAR * known.right.norm().item()
    for other, tensor in known.others.items():
        given = found.first[other]
        if given is None or not known.whole or not is_near(wide.flatten(), tensor.flatten(), known.error):
            continue
        if is_near(exact(given).flatten(), known.right, near):
            return [EXCHANGED.fill(name=name, other=other)]
    said = in_grad_output(
        lambda weights: judge.of(name, weights),
        lambda weights: judge.differences(name, weights).total[numeric.fair],
        judge.weights,
        known.indices,
        near,
    )
    if said is not None:
        return [said]
    if len(judge.weights) > 1:
        return causes_by_output(judge, name, known)
    return [cause_of(known) or with_other_values(judge, name, known) or UNKNOWN]


def with_other_values(judge: Judge, name: str, known: Known) -> Text | None:
    """Whether the gradient is right for another grad_output, or for another variable in another order."""
    if len(known.indices) < FEWEST:
        return None
    weight = judge.weights[0]
    texts, weights = zip(*changed_grad_outputs(weight, known.tensors, known.outer), strict=True)
    stacked = torch.stack(weights).reshape(len(weights), -1)

    def outputs(x: Tensor) -> Tensor:
        return stacked @ exact(judge.subject.outputs(judge.wide | {name: x})[0]).flatten()

    made = central_differences(outputs, judge.wide[name], torch.Generator(), known.indices)
    for k, text in enumerate(texts) if made.fair.all() else ():
        if is_near(known.at, made.values[:, k], made.errors[:, k].norm().item() + LINEAR * known.at.norm().item()):
            return text
    for other, tensor in judge.wide.items():
        for words, changed in changed_orders(other, tensor) if other != name else ():
            values = judge.wide | {other: changed}
            if all(is_right_for(judge, name, known, values, some) for some in (known.indices[::STEP], known.indices)):
                return WITH_ANOTHER.fill(changed=words)
    return None


def is_right_for(judge: Judge, name: str, known: Known, values: Named, entries: Tensor) -> bool:
    """Whether these entries of the gradient are right for other values of the variables."""

    def outputs(x: Tensor) -> Tensor:
        return judge.parts(values | {name: x}, judge.weights)

    made = tried(lambda: central_differences(outputs, values[name], torch.Generator(), entries))
    if isinstance(made, Raised) or not made.fair.all():
        return False
    found = known.found.flatten()[entries]
    return is_near(found, made.total, made.errors.norm().item() + LINEAR * found.norm().item())


def causes_by_output(judge: Judge, name: str, known: Known) -> list[Text]:
    """The cause for each of several outputs whose part of the gradient is wrong."""
    numeric, weights = judge.numeric(name), judge.weights
    wrong: dict[int, Known] = {}
    for k in range(len(weights)):
        alone = [each if i == k else torch.zeros_like(each) for i, each in enumerate(weights)]
        part = filled(judge.of(name, alone), known.found.shape)
        made = judge.known(name, part, numeric.values[:, k], numeric.errors[:, k], alone)
        size = max(made.right.norm().item(), made.at.norm().item())
        if (made.at - made.right).norm().item() > SAFETY * made.error + VISIBLE * size:
            wrong[k] = made
    whole = cause_of(known) if len(wrong) in (0, len(weights)) else None
    if whole is not None or not wrong:
        return [whole or UNKNOWN]
    return [
        THROUGH.fill(k=k, cause=cause_of(made) or UNKNOWN) if made.at.any() else THROUGH_ZERO.fill(k=k)
        for k, made in wrong.items()
    ]


def broken(judge: Judge, raised: Raised) -> FormulaFinding:
    """The finding about a backward that raises. torch refuses a gradient of another shape, and names both."""
    right, fits = NOTHING, OF_SHAPES.search(str(raised.error))
    if fits is not None:
        index, *shapes = fits.groups()
        found, expected = (tuple(int(each) for each in shape.split(",") if each.strip()) for shape in shapes)
        positions = dict(enumerate(judge.subject.positions))
        name = positions.get(int(index)) or f"input {index}"
        others = [other for other, each in judge.own.items() if tuple(each.shape) == found and other != name]
        text = OF_ANOTHER if others else TRANSPOSED if found == expected[::-1] else OF_A_SHAPE
        right = text.fill(name=name, found=found, right=expected, other="".join(others[:1]))
    return FormulaFinding(NOTHING, "backward", raised.text, right=right, breaks_off=True, of="backward")
