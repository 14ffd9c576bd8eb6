"""What is seen of a wrong result, and the tensors that the catalogue of the backward pass gets."""

import torch

from course_torch.exercises.explain.numbers import as_in_network
from course_torch.exercises.explain.symptoms import Result, symptom_of
from course_torch.exercises.sandbox.layout import Part
from course_torch.exercises.tasks.cases import Sizes, drawn_case
from course_torch.exercises.tasks.task import Call


def test_shapes_are_those_of_the_learners_layout() -> None:
    drawn = drawn_case(Sizes([3, 1], 7), "relu", seed=1)
    part = Part("Z", torch.zeros(7, 4), torch.zeros(7, 2))  # in rows
    seen = Result(Call({}, part.right, drawn), [part], ["Z"])
    assert symptom_of(seen, "rows").en == "Z has the shape (7, 4), expected (7, 2)"
    assert symptom_of(seen, "columns").en == "Z has the shape (4, 7), expected (2, 7)"


def test_a_gradient_of_the_right_shape_gets_the_networks_shape() -> None:
    dW = torch.tensor([[1.0, 2.0]])
    assert torch.equal(as_in_network(torch.tensor([[3.0], [4.0]]), dW.T, dW), torch.tensor([[3.0, 4.0]]))
    wrong = torch.ones(2)
    assert as_in_network(wrong, dW.T, dW) is wrong
