"""Micro-batches, clipping, every precision and a compiled cost end at the parameters of plain code."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from course_torch.data.data_set import features
from course_torch.data.table import load_data_set
from course_torch.training.module import NetworkModule
from tests.conftest import assert_equal
from tests.support.fixture_types import Capsys, Monkeypatch, Train
from tests.training.conftest import CONFIGS, assert_same_parameters, metrics_of, parameters_of, updates_of


@pytest.mark.sweep(2)
@pytest.mark.parametrize(
    ("size", "micro_batches"),
    [
        ("50", 4),  # 400 examples: two updates of four micro-batches of 50
        ("64", 2),  # three updates of 128, and one of 16 in two micro-batches of 8
        ("30", 3),  # four updates of 90, and one of 40 in micro-batches of 14, 13 and 13
        ("1", 150),  # the last update of 100 examples has 50 empty micro-batches
        ("null", 3),  # 400 = 134 + 133 + 133
    ],
)
def test_k_micro_batches_train_like_one_batch_of_k_times_the_size(train: Train, size: str, micro_batches: int) -> None:
    """Parameters agree within the rounding error of float64; number of updates and logged costs agree too."""
    larger = size if size == "null" else str(int(size) * micro_batches)
    whole = ["--trainer.limit_train_batches", "1.0", "--max_steps", "20"]
    accumulated = train("--data.batch_size", size, "--trainer.accumulate_grad_batches", str(micro_batches), *whole)
    at_once = train("--data.batch_size", larger, *whole)
    assert_same_parameters(accumulated, at_once, 1e-12)
    assert updates_of(accumulated) == updates_of(at_once)
    costs = [metrics_of(folder, "train/cost") for folder in (accumulated, at_once)]
    assert costs[0] == pytest.approx(costs[1], rel=1e-6)  # Lightning logs in float32


def test_a_short_run_with_accumulation_is_validated_once(train: Train) -> None:
    options = ["--max_steps", "20", "--trainer.accumulate_grad_batches", "2"]
    folder = train(*options, config=["--model.layer_sizes", "[12288, 2, 1]"])
    assert len(metrics_of(folder, "validation/cost")) == 1
    assert updates_of(folder) == 20


@pytest.mark.parametrize("algorithm", ["norm", "value"])
def test_clipping_equals_a_hand_written_clipping_of_the_manual_gradients(train: Train, algorithm: str) -> None:
    """One step W -= α dW: all gradients together are scaled to norm 0.001, or each entry is clamped to ±0.001."""
    bound = 0.001
    clip = ["--trainer.gradient_clip_val", str(bound), "--trainer.gradient_clip_algorithm", algorithm]
    parameters = parameters_of(train("--max_steps", "1", *clip))
    network = NetworkModule([2, 4, 1], "tanh", initialization="small").network.double()
    X, Y = load_data_set("planar").train
    gradients = [
        each for layer in network.manual_gradients(features(X, 1, torch.float64), Y) for each in (layer.dW, layer.db)
    ]
    norm = torch.cat([each.flatten() for each in gradients]).norm()
    assert all(each > 2 * bound for each in (norm, max(gradient.abs().max() for gradient in gradients)))
    for (name, parameter), gradient in zip(network.named_parameters(), gradients, strict=True):
        # torch adds 1e-6 to the norm to avoid a division by 0.
        clipped = gradient * bound / (norm + 1e-6) if algorithm == "norm" else gradient.clamp(-bound, bound)
        assert_equal(name, parameters[f"network.{name}"], parameter.detach() - 1.2 * clipped)


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


def options(precision: str) -> list[str]:
    return ["--accelerator", "cpu", *(FLOAT16_ON_CPU if precision == "16-mixed" else ("--precision", precision))]


Products = dict[str, Counter[torch.dtype]]
"""Pass -> how often it multiplied in each dtype."""


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
def products(monkeypatch: Monkeypatch) -> Products:
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


@pytest.mark.sweep(4)
@pytest.mark.parametrize("precision", PRECISIONS)
def test_manual_and_autograd_gradients_end_at_the_same_parameters(train: Train, precision: str) -> None:
    """The final parameters differ by at most (4L + 1) ε times the distance from the initial parameters.

    A gradient goes through at most 4L + 1 roundings: Z and A of each layer in the forward pass, dZ and dA of each layer
    in the backward pass, and dW. Each rounding has a relative error of ε/2 in either computation, so two gradients
    differ by (4L + 1) ε relative to their size. Gradient descent sums α dW, so the same bound holds for the distance.
    """
    start = NetworkModule([64, 32, 10], output="softmax", initialization="he").state_dict()
    manual, autograd = (
        parameters_of(train(*options(precision), "--model.gradients", gradients, config=DIGITS))
        for gradients in ("manual", "autograd")
    )
    for name in start:
        way = (autograd[name].double() - start[name].double()).norm()
        apart = (manual[name].double() - autograd[name].double()).norm()
        assert way > 0.05
        assert apart <= (4 * L + 1) * torch.finfo(PRECISIONS[precision]).eps * way, name


@pytest.mark.sweep(6)
@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("gradients", ["manual", "autograd"])
def test_forward_and_backward_pass_multiply_in_the_dtype_of_the_precision(
    train: Train, products: Products, precision: str, gradients: str
) -> None:
    """A step has L products forward and 2L - 1 backward: dW of each layer, and dA of each layer except the input."""
    train(*options(precision), "--model.gradients", gradients, config=DIGITS)
    assert products["training_step"] == {PRECISIONS[precision]: L * STEPS}
    assert products["backward"] == {PRECISIONS[precision]: (2 * L - 1) * STEPS}


def test_16_mixed_on_a_cpu_trains_in_bfloat16_with_a_warning(train: Train, products: Products, capsys: Capsys) -> None:
    with pytest.warns(UserWarning, match=r"fp16 is not supported on CPU. Using `precision='bf16-mixed'` instead"):
        train("--accelerator", "cpu", "--precision", "16-mixed", config=DIGITS)
    assert "training on 1 × cpu, precision bf16-mixed" in capsys.readouterr().out
    assert set(products["backward"]) == {torch.bfloat16}


PROGRAM = """
import json, sys, torch
from torch._dynamo.testing import CompileCounter
from lightning import Trainer
from course_torch.training.settings import quiet_lightning
from course_torch.training.data_module import CourseData
from course_torch.training.module import NetworkModule

