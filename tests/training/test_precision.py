"""In each precision manual and autograd gradients train alike, and matrices are multiplied in its dtype."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from course_torch.commands.main import main as course_torch
from course_torch.data.data_set import features
from course_torch.data.table import load_data_set
from course_torch.network.gradient_descent import gradient_descent
from course_torch.training.cli import main
from course_torch.training.module import NetworkModule
from tests.conftest import assert_equal, usage_error
from tests.fixture_types import Capsys, Monkeypatch, Train
from tests.training.conftest import CONFIGS, parameters_of

DIGITS = ["--config", str(CONFIGS / "digits.yaml"), "--model.optimizer", "gradient_descent", "--max_epochs", "1"]
L, STEPS = 2, 19
# Lightning supports float16 only on GPUs, but its plugin with the gradient scaler works on a CPU too.
FLOAT16_ON_CPU = [
    *("--trainer.plugins", "lightning.pytorch.plugins.MixedPrecision"),
    *("--trainer.plugins.precision", "16-mixed", "--trainer.plugins.device", "cpu"),
]
PRECISIONS = {
    "64": torch.float64,
    "32": torch.float32,
    "bf16-mixed": torch.bfloat16,
    "16-mixed": torch.float16,
    "bf16-true": torch.bfloat16,
    "16-true": torch.float16,
}
MACHINES = ["cpu", pytest.param("cuda", marks=pytest.mark.gpu)]


def options(machine: str, precision: str) -> list[str]:
    if (machine, precision) == ("cpu", "16-mixed"):
        return ["--accelerator", "cpu", *FLOAT16_ON_CPU]
    return ["--accelerator", machine, "--devices", "1", "--precision", precision]


class ProductDtypes(TorchDispatchMode):
    """Count matrix products by the dtype of the right factor, after autocast has converted it."""

    def __init__(self) -> None:
        super().__init__()
        self.count: Counter[torch.dtype] = Counter()

    def __torch_dispatch__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if function in (torch.ops.aten.mm.default, torch.ops.aten.addmm.default):
            self.count[args[-1].dtype] += 1
        return function(*args, **(kwargs or {}))


@pytest.fixture
def products(monkeypatch: Monkeypatch) -> dict[str, Counter[torch.dtype]]:
    """Count the matrix products of all forward passes and of all backward passes of a training."""
    modes = {"training_step": ProductDtypes(), "backward": ProductDtypes()}

    def counted(name: str) -> Callable[..., Any]:
        method = getattr(NetworkModule, name)

        def call(*args: Any, **kwargs: Any) -> Any:
            with modes[name]:
                return method(*args, **kwargs)

        return call

    for name in modes:
        monkeypatch.setattr(NetworkModule, name, counted(name))
    return {name: mode.count for name, mode in modes.items()}


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("precision", PRECISIONS)
def test_manual_and_autograd_gradients_end_at_the_same_parameters(train: Train, machine: str, precision: str) -> None:
    """The final parameters differ by at most (4L + 1) ε times the distance from the initial parameters.

    A gradient goes through at most 4L + 1 roundings: Z and A of each layer in the forward pass, dZ and dA of each layer
    in the backward pass, and dW. Each rounding has a relative error of ε/2 in either computation, so two gradients
    differ by (4L + 1) ε relative to their size. Gradient descent sums α dW, so the same bound holds for the distance.
    """
    start = NetworkModule([64, 32, 10], output="softmax", initialization="he").state_dict()
    manual, autograd = (
        parameters_of(train(*options(machine, precision), "--model.gradients", gradients, config=DIGITS))
        for gradients in ("manual", "autograd")
    )
    for name in start:
        way = (autograd[name].double() - start[name].double()).norm()
        apart = (manual[name].double() - autograd[name].double()).norm()
        assert way > 0.05
        assert apart <= (4 * L + 1) * torch.finfo(PRECISIONS[precision]).eps * way, name


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("gradients", ["manual", "autograd"])
def test_forward_and_backward_pass_multiply_in_the_dtype_of_the_precision(
    train: Train, products: dict[str, Counter[torch.dtype]], machine: str, precision: str, gradients: str
) -> None:
    """A step has L products forward and 2L - 1 backward: dW of each layer, and dA of each layer except the input."""
    train(*options(machine, precision), "--model.gradients", gradients, config=DIGITS)
    assert products["training_step"] == {PRECISIONS[precision]: L * STEPS}
    assert products["backward"] == {PRECISIONS[precision]: (2 * L - 1) * STEPS}


def test_16_mixed_on_a_cpu_trains_in_bfloat16_with_a_warning(
    train: Train, products: dict[str, Counter[torch.dtype]], capsys: Capsys
) -> None:
    with pytest.warns(UserWarning, match=r"fp16 is not supported on CPU. Using `precision='bf16-mixed'` instead"):
        train("--accelerator", "cpu", "--precision", "16-mixed", config=DIGITS)
    assert "training on 1 × cpu, precision bf16-mixed" in capsys.readouterr().out
    assert set(products["backward"]) == {torch.bfloat16}


@pytest.mark.parametrize("machine", MACHINES)
def test_float32_training_ends_near_the_courses_loop_in_float64(train: Train, machine: str) -> None:
    """40 steps on the flower in float32: about 40 rounding errors of 6e-8, in numbers of order 1."""
    parameters = parameters_of(train("--accelerator", machine, "--devices", "1", "--precision", "32"))
    network = NetworkModule([2, 4, 1], "tanh", initialization="small").network.double()
    X, Y = load_data_set("planar").train
    gradient_descent(network, features(X, 1, torch.float64), Y, learning_rate=1.2, iterations=40)
    for name, parameter in network.named_parameters():
        assert_equal(name, parameters[f"network.{name}"].double(), parameter.detach(), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(
    ("machine", "dtype"), [("cpu", "float32"), pytest.param("cuda", "tf32", marks=pytest.mark.gpu)]
)
def test_compare_finds_no_error_in_float32_and_tf32(machine: str, dtype: str) -> None:
    config = ["--config", str(CONFIGS / "planar_shallow.yaml")]
    assert course_torch(["compare", *config, "--device", machine, "--dtype", dtype]) == 0


@pytest.fixture
def apple(monkeypatch: Monkeypatch) -> None:
    """Make Lightning believe that this machine has an Apple GPU."""
    monkeypatch.setattr("lightning.fabric.accelerators.mps.MPSAccelerator.is_available", lambda: True)


@pytest.mark.usefixtures("apple")
@pytest.mark.skipif(torch.cuda.is_available(), reason="auto takes the CUDA GPU of this machine")
def test_float64_on_mps_is_rejected_in_one_line(tmp_path: Path, monkeypatch: Monkeypatch, capsys: Capsys) -> None:
    monkeypatch.chdir(tmp_path)
    error = usage_error(main, ["--accelerator", "auto", "--precision", "64"], capsys)
    assert "precision: found 64, expected at most 32 bits: mps has no float64" in error
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("apple")
def test_accelerator_cpu_gives_no_warning_about_an_idle_gpu(train: Train) -> None:
    """Warnings are errors in the tests, so Lightning's warning would end the run."""
    train("--accelerator", "cpu")
