"""What makes a gradient wrong, as far as the tensors at hand show it. Each sentence is a fact about the numbers."""

from math import log10

import torch
from torch import Tensor

from course_torch.language import NOTHING, Text, joined
from course_torch.verification.difference import SAFETY, shown_factor, vector_of
from course_torch.verification.functions.fitting import WRITTEN, best_of, fitted, is_near, is_written
from course_torch.verification.functions.known import Known
from course_torch.verification.functions.orders import by_slices, in_another_order
from course_torch.verification.functions.terms import Term, functions_of, in_this_shape, terms_for
from course_torch.verification.match import DIGITS, distinct

NO_GRADIENT = Text(
    "the backward returns None for {name}, or no path leads from {name} to the output",
    "反向传播对 {name} 返回 None，或者没有从 {name} 到输出的路径",
)
ZERO = Text("all its entries are 0: the path to {name} is cut", "它的元素全是 0：到 {name} 的路径断开了")
NOT_FINITE = Text("it contains nan or inf", "它里有 nan 或 inf")
EXCHANGED = Text("the gradients of {name} and {other} are exchanged", "{name} 与 {other} 的梯度互换了")
OF_OTHER = Text("it is the gradient of {other}", "它是 {other} 的梯度")
AGAIN = Text(
    "a second backward through the same graph gives other numbers: the backward changes a saved tensor in place",
    "在同一计算图上第二次反向传播得到不同的数：反向传播改写了保存的张量",
)
SIGN = Text("it has the wrong sign", "它的符号错了")
TIMES = Text("it is {factor} times the right one{size}", "它是正确值的 {factor} 倍{size}")
A_SIZE = Text(", and {number} is {what}", "，而 {number} 是 {what}")
ROOT_OF = Text("√{number}, {number} being {what}", "√{number}，其中 {number} 是{what}")
SIZE_OF = Text("the size of axis {axis} of {name}", "{name} 第 {axis} 轴的大小")
OR_ALSO = Text(", or ", "，或 ")
MOST_SIZES = 2
OF_A_NAME, OF_A_NUMBER = DIGITS - 3, 2 * DIGITS - 3
"""The matching digits that are enough for a factor that is written or a size, and for any other number."""
ENTRIES_OF = Text("the number of entries of {name}", "{name} 的元素个数")
ARGUMENT = Text("the input {name}", "输入 {name}")
LACKS = Text("it lacks the factor {term}", "它缺少因子 {term}")
TOO_MANY = Text("it has the factor {term} too many", "它多了因子 {term}")
IS = Text("it is {factor}{term}", "它等于 {factor}{term}")
TERM_MISSING = Text("the term {factor}{term} is missing", "缺少一项 {factor}{term}")
TERM_TOO_MANY = Text("the term {factor}{term} is too many", "多了一项 {factor}{term}")
ZERO_THERE = Text("it is 0 in the wrong entries", "出错的元素都是 0")
NOT_ZERO_THERE = Text("it should be 0 in the wrong entries", "出错的元素应当是 0")
THROUGH = Text("the part through output {k} is wrong: {cause}", "经过第 {k} 个输出的部分不对：{cause}")
THROUGH_ZERO = Text("the part through output {k} is left out", "漏掉了经过第 {k} 个输出的部分")
UNKNOWN = Text(
    "no cause that is searched makes it (a number, another order, a factor or a term of the tensors at hand)",
    "所查找的原因都得不出它（倍数、符号、次序、现有张量的因子或项）",
)


def cause_of(known: Known) -> Text | None:
    """What makes the gradient wrong: the first search that finds something, the surest first."""
    for search in SEARCHES:
        if (said := search(known)) is not None:
            return said
    return None


def no_numbers(known: Known) -> Text | None:
    """Whether it has entries that are not finite, or is 0."""
    if not known.found.isfinite().all():
        return NOT_FINITE
    return None if known.found.any() else ZERO.fill(name=known.name)


def of_another(known: Known) -> Text | None:
    """Whether it is the right gradient of another variable."""
    for other, tensor in known.others.items():
        if tensor.shape == known.found.shape and is_near(known.found.flatten(), tensor.flatten(), known.error):
            return OF_OTHER.fill(other=other)
    return None


