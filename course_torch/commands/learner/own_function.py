"""A function of one's own with a backward, named as FILE:NAME for `course-torch compare`."""

import runpy
import sys
from collections.abc import Callable
from difflib import get_close_matches
from pathlib import Path
from traceback import extract_tb
from typing import Any

import torch
from torch import Tensor, nn

from course_torch.errors import InputError, one_of, unexpected
from course_torch.language import NOTHING, Text, same
from course_torch.text import shown
from course_torch.verification.functions.explain_gradients import Progress, explain_gradients
from course_torch.verification.report import GradientReport

INPUTS, PLAIN = "inputs", "plain"
FORM = Text("FILE.py:NAME, such as mine.py:MyFunction", "FILE.py:NAME，例如 mine.py:MyFunction")
A_FILE = Text("a file that exists", "存在的文件")
A_FUNCTION = Text("an autograd.Function, a module or a function ({names})", "autograd.Function、模块或函数（{names}）")
NO_INPUTS = Text(
    "{file}: found no function inputs(), expected one that returns the inputs of {name}, such as "
    "def inputs(): return torch.randn(5, 3), torch.randn(4, 3)",
    "{file}：没有函数 inputs()；应当有一个返回 {name} 的输入的函数，例如 "
    "def inputs(): return torch.randn(5, 3), torch.randn(4, 3)",
)
RAISES = Text("{file}: {what} raises {error}{line}", "{file}：{what} 抛出 {error}{line}")
AT_LINE = Text(" (line {line})", "（第 {line} 行）")
THE_FILE = Text("the file", "文件")


def judged_function(named: str, dtype: torch.dtype | None, device: str, progress: Progress) -> GradientReport:
    """The report on the function NAME of FILE, on what the function `inputs` of the file returns.

    If the file has a function `plain`, autograd judges beside central differences. A function `f` with a function
    `f_backward`, or `f_forward` with `f_backward`, is judged as a pair. Raises InputError if the file has no such
    function or no inputs, and for what the file or its forward raises.
    """
    file, _, name = named.rpartition(":")
    if not file or not name or Path(file).suffix != ".py":
        raise unexpected("function", f"'{shown(named)}'", FORM)
    if not Path(file).is_file():
        raise unexpected("function", f"'{shown(file)}'", A_FILE)
    before = sys.path
    sys.path = [str(Path(file).resolve().parent), *before]  # it may import its neighbours, as under `python FILE`
    try:
        return judged_in(file, name, dtype, device, progress)
    finally:
        sys.path = before


def judged_in(file: str, name: str, dtype: torch.dtype | None, device: str, progress: Progress) -> GradientReport:
    """The report on one function of the file."""
    found = of_file(file, THE_FILE, lambda: runpy.run_path(file))
    function = callable_of(found, name, file)
    if not callable(found.get(INPUTS)):
        raise InputError(NO_INPUTS.fill(file=shown(file), name=name))
    made = of_file(file, same(f"{INPUTS}()"), found[INPUTS])
    given = [moved(each, dtype, device) for each in (made if isinstance(made, tuple | list) else (made,))]
    if isinstance(function, nn.Module):
        function = function.to(device=device, dtype=dtype)
    backward = found.get(f"{name.removesuffix('_forward')}_backward")

    def judged() -> GradientReport:
        return explain_gradients(function, *given, backward=backward, plain=found.get(PLAIN), progress=progress)

    return of_file(file, same(f"{name}(…)"), judged)


def callable_of(found: dict[str, Any], name: str, file: str) -> Callable[..., Any]:
    """What has this name in the file, or an instance of it if it is a class of modules."""
    value = found.get(name)
    if isinstance(value, type) and issubclass(value, nn.Module):
        return of_file(file, same(f"{name}()"), value)
    if not callable(value):
        names = [each for each, what in found.items() if callable(what) and not each.startswith("_")]
        near = get_close_matches(name, names, 3, 0.6) or names
        wanted = A_FUNCTION.fill(names=one_of(near)) if near else A_FUNCTION.fill(names=name)
        raise unexpected("function", f"'{name}'", wanted)
    return value


def of_file(file: str, what: Text, run: Callable[[], Any]) -> Any:
    """What the code of the file returns. Raises InputError for what the code raises."""
    try:
        return run()
    except InputError:
        raise
    except Exception as error:
        lines = [each.lineno for each in extract_tb(error.__traceback__) if Path(each.filename) == Path(file)]
        number = lines[-1] if lines else getattr(error, "lineno", None)
        line = AT_LINE.fill(line=number) if number else NOTHING
        said = f"{type(error).__name__}: {' '.join(str(error).split())}"
        raise InputError(RAISES.fill(file=shown(file), what=what, error=shown(said), line=line)) from error


def moved(value: Any, dtype: torch.dtype | None, device: str) -> Any:
    """A tensor of real numbers in this dtype on this device; all else as it is."""
    if not isinstance(value, Tensor):
        return value
    asked = value.requires_grad
    value = value.detach().to(device=device, dtype=dtype if value.is_floating_point() else None)
    return value.requires_grad_(asked)
