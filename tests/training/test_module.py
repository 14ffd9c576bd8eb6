"""One update of each optimizer and every number that is logged, worked out by hand."""

from math import log

import pytest
import torch
from torch import Tensor

from course_torch.errors import InputError
from course_torch.training.batches import Batch
from course_torch.training.module import GRADIENTS, OPTIMIZERS, NetworkModule

RATE, START, GRADIENTS_OF_TWO_STEPS = 0.1, 2.0, (4.0, -1.0)
ADAM = [
    START - RATE * 4 / (4 + 1e-8),
    START - RATE * (4 / (4 + 1e-8) + (0.9 * 0.4 - 0.1) / 0.19 / (((0.999 * 0.016 + 0.001) / 0.001999) ** 0.5 + 1e-8)),
]
BY_HAND = {
    "gradient_descent": [2 - 0.1 * 4, 2 - 0.1 * 4 + 0.1 * 1],
    "momentum": [2 - 0.1 * 4, 2 - 0.1 * 4 - 0.1 * (0.9 * 4 - 1)],
    "adam": ADAM,
}


class Trainer:
    """What the module asks of a trainer."""

    accumulate_grad_batches, world_size = 2, 3


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> NetworkModule:
    """Z[1] = -2x and ŷ = sigmoid(-Z[1] / 2) = sigmoid(x), in float64.

    What it logs stands in `module.logged`, as (name, value, options).
    """
    module = NetworkModule([1, 1, 1], "identity", learning_rate=RATE).double()
    with torch.no_grad():
        module.network.layers[0].W.fill_(-2)
        module.network.layers[1].W.fill_(-0.5)
    trainer, logged = Trainer(), []
    monkeypatch.setattr(NetworkModule, "trainer", trainer)
    monkeypatch.setattr(module, "log", lambda name, value, **options: logged.append((name, value, options)))
    monkeypatch.setattr(
        module, "log_dict", lambda values, **options: logged.extend((*pair, options) for pair in values.items())
    )
    monkeypatch.setattr(module, "logged", logged, raising=False)
    return module


def column(*numbers: float) -> Tensor:
    return torch.tensor(numbers, dtype=torch.float64).reshape(-1, 1)


def test_every_optimizer_has_numbers_by_hand() -> None:
    assert set(BY_HAND) == set(OPTIMIZERS)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_two_updates_of_each_optimizer_by_hand(name: str) -> None:
    """W = 2, dW = 4 and then -1, α = 0.1. Momentum: v = 0.9 v + dW and W -= α v, from v = 0.

    Adam: the means m = 0.9 m + 0.1 dW and s = 0.999 s + 0.001 dW², over 1 - 0.9^t and 1 - 0.999^t; no weight decays.
    """
    module = NetworkModule([1, 1], optimizer=name, learning_rate=RATE).double()
    optimizer, W = module.configure_optimizers(), module.network.layers[0].W
    with torch.no_grad():
        W.fill_(START)
    for dW, expected in zip(GRADIENTS_OF_TWO_STEPS, BY_HAND[name], strict=True):
        W.grad = torch.full_like(W, dW)
        optimizer.step()
        assert W.item() == pytest.approx(expected, rel=1e-12)


def test_the_optimizer_has_every_parameter(module: NetworkModule) -> None:
    (group,) = module.configure_optimizers().param_groups
    own = [tensor for layer in module.network.layers for tensor in (layer.W, layer.b)]
    assert all(given is parameter for given, parameter in zip(group["params"], own, strict=True))


def test_the_training_cost_is_the_mean_over_the_micro_batches_of_an_update(module: NetworkModule) -> None:
    """Batches with costs ln 2 · (1, 3, 5): logged are the first, the mean of two, and the third, of the next update."""
    X, Y = column(0), column(1)
    costs = [module.training_step(Batch(X, Y, 1 / times), i).item() for i, times in enumerate((1, 3, 5))]
    assert costs == pytest.approx([log(2), 3 * log(2), 5 * log(2)])
    assert {name for name, _, _ in module.logged} == {"train/cost"}
    assert [value.item() for _, value, _ in module.logged] == pytest.approx([log(2), 2 * log(2), 5 * log(2)])
    assert [value.requires_grad for _, value, _ in module.logged] == [False] * 3
    assert module.logged[0][2] == {"prog_bar": True, "sync_dist": True, "batch_size": 1}


def test_costs_are_0_before_the_first_batch(module: NetworkModule) -> None:
    assert (module.batch_cost.item(), module.update_cost.item()) == (0.0, 0.0)