def by_a_number(known: Known) -> Text | None:
    """Whether it is a number times the right one, in the wrong entries."""
    c, off = fitted(known.at[known.wrong], known.right[known.wrong])
    size = known.at[known.wrong].norm().item()
    if not size or not known.right[known.wrong].any() or off > SAFETY * known.error + 1e-9 * size:
        return None
    precision = max(SAFETY * known.error / size, 1e-9)
    size_text = size_named(c, precision, known)
    evidence = -log10(precision) * distinct(vector_of(known.right[known.wrong]))
    if evidence < (OF_A_NAME if is_written(c, precision) or size_text.en else OF_A_NUMBER):
        return None
    return SIGN if abs(c + 1) <= precision else TIMES.fill(factor=shown_factor(c), size=size_text)


def size_named(c: float, precision: float, known: Known) -> Text:
    """Which size or number at hand the factor, or 1 / factor, is."""
    sizes: dict[Text, float] = {}
    for name, tensor in known.tensors.items():
        sizes |= {SIZE_OF.fill(axis=axis, name=name): size for axis, size in enumerate(tensor.shape)}
        sizes[ENTRIES_OF.fill(name=name)] = tensor.numel()
    sizes = {ARGUMENT.fill(name=name): number for name, number in known.numbers.items()} | sizes
    roots = {what: number for what, number in sizes.items() if number > 1 and number**0.5 % 1 != 0}
    sizes |= {ROOT_OF.fill(number=f"{number:g}", what=what): number**0.5 for what, number in roots.items()}
    fits: dict[float, list[Text]] = {}
    for what, number in sizes.items():
        if number not in (0, 1, -1) and any(abs(abs(c) * by - 1) <= precision for by in (number, 1 / number)):
            fits.setdefault(number, []).append(what)
    for number, some in fits.items():
        return A_SIZE.fill(number=f"{number:.4g}", what=joined(OR_ALSO, some[:MOST_SIZES]))
    return NOTHING


def zero_there(known: Known) -> Text | None:
    """Whether the wrong entries are 0, or should be."""
    if known.wrong.all():
        return None
    if not known.at[known.wrong].any():
        return ZERO_THERE
    if known.right[known.wrong].abs().max() <= known.error and known.right.abs().max() > 100 * known.error:
        return NOT_ZERO_THERE
    return None


def by_a_factor(known: Known) -> Text | None:
    """Whether a function of a tensor at hand is missing as a factor, or is there once too often."""
    shape, numbers = known.found.shape, known.indices[known.wrong]
    terms = [
        Term(each.text, each.tensor.flatten()[numbers]) for each in in_this_shape(functions_of(known.tensors), shape)
    ]
    terms = [each for each in terms if each.tensor.any()]
    if not terms:
        return None
    found, right = known.at[known.wrong], known.right[known.wrong]
    functions = torch.stack([each.tensor for each in terms])
    for text, made, goal in (
        (LACKS, functions * found, right.expand_as(functions)),
        (TOO_MANY, functions * right, found.expand_as(functions)),
    ):
        best = best_of(made, goal, known.error, len(terms), signs_only=True)
        if best is not None:
            c, i = best
            return text.fill(term=f"{WRITTEN[c]}{terms[i].text}")
    return None


def as_another_term(known: Known) -> Text | None:
    """Whether it is a term of the tensors at hand."""
    found = term_that_makes(known, known.at[known.wrong], known.indices[known.wrong])
    return None if found is None else IS.fill(factor=WRITTEN[found[0]], term=found[1])


def by_a_term(known: Known) -> Text | None:
    """Whether a term of the tensors at hand is missing, or too many. It must be 0 where the gradient is right."""
    found = term_that_makes(known, known.at - known.right, known.indices)
    if found is None:
        return None
    c, term = found
    return (TERM_TOO_MANY if c > 0 else TERM_MISSING).fill(factor=WRITTEN[abs(c)], term=term)


def term_that_makes(known: Known, goal: Tensor, indices: Tensor) -> tuple[float, str] | None:
    """(c, term): the first term that makes these numbers with a factor c that a programmer writes."""
    tried = 0
    for terms in terms_for(known.tensors, known.outer, known.found.shape):
        made = [Term(each.text, each.tensor.flatten()[indices]) for each in terms]
        made = [each for each in made if each.tensor.any() and each.tensor.isfinite().all()]
        tried += len(made)
        if made:
            stacked = torch.stack([each.tensor for each in made])
            best = best_of(stacked, goal.expand_as(stacked), known.error, tried)
            if best is not None:
                return best[0], made[best[1]].text
    return None


SEARCHES = (
    *(no_numbers, of_another, by_a_number, in_another_order, zero_there),
    *(by_a_factor, as_another_term, by_a_term, by_slices),
)
