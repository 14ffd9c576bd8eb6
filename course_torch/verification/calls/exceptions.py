"""What formulas raise: caught, in one line, and by which known mistake of the backward pass."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from traceback import extract_tb
from typing import Any, NamedTuple, TypeVar

import torch

from course_torch.errors import InputError
from course_torch.language import NOTHING, Text
from course_torch.mistakes import MISTAKES
from course_torch.verification.calls.finding import PROBABLY

T = TypeVar("T")
PACKAGE = Path(__file__).parents[2]
FOLDERS = [PACKAGE / name for name in ("formulas", "network")]
"""The folders of the formulas and of their calls."""
RAISES = Text("raises {error}", "抛出 {error}")


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


TRANSPOSED = Text("a transpose is missing or too many", "少了或多了一个转置")
BY_MATRIX_PRODUCT = Text("@ is used instead of *, which multiplies entry by entry", "该用 * 的地方用了 @：* 是逐项相乘")
BY_ENTRIES = Text("* is used instead of @: * multiplies entry by entry", "该用 @ 的地方用了 *：* 是逐项相乘")
CONFUSED = MISTAKES["W for Wᵀ"].sentence


class Refused(NamedTuple):
    """A mistake that torch refuses. It is recognised by the message that the wrong code raises."""

    formula: str
    sentence: Text
    wrong: Callable[..., object]


REFUSED = (
    Refused("linear_backward_input", CONFUSED, lambda dZ, W: dZ @ W.T),
    Refused("linear_backward_input", CONFUSED, lambda dZ, W: W.T @ dZ),
    Refused("linear_backward_input", CONFUSED, lambda dZ, W: W @ dZ),
    Refused("linear_backward_input", BY_ENTRIES, lambda dZ, W: dZ * W),
    Refused("linear_backward", TRANSPOSED, lambda dZ, A_prev, m: dZ @ A_prev),
    Refused("linear_backward", TRANSPOSED, lambda dZ, A_prev, m: A_prev @ dZ),
    Refused("linear_backward", TRANSPOSED, lambda dZ, A_prev, m: dZ.T @ A_prev.T),
    Refused("activation_backward", BY_MATRIX_PRODUCT, lambda dA, cache, activation, slope: dA @ cache.Z),
    Refused("activation_backward", BY_MATRIX_PRODUCT, lambda dA, cache, activation, slope: cache.Z.T @ dA.T),
)


def cause_of(formula: str, arguments: Mapping[str, Any], error: Exception) -> Text:
    """The only known mistake in the formula that raises this message with these arguments, or nothing.

    Arguments of a wrong shape make many right formulas fail, so that no mistake is named.
    """
    known = [mistake for mistake in REFUSED if mistake.formula == formula]
    if not known or not are_tables(arguments):
        return NOTHING
    made = ((mistake.sentence, tried(partial(mistake.wrong, **arguments))) for mistake in known)
    fitting = {sentence for sentence, each in made if isinstance(each, Raised) and str(each.error) == str(error)}
    return PROBABLY.fill(causes=fitting.pop()) if len(fitting) == 1 else NOTHING


def are_tables(arguments: Mapping[str, Any]) -> bool:
    """Whether dZ and dA have two axes and a row for each example."""
    m = arguments.get("m") or len(arguments["cache"].Z if "cache" in arguments else arguments["dZ"])
    given = [arguments[name] for name in ("dZ", "dA") if name in arguments]
    return all(each.ndim == 2 and len(each) == m for each in given)