def trained(compiled=""):
    frames, module = CompileCounter(), NetworkModule([64, 8, 10], "tanh", "softmax")
    if compiled == "cost":
        module.network.cost = torch.compile(module.network.cost, fullgraph=True, backend=frames)
    elif compiled == "module":
        module.network.compile(backend=frames)
    Trainer(
        accelerator="cpu", precision=64, max_epochs=1, limit_val_batches=0, logger=False, enable_checkpointing=False,
        enable_progress_bar=False, enable_model_summary=False,
    ).fit(module, CourseData("digits", batch_size=64))
    return frames.frame_count, torch.cat([each.detach().flatten() for each in module.network.parameters()])

quiet_lightning()
plain, compiled, module_alone = trained(), trained("cost"), trained("module")
print(json.dumps([compiled[0], module_alone[0], ((compiled[1] - plain[1]).norm() / plain[1].norm()).item()]))
"""


@pytest.mark.slow
def test_training_runs_a_compiled_cost_but_not_a_compiled_module() -> None:
    """The smaller last batch needs a second compiled frame. Training never calls the module's forward."""
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=500)
    assert done.returncode == 0, done.stderr[-3000:]
    compiled, module_alone, apart = json.loads(done.stdout.splitlines()[-1])
    assert (compiled, module_alone) == (2, 0)
    assert apart < 1e-12
