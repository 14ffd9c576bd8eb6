"""The gradient check on a device accepts right gradients and names the error of wrong gradients."""

import pytest
import torch

from course_torch.checkup.device_gradients import NETWORKS, check_gradients, gradient_finding
from course_torch.formulas import layers


@pytest.mark.parametrize(("dtype", "rounding"), [(torch.float64, 1e-11), (torch.float32, 1e-3)])
def test_right_gradients_pass_on_all_networks(dtype: torch.dtype, rounding: float) -> None:
    check = check_gradients("cpu", dtype, seconds=60)
    assert check.networks == NETWORKS
    assert 0 < check.largest_relative_error < rounding
    assert gradient_finding(check).problem == ""


def test_a_wrong_formula_is_named_at_the_first_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layers, "linear_backward_input", lambda dZ, W: -dZ @ W)
    check = check_gradients("cpu", torch.float64)
    assert check.networks == 1
    assert check.largest_relative_error == pytest.approx(1)
    line = str(gradient_finding(check))
    assert line.startswith(
        "gradients on cpu, float64: found wrong gradients, expected the gradients of autograd: first wrong: dA["
    )
    assert "the sign is turned around" in line
    assert line.endswith("; see course-torch compare --device cpu --dtype float64")


@pytest.mark.parametrize("formula", ["tanh", "sigmoid"])
def test_a_formula_that_raises_is_named(formula: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch, formula, lambda Z: 1 / 0)
    problem = gradient_finding(check_gradients("cpu", torch.float64)).problem
    assert f"{formula} raises ZeroDivisionError: division by zero (activations.py:" in problem


def test_a_bug_of_the_check_itself_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("course_torch.checkup.device_gradients.compare_gradients", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        check_gradients("cpu", torch.float64)


def test_a_device_that_fails_during_the_check_is_a_problem() -> None:
    check = check_gradients("meta", torch.float32)
    assert check.networks == 1
    assert "expected the gradients of autograd: X: found a tensor without numbers" in gradient_finding(check).problem


def test_the_check_stops_after_the_time_limit() -> None:
    assert check_gradients("cpu", torch.float64, seconds=0).networks == 1


def test_the_number_of_threads_is_restored() -> None:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        check_gradients("cpu", torch.float64, seconds=0)
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)
