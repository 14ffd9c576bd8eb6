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

T = TypeVar("T")
PACKAGE = Path(__file__).parents[1]
FOLDERS = [PACKAGE / name for name in ("formulas", "network")]
"""The folders of the formulas and of their calls."""
ALONE = "Each formula alone is right: look at their calls in linear_step, block_backward and backward_propagation"


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
    """

    tensor: str
    formula: str
    seen: str
    sentences: tuple[str, ...] = ()
    right: str = ""
    breaks_off: bool = False
    stops: bool = False
    of: Literal["forward", "backward", "loop"] = "forward"

    def __str__(self) -> str:
        right = f" {self.right}." if self.right else ""
        if self.breaks_off:
            where = f" at {self.tensor}" if self.tensor else ""
            ends = f"breaks off{where}" if self.stops else f"is judged only up to {self.tensor}"
            return f"the {self.of} pass {ends}: {self.formula} {self.seen}.{right}"
        causes = "; or: ".join(self.sentences)
        causes = f"Probably {causes}" if causes else "No known mistake makes exactly this tensor"
        where = ", recorded" if self.of == "loop" else f" in the {self.of} pass, computed"
        return f"first wrong: {self.tensor}{where} by {self.formula} ({self.seen}). {causes}.{right}"

    def as_record(self) -> dict[str, object]:
        """The finding as strings and a list of strings."""
        return {
            "tensor": self.tensor,
            "formula": self.formula,
            "symptom": self.seen,
            "sentences": list(self.sentences),
            "breaks_off": self.breaks_off,
        }


def broken_off(tensor: object, formula: str, seen: str, right: str = "", *, stops: bool = True) -> Finding:
    """The finding about a formula that ends the backward pass."""
    return Finding(str(tensor), formula, seen, (), right, True, stops, "backward")


@dataclass(frozen=True)
class Raised:
    """What formulas raise instead of a result."""

    error: Exception

    def __str__(self) -> str:
        return f"raises {one_line(self.error)}"


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


def formula_text(formula: Callable[..., Any]) -> str:
    """What the formula must compute, from its docstring "FORMULA: prose", or ""."""
    right, _, prose = (getattr(formula, "__doc__", None) or "").partition(": ")
    return f"The formula is {right}" if prose and "=" in right and "\n" not in right else ""


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


def described(value: Any) -> str:
    """What a formula returned, in a few words."""
    if isinstance(value, Tensor):
        return f"a tensor of shape {tuple(value.shape)}"
    if value is None:
        return "None (does it end with return?)"
    return f"the number {value}" if isinstance(value, int | float) else f"a value of type {type(value).__name__}"


def versions(arguments: Mapping[str, Any]) -> dict[str, int]:
    """Name -> how often the tensor was written, also for the tensors of a cache."""
    tensors = dict(arguments)
    for value in arguments.values():
        tensors |= value._asdict() if hasattr(value, "_asdict") else {}
    return {
        name: each._version for name, each in tensors.items() if isinstance(each, Tensor) and not each.is_inference()
    }


def changed(arguments: Mapping[str, Any], before: Mapping[str, int]) -> str:
    """What a formula does that writes into an argument, or "". The other formulas need the argument as it was."""
    written = [name for name, version in versions(arguments).items() if before.get(name) != version]
    return f"changes {' and '.join(written)} in place, expected a new tensor" if written else ""
