"""Devices are tested by computing on them. The device `meta` stands for a device that cannot compute."""

from math import inf
from types import SimpleNamespace
from unittest.mock import Mock

import pytest
import torch

from course_torch.checkup import devices
from course_torch.formulas import layers
from tests.fixture_types import Monkeypatch

CPU, META = torch.device("cpu"), torch.device("meta")


def test_the_cpu_comes_first_and_then_every_accelerator(monkeypatch: Monkeypatch) -> None:
    monkeypatch.setattr(torch.accelerator, "is_available", lambda: False)
    assert devices.find_devices() == [CPU]
    monkeypatch.setattr(torch.accelerator, "is_available", lambda: True)
    monkeypatch.setattr(torch.accelerator, "current_accelerator", lambda: torch.device("cuda"))
    monkeypatch.setattr(torch.accelerator, "device_count", lambda: 2)
    assert devices.find_devices() == [CPU, torch.device("cuda", 0), torch.device("cuda", 1)]


def test_the_cpu_supports_the_dtypes_of_training() -> None:
    cpu = devices.probe(CPU)
    assert cpu.usable(torch.float64)
    assert cpu.usable(torch.float32)
    assert devices.device_finding(cpu).problem == devices.device_finding(cpu).advice == ""


@pytest.mark.parametrize(
    "error", [RuntimeError("no kernel\nmore"), TypeError("no kernel"), AssertionError("no kernel")]
)
def test_an_exception_of_torch_becomes_one_line(error: Exception, monkeypatch: Monkeypatch) -> None:
    monkeypatch.setattr(torch, "addmm", Mock(side_effect=error))
    assert devices.product_error(CPU, torch.float32) == "no kernel"
    monkeypatch.setattr(torch, "addmm", lambda b, A, B: A @ B)
    assert devices.product_error(CPU, torch.float32) == "a product of matrices of ones is wrong"


def test_a_device_without_float64_gives_advice_and_is_no_problem() -> None:
    errors = dict.fromkeys(devices.DTYPES, "") | {torch.float64: "Cannot convert a MPS Tensor to float64"}
    finding = devices.device_finding(devices.Device("mps:0", "mps", errors))
    assert finding.problem == ""
    assert str(finding).startswith("mps:0: float64 does not work on this device; train with --precision 32")


def test_a_device_is_described_by_its_properties_or_else_by_the_error(monkeypatch: Monkeypatch) -> None:
    card = SimpleNamespace(name="Card", total_memory=80 * 2**30, major=9, minor=0)
    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda device: card)
    assert devices.describe(torch.device("cuda", 0)) == "Card, 80.0 GiB, compute capability 9.0"
    monkeypatch.setattr(devices, "describe", Mock(side_effect=RuntimeError("device busy")))
    assert devices.probe(META).description == "device busy"


@pytest.mark.slow
@pytest.mark.parametrize(("dtype", "rounding"), [(torch.float64, 1e-11), (torch.float32, 1e-3)])
def test_right_gradients_pass_on_all_networks(dtype: torch.dtype, rounding: float) -> None:
    check = devices.check_gradients("cpu", dtype, seconds=inf)
    assert check.networks == devices.NETWORKS
    assert 0 < check.largest_relative_error < rounding
    assert devices.gradient_finding(check).problem == ""


def test_a_wrong_formula_is_named_at_the_first_network(monkeypatch: Monkeypatch) -> None:
    monkeypatch.setattr(layers, "linear_backward_input", lambda dZ, W: -dZ @ W)
    check = devices.check_gradients("cpu", torch.float64)
    assert check.networks == 1
    assert check.largest_relative_error == pytest.approx(1)
    line = str(devices.gradient_finding(check))
    assert line.startswith(
        "gradients on cpu, float64: found wrong gradients, expected the gradients of autograd: first wrong: dA["
    )
    assert "the sign is turned around" in line
    assert line.endswith("; see course-torch compare --device cpu --dtype float64")


@pytest.mark.parametrize("formula", ["tanh", "sigmoid"])
def test_a_formula_that_raises_is_named(formula: str, monkeypatch: Monkeypatch) -> None:
    monkeypatch.setattr(torch, formula, lambda Z: 1 / 0)
    problem = devices.gradient_finding(devices.check_gradients("cpu", torch.float64)).problem
    assert f"{formula} raises ZeroDivisionError: division by zero (activations.py:" in problem


def test_a_bug_of_the_check_itself_keeps_its_traceback(monkeypatch: Monkeypatch) -> None:
    monkeypatch.setattr("course_torch.checkup.devices.compare_gradients", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        devices.check_gradients("cpu", torch.float64)


def test_a_device_that_fails_during_the_check_is_a_problem() -> None:
    check = devices.check_gradients("meta", torch.float32)
    assert check.networks == 1
    problem = devices.gradient_finding(check).problem
    assert "expected the gradients of autograd: X: found a tensor without numbers" in problem


def test_the_check_stops_after_the_time_limit_and_restores_the_number_of_threads() -> None:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        assert devices.check_gradients("cpu", torch.float64, seconds=0).networks == 1, "the time is over"
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)
