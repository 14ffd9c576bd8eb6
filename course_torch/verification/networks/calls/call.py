"""A formula of a pass as a call: what it returns, or why the pass ends at it."""

from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import torch
from torch import Tensor

from course_torch.language import NOTHING, Text, joined, same
from course_torch.text import dtype_name
from course_torch.verification.exceptions import Raised, tried
from course_torch.verification.finding import FormulaFinding, Of

AND = Text(" and ", " 和 ")
THE_FORMULA = Text("The formula is {formula}", "公式是 {formula}")
NONE = Text("None (does it end with return?)", "None（它以 return 结尾吗？）")
OF_SHAPE = Text("a tensor of shape {shape}", "形状为 {shape} 的张量")
A_NUMBER = Text("the number {value}", "数 {value}")
A_VALUE = Text("a value of type {type}", "类型为 {type} 的值")
CHANGES = Text("changes {written} in place, expected a new tensor", "直接改写了 {written}，应当返回新的张量")
RETURNS = Text("returns {found}, expected {right}", "返回{found}，应当是{right}")
N_VALUES = Text("{n} values", "{n} 个值")
AS_TENSOR = Text("{found} as {kind}", "{found}作为 {kind}")
A_TENSOR = Text("a tensor", "张量")
ONE_NUMBER = Text("one number as a tensor", "张量形式的一个数")
OF_DTYPE = Text("a tensor of {dtype}", "dtype 为 {dtype} 的张量")


def name_of(formula: Callable[..., Any]) -> str:
    """The name of a function, also if some of its arguments are given already."""
    return name_of(formula.func) if isinstance(formula, partial) else getattr(formula, "__name__", str(formula))


def formula_text(formula: Callable[..., Any]) -> Text:
    """What the formula must compute, from its docstring "FORMULA: prose", or nothing."""
    right, _, prose = (getattr(formula, "__doc__", None) or "").partition(": ")
    return THE_FORMULA.fill(formula=right) if prose and "=" in right and "\n" not in right else NOTHING


@dataclass(frozen=True)
class FormulaCall:
    """One formula of a pass with its arguments.

    names       of the tensors that it computes
    formula     is called with the arguments
    arguments   name -> value
    shape       the shape that its result must have; None if another shape is judged as a wrong tensor
    dtypes      the dtypes that the next formula can use; all if empty
    of          the pass
    """

    names: tuple[Any, ...]
    formula: Callable[..., Any]
    arguments: dict[str, Any]
    shape: tuple[int, ...] | None = None
    dtypes: tuple[torch.dtype, ...] = ()
    of: Of = "forward"

    @property
    def tensor(self) -> Text:
        """The name of the first tensor in words."""
        return in_words(self.names[0])

    def run(self) -> tuple[tuple[Any, ...], FormulaFinding | None]:
        """The results, and the finding about a formula that raises, writes into an argument, or returns no tensor
        that the next formula can use."""
        before = versions(self.arguments)
        result = tried(partial(self.formula, *self.arguments.values()))
        if isinstance(result, Raised):
            return (), self.ends(result.text)
        if (written := changed(self.arguments, before)).en:
            return (), self.ends(written, stops=False)
        results = result if isinstance(result, tuple) and len(self.names) > 1 else (result,)
        return results, self.unusable(results)

    def ends(self, event: Text, tensor: Text | None = None, *, stops: bool = True) -> FormulaFinding:
        """The finding about an event that ends the pass, with what the formula must compute."""
        right, formula = formula_text(self.formula), called(self.formula, self.arguments)
        tensor = tensor or self.tensor
        return FormulaFinding(tensor, formula, event, right=right, breaks_off=True, stops=stops, of=self.of)

    def wrong(self, seen: Text, causes: Iterable[Text]) -> FormulaFinding:
        """The finding about a result with wrong numbers, or in another dtype."""
        right, sentences = formula_text(self.formula), tuple(causes)
        return FormulaFinding(self.tensor, name_of(self.formula), seen, sentences=sentences, right=right, of=self.of)

    def unusable(self, results: tuple[Any, ...]) -> FormulaFinding | None:
        """The finding about the first result that is missing, or is no tensor of the shape and dtype that must be."""
        names = [in_words(getattr(name, "kind", name)) for name in self.names]
        if len(results) != len(names):
            found = N_VALUES.fill(n=len(results)) if len(results) > 1 else described(results[0])
            return self.ends(RETURNS.fill(found=found, right=joined(AND, names)))
        of_shape = ONE_NUMBER if self.shape == () else OF_SHAPE.fill(shape=self.shape)
        for name, kind, each in zip(self.names, names, results, strict=True):
            found, right = described(each), NOTHING
            if not isinstance(each, Tensor):
                found = AS_TENSOR.fill(found=found, kind=kind) if len(names) > 1 else found
                right = A_TENSOR if self.shape is None else of_shape
            elif self.shape is not None and each.shape != self.shape:
                right = of_shape
            elif self.dtypes and each.dtype not in self.dtypes:
                found, right = OF_DTYPE.fill(dtype=dtype_name(each.dtype)), same(dtype_name(self.dtypes[0]))
            if right.en:
                return self.ends(RETURNS.fill(found=found, right=right), tensor=in_words(name))
        return None


Call = TypeVar("Call", bound=FormulaCall)
Ran = tuple[Call, tuple[Any, ...], FormulaFinding | None]
"""A call that has run, its results, and the finding if it ends the pass."""


def ran(call: Call) -> Generator[Ran[Call], None, tuple[Any, ...]]:
    """Run a call and yield it. The pass takes its results by `yield from`, and goes on only if it is asked for more."""
    results, event = call.run()
    yield call, results, event
    return results


def in_words(name: Any) -> Text:
    """The name of a tensor in both languages."""
    return name if isinstance(name, Text) else same(str(name))


def called(formula: Callable[..., Any], arguments: Mapping[str, Any]) -> str:
    """The name of the formula and the shapes of its tensors: linear_backward_input(dZ (7, 1), W (1, 4))."""
    shapes = [f"{name} {tuple(each.shape)}" for name, each in arguments.items() if isinstance(each, Tensor)]
    return f"{name_of(formula)}({', '.join(shapes)})"


def described(value: Any) -> Text:
    """What a formula returned, in a few words."""
    if isinstance(value, Tensor):
        return OF_SHAPE.fill(shape=tuple(value.shape))
    if value is None:
        return NONE
    return A_NUMBER.fill(value=value) if isinstance(value, int | float) else A_VALUE.fill(type=type(value).__name__)


def versions(arguments: Mapping[str, Any]) -> dict[str, int]:
    """Name -> how often the tensor was written, also for the tensors of a cache."""
    tensors = dict(arguments)
    for value in arguments.values():
        tensors |= value._asdict() if hasattr(value, "_asdict") else {}
    return {
        name: each._version for name, each in tensors.items() if isinstance(each, Tensor) and not each.is_inference()
    }


def changed(arguments: Mapping[str, Any], before: Mapping[str, int]) -> Text:
    """What a formula does that writes into an argument, or nothing. The other formulas need the argument as it was."""
    written = [name for name, version in versions(arguments).items() if before.get(name) != version]
    return CHANGES.fill(written=joined(AND, map(same, written))) if written else NOTHING
