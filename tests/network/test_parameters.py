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


def test_a_layer_starts_from_lecun_in_float32_without_a_slope() -> None:
    layer = LayerParameters(3, 5, generator=torch.Generator().manual_seed(4))
    expected = torch.empty(5, 3).normal_(generator=torch.Generator().manual_seed(4)) / 3**0.5
    torch.testing.assert_close(layer.W.detach(), expected)
    assert layer.b.dtype == torch.float32
    assert [name for name, _ in layer.named_parameters()] == ["W", "b"]


def test_a_layer_of_another_dtype_is_of_it_as_a_whole() -> None:
    layer = LayerParameters(3, 5, slope=0.25, dtype=torch.float64)
    assert {tensor.dtype for tensor in (layer.W, layer.b, layer.slope)} == {torch.float64}


def test_what_is_learned_stands_in_the_order_of_the_gradients() -> None:
    learned = LayerParameters(3, 5, slope=0.25, learn_slope=True)
    assert all(a is b for a, b in zip(learned.learned(), (learned.W, learned.b, learned.slope), strict=True))
    fixed = LayerParameters(3, 5, slope=0.25)
    assert all(a is b for a, b in zip(fixed.learned(), (fixed.W, fixed.b), strict=True))
    assert set(fixed.state_dict()) == set(learned.state_dict()) == {"W", "b", "slope"}
    assert len(LayerParameters(3, 5, learn_slope=True).learned()) == 2


def test_a_layer_shows_its_widths() -> None:
    assert str(LayerParameters(3, 5)) == "LayerParameters(n_in=3, n_out=5)"
