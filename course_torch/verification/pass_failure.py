"""What is wrong with a formula of a pass, and how a formula is run that may raise any exception."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from traceback import extract_tb
from typing import Any, Literal, TypeVar

import torch
from torch import Tensor

from course_torch.errors import InputError
from course_torch.language import NOTHING, OR, Text, joined, same

T = TypeVar("T")
PACKAGE = Path(__file__).parents[1]
FOLDERS = [PACKAGE / name for name in ("formulas", "network")]
"""The folders of the formulas and of their calls."""
ALONE = Text(
    "Each formula alone is right: look at their calls in linear_step, block_backward and backward_propagation",
    "每个公式单独看都正确：请检查 linear_step、block_backward 和 backward_propagation 里对它们的调用",
)
AND = Text(" and ", " 和 ")
PASSES = {
    "forward": Text("forward pass", "正向传播"),
    "backward": Text("backward pass", "反向传播"),
    "update": Text("update", "参数更新"),
}
RIGHT = Text(" {right}.", "{right}。")
AT = Text(" at {tensor}", "在 {tensor} 处")
BREAKS_OFF = Text("breaks off{where}", "{where}中断")
JUDGED_UP_TO = Text("is judged only up to {tensor}", "只检查到 {tensor}")
ENDS = Text("the {of} {ends}: {formula} {seen}.{right}", "{of}{ends}：{formula} {seen}。{right}")
PROBABLY = Text("Probably {said}", "可能的原因：{said}")
NO_MISTAKE = Text("No known mistake makes exactly this tensor", "没有一种已知的错误恰好得出这个张量")
FIRST_WRONG = Text(
    "first wrong: {tensor} in the {of}, computed by {formula} ({seen}). {causes}.{right}",
    "第一个出错的张量：{tensor}（{of}），计算它的是 {formula}（{seen}）。{causes}。{right}",
)
RAISES = Text("raises {error}", "抛出 {error}")
THE_FORMULA = Text("The formula is {formula}", "公式是 {formula}")
NONE = Text("None (does it end with return?)", "None（它以 return 结尾吗？）")
A_TENSOR = Text("a tensor of shape {shape}", "形状为 {shape} 的张量")
A_NUMBER = Text("the number {value}", "数 {value}")
A_VALUE = Text("a value of type {type}", "类型为 {type} 的值")
CHANGES = Text("changes {written} in place, expected a new tensor", "直接改写了 {written}，应当返回新的张量")


@dataclass(frozen=True)
class Finding:
    """The first wrong tensor of a pass, the formula that computes it, and what is seen of it.

    tensor      its name; "" if each formula alone runs
    formula     the formula, and the shapes of its arguments if the pass breaks off
    seen        in numbers how the tensor differs, or what the formula raises or returns instead of a tensor
    sentences   the probable causes; empty if the pass breaks off or no known mistake makes the tensor
    right       what the formula must compute, or the mistake that raises this exception
    breaks_off  whether the next formula cannot use what this formula does
    stops       whether that ends every pass: the formula raises, or returns another type, shape or dtype; otherwise the
                pass runs, but the judge ends
    of          the pass, or the parameter update
    certain     whether the sentences are known and not only probable
    """

    tensor: Text
    formula: str
    seen: Text
    sentences: tuple[Text, ...] = ()
    right: Text = NOTHING
    breaks_off: bool = False
    stops: bool = False
    of: Literal["forward", "backward", "update"] = "forward"
    certain: bool = False

    @property
    def text(self) -> Text:
        """The finding in sentences."""
        of, tensor = PASSES[self.of], self.tensor
        right = RIGHT.fill(right=self.right) if self.right.en else NOTHING
        told = {"formula": self.formula, "seen": self.seen, "right": right}
        if self.breaks_off:
            where = AT.fill(tensor=tensor) if tensor.en else NOTHING
            ends = BREAKS_OFF.fill(where=where) if self.stops else JUDGED_UP_TO.fill(tensor=tensor)
            return ENDS.fill(of=of, ends=ends, **told)
        said = joined(OR, self.sentences)
        causes = NO_MISTAKE if not self.sentences else said if self.certain else PROBABLY.fill(said=said)
        return FIRST_WRONG.fill(of=of, tensor=tensor, causes=causes, **told)

    def __str__(self) -> str:
        return self.text.en

    def as_record(self) -> dict[str, object]:
        """The finding as strings and a list of strings."""
        return {
            "tensor": self.tensor.en,
            "formula": self.formula,
            "symptom": self.seen.en,
            "sentences": [each.en for each in self.sentences],
            "breaks_off": self.breaks_off,
        }


def broken_off(tensor: object, formula: str, seen: Text, right: Text = NOTHING, *, stops: bool = True) -> Finding:
    """The finding about a formula that ends the backward pass."""
    return Finding(same(str(tensor)), formula, seen, (), right, True, stops, "backward")


@dataclass(frozen=True)
class Raised:
    """What formulas raise instead of a result."""

    error: Exception

    @property
    def text(self) -> Text:
        return RAISES.fill(error=one_line(self.error))


def tried(run: Callable[[], T], *passing: type[Exception]) -> T | Raised:
    """The result of formulas, or what they raise. Too little memory is no mistake of a formula: its exception passes.

    Exceptions of the types `passing` pass too.
    """
    try:
        return run()
    except torch.OutOfMemoryError:
        raise
    except Exception as error:
        if isinstance(error, passing):
            raise
        return Raised(error)


def called(formula: Callable[..., Any], arguments: Mapping[str, Any]) -> str:
    """The name of the formula and the shapes of its tensors: linear_backward_input(dZ (7, 1), W (1, 4))."""
    shapes = [f"{name} {tuple(each.shape)}" for name, each in arguments.items() if isinstance(each, Tensor)]
    return f"{name_of(formula)}({', '.join(shapes)})"


def name_of(formula: Callable[..., Any]) -> str:
    """The name of a function, also if some of its arguments are given already."""
    return name_of(formula.func) if isinstance(formula, partial) else getattr(formula, "__name__", str(formula))


def formula_text(formula: Callable[..., Any]) -> Text:
    """What the formula must compute, from its docstring "FORMULA: prose", or nothing."""
    right, _, prose = (getattr(formula, "__doc__", None) or "").partition(": ")
    return THE_FORMULA.fill(formula=right) if prose and "=" in right and "\n" not in right else NOTHING


def one_line(error: Exception) -> str:
    """The exception in one line, with the file and the line of the formula that raises it."""
    message = " ".join(str(error).split())
    frames = [each for each in extract_tb(error.__traceback__) if any(map(Path(each.filename).is_relative_to, FOLDERS))]
    place = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {message}{place}" if message else f"{type(error).__name__}{place}"


def raised_by_formula(error: Exception) -> str | None:
    """Which formula raises the exception, in one line; None if the package raises it elsewhere or rejects its input."""
    if isinstance(error, InputError):
        return None
    frames = [each for each in extract_tb(error.__traceback__) if Path(each.filename).is_relative_to(PACKAGE)]
    if not frames or not any(map(Path(frames[-1].filename).is_relative_to, FOLDERS)):
        return None
    return f"{frames[-1].name} raises {one_line(error)}"


def described(value: Any) -> Text:
    """What a formula returned, in a few words."""
    if isinstance(value, Tensor):
        return A_TENSOR.fill(shape=tuple(value.shape))
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