@pytest.mark.parametrize("gradients", GRADIENTS)
def test_the_training_step_divides_by_the_m_of_the_batch(gradients: str) -> None:
    """dW = (1/m) Σ dZ x with dZ = ½ - 1: at m = ½ and x = 3 it is -3."""
    module = NetworkModule([1, 1], initialization="zeros", gradients=gradients)
    J = GRADIENTS[gradients](module.network)(torch.tensor([[3.0]]), torch.tensor([[1.0]]), 0.5)
    J.backward()
    assert J.item() == pytest.approx(2 * log(2))
    assert module.network.layers[0].W.grad.item() == -3.0


def test_gradients_come_from_the_formulas_or_from_autograd(module: NetworkModule) -> None:
    assert GRADIENTS["manual"](module.network) == module.network.cost
    assert GRADIENTS["autograd"](module.network) == module.network.autograd_cost
    assert module.hparams["gradients"] == "manual"


def test_cost_and_accuracy_of_validation_divide_by_the_m_of_the_batch(module: NetworkModule) -> None:
    """Logits ln 3, ln 3, -ln 3 with labels 0, 1, 0: losses ln 4, ln 4/3, ln 4/3; two of three are right.

    With m = 5/3 on each of 3 ranks, the mean over the ranks divides by all 5 examples.
    """
    Y = column(0, 1, 0)
    module.validation_Y = 1 - Y  # only R² looks at the labels of the whole split
    module.validation_step(Batch(column(log(3), log(3), -log(3)), Y, 5 / 3), 0)
    logged = {name: value.item() for name, value, _ in module.logged}
    assert logged == {
        "validation/cost": pytest.approx((log(4) + 2 * log(4 / 3)) / 5 * 3),
        "validation/accuracy": pytest.approx(2 / 5 * 3),
    }
    assert [options for _, _, options in module.logged] == [{"sync_dist": True, "batch_size": 5}] * 2


def test_a_module_predicts_as_its_network(module: NetworkModule) -> None:
    assert module(column(log(3))).item() == pytest.approx(0.75)


@pytest.mark.parametrize("learning_rate", [0.0, -1.0, 1.1e6, float("nan"), float("inf")])
def test_a_learning_rate_out_of_range_is_rejected(learning_rate: float) -> None:
    with pytest.raises(InputError, match=f"learning_rate: found {learning_rate}, expected"):
        NetworkModule([1, 1], learning_rate=learning_rate)


def test_the_largest_learning_rate_is_accepted() -> None:
    assert NetworkModule([1, 1], learning_rate=1e6).hparams["learning_rate"] == 1e6


@pytest.mark.parametrize("slope", [float("nan"), float("-inf")])
def test_a_slope_that_is_no_number_is_rejected(slope: float) -> None:
    with pytest.raises(InputError, match=f"slope: found {slope}, expected a finite number"):
        NetworkModule([1, 1], "leaky_relu", slope=slope)


def test_options_reach_the_network_and_the_seed_its_generator() -> None:
    module = NetworkModule([3, 4, 2], "leaky_relu", "softmax", "he", slope=0.25, learn_slope=True, seed=5)
    network = module.network
    assert (network.layer_sizes, network.hidden_activation.name, network.output.name) == (
        [3, 4, 2],
        "leaky_relu",
        "softmax",
    )
    assert network.layers[0].slope.item() == 0.25
    assert network.layers[0].slope.requires_grad
    expected = torch.empty(4, 3).normal_(generator=torch.Generator().manual_seed(5)) * (2 / 3) ** 0.5
    torch.testing.assert_close(network.layers[0].W.detach(), expected)


def test_a_checkpoint_brings_its_dtype() -> None:
    """So that float64 parameters are not rounded to float32 while they are loaded."""
    module = NetworkModule([1, 1])
    module.on_load_checkpoint({"state_dict": {"network.layers.0.W": torch.zeros(1, 1, dtype=torch.float64)}})
    assert {parameter.dtype for parameter in module.parameters()} == {torch.float64}


def test_the_defaults_are_those_of_the_first_run() -> None:
    assert dict(NetworkModule().hparams) == {
        "layer_sizes": (12288, 40, 20, 10, 1),
        "hidden_activation": "relu",
        "output": "sigmoid",
        "initialization": "lecun",
        "slope": 0.01,
        "learn_slope": False,
        "gradients": "manual",
        "optimizer": "gradient_descent",
        "learning_rate": 0.02,
        "seed": 1,
    }


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ({"gradients": "by hand"}, "gradients: found 'by hand', expected one of manual"),
        ({"optimizer": "adamw"}, "optimizer: found 'adamw', expected one of gradient_descent"),
        ({"seed": -1}, "seed: found -1, expected 0 to 2147483647"),
    ],
)
def test_an_option_that_is_not_offered_is_rejected(option: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        NetworkModule([1, 1], **option)


def test_every_option_is_described_for_the_help() -> None:
    assert all(f"{option}: " in (NetworkModule.__doc__ or "") for option in NetworkModule().hparams)
