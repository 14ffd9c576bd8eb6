"""Devices are tested by computing on them."""

from types import SimpleNamespace
from unittest.mock import Mock

import pytest
import torch

from course_torch.checkup import devices
from tests.support.fixture_types import Monkeypatch

CPU, META = torch.device("cpu"), torch.device("meta")


def test_the_cpu_comes_first_and_then_every_accelerator(monkeypatch: Monkeypatch) -> None:
    monkeypatch.setattr(torch.accelerator, "is_available", lambda: False)
    assert devices.find_devices() == [CPU]
    monkeypatch.setattr(torch.accelerator, "is_available", lambda: True)
    monkeypatch.setattr(torch.accelerator, "current_accelerator", lambda: torch.device("cuda"))
    monkeypatch.setattr(torch.accelerator, "device_count", lambda: 2)
    assert devices.find_devices() == [CPU, torch.device("cuda", 0), torch.device("cuda", 1)]


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
    assert finding.problem is None
    assert finding.line.en.startswith("mps:0: float64 does not work on this device; train with --precision 32")


def test_a_device_is_described_by_its_properties_or_else_by_the_error(monkeypatch: Monkeypatch) -> None:
    card = SimpleNamespace(name="Card", total_memory=80 * 2**30, major=9, minor=0)
    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda device: card)
    assert devices.describe(torch.device("cuda", 0)) == "Card, 80.0 GiB, compute capability 9.0"
    monkeypatch.setattr(devices, "describe", Mock(side_effect=RuntimeError("device busy")))
    assert devices.probe(META).description == "device busy"
