"""Which known mistake makes torch raise this exception in a formula of the backward pass."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from course_torch.language import NOTHING, Text
from course_torch.mistakes import MISTAKES
from course_torch.verification.calls.finding import PROBABLY

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
    fitting = {mistake.sentence for mistake in known if message(mistake.wrong, arguments) == str(error)}
    return PROBABLY.fill(causes=fitting.pop()) if len(fitting) == 1 else NOTHING


def are_tables(arguments: Mapping[str, Any]) -> bool:
    """Whether dZ and dA have two axes and a row for each example."""
    m = arguments.get("m") or len(arguments["cache"].Z if "cache" in arguments else arguments["dZ"])
    given = [arguments[name] for name in ("dZ", "dA") if name in arguments]
    return all(each.ndim == 2 and len(each) == m for each in given)


def message(function: Callable[..., object], arguments: Mapping[str, Any]) -> str | None:
    """What the function raises, or None if it runs."""
    try:
        function(**arguments)
    except RuntimeError as error:
        return str(error)
    return None
