"""Devices are tested by computing on them. The device `meta` stands for a device that cannot compute."""

import pytest
import torch

from course_torch.checkup import devices
from course_torch.checkup.devices import Device, describe, device_finding, find_devices, probe, product_error

CPU, META = torch.device("cpu"), torch.device("meta")


def test_the_cpu_comes_first_and_then_every_accelerator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.accelerator, "is_available", lambda: False)
    assert find_devices() == [CPU]
    monkeypatch.setattr(torch.accelerator, "is_available", lambda: True)
    monkeypatch.setattr(torch.accelerator, "current_accelerator", lambda: torch.device("cuda"))
    monkeypatch.setattr(torch.accelerator, "device_count", lambda: 2)
    assert find_devices() == [CPU, torch.device("cuda", 0), torch.device("cuda", 1)]


def test_the_cpu_supports_the_dtypes_of_training() -> None:
    cpu = probe(CPU)
    assert cpu.usable(torch.float64)
    assert cpu.usable(torch.float32)
    assert device_finding(cpu).problem == device_finding(cpu).advice == ""


def test_a_device_that_cannot_compute_is_a_problem_with_its_reason() -> None:
    meta = probe(META)
    assert not any(meta.usable(dtype) for dtype in devices.DTYPES)
    assert str(device_finding(meta)).startswith("meta: found no float32 (Cannot copy out of meta tensor")


@pytest.mark.parametrize(
    "error", [RuntimeError("no kernel\nmore"), TypeError("no kernel"), AssertionError("no kernel")]
)
def test_an_exception_of_torch_becomes_one_line(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def addmm(*_: torch.Tensor) -> torch.Tensor:
        raise error

    monkeypatch.setattr(torch, "addmm", addmm)
    assert product_error(CPU, torch.float32) == "no kernel"


def test_a_wrong_product_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch, "addmm", lambda b, A, B: A @ B)
    assert product_error(CPU, torch.float32) == "a product of matrices of ones is wrong"


def test_a_device_without_float64_gives_advice_and_is_no_problem() -> None:
    errors = dict.fromkeys(devices.DTYPES, "") | {torch.float64: "Cannot convert a MPS Tensor to float64"}
    finding = device_finding(Device("mps:0", "mps", errors))
    assert finding.problem == ""
    assert str(finding).startswith("mps:0: float64 does not work on this device; train with --precision 32")


def test_a_device_whose_properties_cannot_be_read_is_described_by_the_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def describe(device: torch.device) -> str:
        raise RuntimeError("device busy")

    monkeypatch.setattr(devices, "describe", describe)
    assert probe(META).description == "device busy"


def test_a_cuda_device_is_described_by_name_memory_and_capability(monkeypatch: pytest.MonkeyPatch) -> None:
    class Properties:
        name, total_memory, major, minor = "Card", 80 * 2**30, 9, 0

    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda device: Properties)
    assert describe(torch.device("cuda", 0)) == "Card, 80.0 GiB, compute capability 9.0"
