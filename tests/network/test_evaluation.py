import pytest
import torch

from course_torch import DeepNetwork
from course_torch.network.evaluation import evaluate


@pytest.mark.parametrize("sizes", [[5], [3, 2], [1, 1, 1, 1, 1]])
def test_cost_and_accuracy_are_means_over_all_examples_however_they_are_cut(sizes: list[int]) -> None:
    """Z = X, so the losses are ln(1 + e^Z) - Y Z; 3 of 5 examples are on the right side of Z = 0."""
    network = DeepNetwork([1, 1], dtype=torch.float64)
    with torch.no_grad():
        network.layers[0].W.fill_(1)
        network.layers[0].b.fill_(0)
    X = torch.tensor([[-2.0], [-1.0], [1.0], [2.0], [3.0]], dtype=torch.float64)
    Y = torch.tensor([[0], [1], [1], [0], [1]])
    result = evaluate(network, zip(X.split(sizes), Y.split(sizes), strict=True))
    losses = [0.126928011, 1.313261688, 0.313261688, 2.126928011, 0.048587352]
    assert result.cost == pytest.approx(sum(losses) / 5, rel=1e-8)
    assert result.score == 0.6
