"""A decorator enters a function into a list, as a mistake or as right code."""

from torch import Tensor

from course_torch.verification.breakable import Call, Mistake, Variant
from course_torch.verification.mistakes.entry import mistake, variant


def halved(call: Call) -> Tensor:
    return call.right / 2


def test_a_mistake_is_entered_and_its_function_returned() -> None:
    mistakes: list[Mistake] = []
    enter = mistake(mistakes, "½ dW", "dW", "dW[L]", "factor 0.5", "another m", need="tanh", float32=False)
    assert enter(halved) is halved
    expected = Mistake(
        "½ dW", {"dW": halved}, first="dW[L]", causes=("factor 0.5", "another m"), need="tanh", float32=False
    )
    assert mistakes == [expected]


def test_right_code_is_entered_and_its_function_returned() -> None:
    variants: list[Variant] = []
    assert variant(variants, "a half", "db", outputs=("softmax",))(halved) is halved
    assert variants == [Variant("a half", {"db": halved}, outputs=("softmax",))]
