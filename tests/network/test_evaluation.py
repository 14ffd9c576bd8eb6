import pytest
import torch

from course_torch import DeepNetwork
from course_torch.network.evaluation import evaluate


def test_the_output_layer_is_evaluated() -> None:
    """Z[1] = 2x and Z[2] = -Z[1] / 2 = -x: for x = 1, 3 with labels 0, 1 the losses are ln(1 + 1/e), ln(1 + e³)."""
    network = DeepNetwork([1, 1, 1], "identity", dtype=torch.float64)
    with torch.no_grad():
        network.layers[0].W.fill_(2)
        network.layers[1].W.fill_(-0.5)
    X = torch.tensor([[1.0], [3.0]], dtype=torch.float64)
    J, accuracy = evaluate(network, [(X, torch.tensor([[0], [1]]))])
    assert pytest.approx((0.313261688 + 3.048587352) / 2, rel=1e-8) == J
    assert accuracy == 0.5


@pytest.mark.parametrize("sizes", [[5], [3, 2], [1, 1, 1, 1, 1]])
def test_cost_and_accuracy_are_means_over_all_examples_for_any_batch_sizes(sizes: list[int]) -> None:
    """Z = X, so the losses are ln(1 + e^Z) - Y Z. The prediction Z > 0 is right for 3 of 5 examples."""
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
