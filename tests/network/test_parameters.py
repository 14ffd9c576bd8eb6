import pytest
import torch

from course_torch import DeepNetwork, LayerParameters
from course_torch.errors import InputError
from course_torch.network.parameters import INITIALIZATIONS


def test_shapes_are_the_shapes_of_the_course() -> None:
    layer = LayerParameters(3, 5)
    assert layer.W.shape == (5, 3)
    assert layer.b.shape == (1, 5)
    assert layer.slope is None


@pytest.mark.parametrize(("name", "std"), [("zeros", 0.0), ("small", 0.01), ("lecun", 0.05), ("he", 0.05 * 2**0.5)])
def test_standard_deviation_of_w_for_400_inputs(name: str, std: float, generator: torch.Generator) -> None:
    layer = LayerParameters(400, 500, initialization=name, generator=generator)
    assert layer.W.std().item() == pytest.approx(std, rel=0.02)
    assert layer.W.mean().item() == pytest.approx(0, abs=0.001)
    assert (layer.b == 0).all()


def test_equal_seeds_give_equal_parameters_and_leave_the_global_generator_alone() -> None:
    state = torch.get_rng_state()
    first, second = (LayerParameters(3, 5, generator=torch.Generator().manual_seed(4)) for _ in range(2))
    assert torch.equal(first.W, second.W)
    assert torch.equal(state, torch.get_rng_state())


def test_the_leaky_slope_is_a_parameter_only_if_it_is_learned() -> None:
    fixed = DeepNetwork([3, 4, 1], "leaky_relu", slope=0.1)
    learned = DeepNetwork([3, 4, 1], "leaky_relu", slope=0.1, learn_slope=True)
    assert [name for name, _ in fixed.named_parameters()] == ["layers.0.W", "layers.0.b", "layers.1.W", "layers.1.b"]
    assert "layers.0.slope" in dict(learned.named_parameters())
    assert fixed.layers[0].slope == learned.layers[0].slope == torch.tensor(0.1)
    assert fixed.layers[1].slope is None  # the activation of the output layer has no slope


def test_unknown_initialization_is_rejected() -> None:
    with pytest.raises(InputError, match=f"initialization: found 'hee', expected one of {', '.join(INITIALIZATIONS)}"):
        DeepNetwork([3, 1], initialization="hee")
