"""A broken formula ends a training with the line of `course-torch compare`, not with a traceback."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor

from course_torch import DeepNetwork
from course_torch.data.table import load_data_set
from course_torch.formulas import activations, layers
from course_torch.formulas.activations import ACTIVATIONS
from course_torch.training import module
from course_torch.training.fitting import BrokenFormulaError, check_formulas

Train = Callable[..., Path]


def last_line(train: Train, capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises((ValueError, FileNotFoundError)):  # no run folder
        train(code=1)
    return capsys.readouterr().err.splitlines()[-1]


@pytest.mark.parametrize(
    ("name", "wrong", "sentence"),
    [
        (
            "linear_backward",
            lambda dZ, A_prev, m: (dZ.sum(dim=0, keepdim=True) / m, dZ.T @ A_prev / m),
            "first wrong: dW[2] (shape (1, 1), expected (1, 4)). Probably dW and db are swapped (notes 3.2).",
        ),
        (
            "linear_backward",
            lambda dZ, A_prev, m: (dZ.T @ A_prev / m, 0.0),
            "the backward pass breaks off at db[2]: linear_backward(dZ (100, 1), A_prev (100, 4)) returns the number 0",
        ),
        ("linear_backward_input", lambda dZ, W: None, "breaks off at dA[1]: linear_backward_input("),
        ("linear_backward_input", lambda dZ, W: dZ @ W.T, "Probably W and Wᵀ are confused"),
        ("linear_backward_input", lambda dZ, W: 1 / 0, "raises ZeroDivisionError: division by zero"),
        ("activation_backward", lambda dA, *_: dA.double().sum(), "first wrong: dZ[1] (shape (), expected (100, 4))"),
    ],
)
def test_a_broken_formula_ends_in_one_line(
    name: str,
    wrong: Callable[..., object],
    sentence: str,
    train: Train,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wrong.__name__ = name
    monkeypatch.setattr(layers, name, wrong)
    line = last_line(train, capsys)
    assert line.startswith("train.py: training stopped: ")
    assert sentence in line


def test_a_value_error_of_a_formula_is_no_wrong_setting(
    train: Train, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def tanh_derivative(A: Tensor) -> Tensor:
        raise ValueError("mine")

    monkeypatch.setitem(ACTIVATIONS, "tanh", replace(ACTIVATIONS["tanh"], derivative_by=tanh_derivative))
    assert "breaks off at dZ[1]: tanh_derivative(A (100, 4)) raises ValueError: mine" in last_line(train, capsys)


def test_a_forward_pass_that_breaks_off_is_named(
    train: Train, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = replace(ACTIVATIONS["tanh"], function=lambda Z: activations.tanh(Z) @ Z)
    monkeypatch.setitem(ACTIVATIONS, "tanh", wrong)
    assert "the forward pass breaks off at A[1]" in last_line(train, capsys)


def test_every_other_exception_keeps_its_traceback(train: Train, monkeypatch: pytest.MonkeyPatch) -> None:
    def step(self: object, batch: object, batch_index: int) -> Tensor:
        raise RuntimeError("a bug of the program")

    monkeypatch.setattr(module.NetworkModule, "training_step", step)
    with pytest.raises(RuntimeError, match="a bug of the program"):
        train()


@pytest.mark.parametrize("dtype", [torch.float16, torch.float32, torch.float64])
def test_the_formulas_run_again_in_the_dtype_of_the_network(
    dtype: torch.dtype, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The report judges no float16, so that such a network is judged in float32."""
    network = DeepNetwork([2, 4, 1], "tanh", dtype=dtype, generator=torch.Generator().manual_seed(1))
    check_formulas(network, load_data_set("planar"))
    monkeypatch.setattr(layers, "linear_backward_input", lambda dZ, W: None)
    with pytest.raises(BrokenFormulaError, match=r"the backward pass breaks off at dA\[1\]"):
        check_formulas(network, load_data_set("planar"))
    assert network.layers[0].W.dtype == dtype
