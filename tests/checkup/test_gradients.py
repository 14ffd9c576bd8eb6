"""The gradients of small networks on a device: right, wrong, raising, and in time."""

from math import inf

import pytest
import torch

from course_torch.checkup import gradients
from course_torch.formulas import layers
from tests.support.fixture_types import Monkeypatch


@pytest.mark.slow
@pytest.mark.parametrize(("dtype", "rounding"), [(torch.float64, 1e-11), (torch.float32, 1e-3)])
def test_right_gradients_pass_on_all_networks(dtype: torch.dtype, rounding: float) -> None:
    check = gradients.check_gradients("cpu", dtype, seconds=inf)
    assert check.networks == gradients.NETWORKS
    assert 0 < check.largest_relative_error < rounding
    assert gradients.gradient_finding(check).problem is None


def test_the_check_ends_at_the_first_network_with_a_wrong_gradient(monkeypatch: Monkeypatch) -> None:
    monkeypatch.setattr(layers, "linear_backward_input", lambda dZ, W: -dZ @ W)
    check = gradients.check_gradients("cpu", torch.float64)
    assert check.networks == 1
    assert check.largest_relative_error == pytest.approx(1)


@pytest.mark.parametrize("formula", ["tanh", "sigmoid"])
def test_a_formula_that_raises_is_named(formula: str, monkeypatch: Monkeypatch) -> None:
    monkeypatch.setattr(torch, formula, lambda Z: 1 / 0)
    problem = gradients.gradient_finding(gradients.check_gradients("cpu", torch.float64, seconds=inf)).line.en
    assert f"{formula} raises ZeroDivisionError: division by zero (activations.py:" in problem


def test_a_bug_of_the_check_itself_keeps_its_traceback(monkeypatch: Monkeypatch) -> None:
    monkeypatch.setattr("course_torch.checkup.gradients.compare_gradients", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        gradients.check_gradients("cpu", torch.float64)


def test_a_device_that_fails_during_the_check_is_a_problem() -> None:
    check = gradients.check_gradients("meta", torch.float32)
    assert check.networks == 1
    problem = gradients.gradient_finding(check).line.en
    assert "expected the gradients of autograd: X: found a tensor without numbers" in problem


def test_the_check_stops_after_the_time_limit_and_restores_the_number_of_threads() -> None:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        assert gradients.check_gradients("cpu", torch.float64, seconds=0).networks == 1, "the time is over"
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)
