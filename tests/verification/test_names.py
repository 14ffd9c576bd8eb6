"""Names of tensors, and which of them are derivatives of the loss."""

import pytest

from course_torch.mistakes.context import Kind, TensorName


@pytest.mark.parametrize(
    ("kind", "of_loss"), [("dZ", True), ("dA", True), ("dW", False), ("db", False), ("dslope", False)]
)
def test_only_dZ_and_dA_are_derivatives_of_the_loss(kind: Kind, of_loss: bool) -> None:
    assert TensorName(kind, 3).of_loss is of_loss


def test_a_name_is_printed_with_its_layer() -> None:
    assert str(TensorName("dW", 2)) == "dW[2]"
