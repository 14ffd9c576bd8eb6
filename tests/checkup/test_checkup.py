"""The findings of `course-torch doctor`: the machine, its devices, and the gradients on them."""

from importlib.metadata import PackageNotFoundError
from math import inf
from types import SimpleNamespace
from unittest.mock import Mock

import pytest
import torch

from course_torch.checkup import devices, machine
from course_torch.formulas import layers
from course_torch.network import fast_descent
from course_torch.network.fast_descent import HiddenLayer
from tests.support.fixture_types import Monkeypatch


def test_the_versions_of_what_every_installation_requires_are_listed(monkeypatch: Monkeypatch) -> None:
    found = {finding.subject.en: finding.found.en for finding in machine.installation_findings()}
    assert {"Python", "course_torch", "torch", "torchvision", "lightning", "jsonargparse"} <= found.keys()
    assert found["torch"] == torch.__version__
    assert not {"pytest", "ruff", "mypy", "pyseccomp"} & found.keys()
    monkeypatch.setattr(machine, "requires", lambda name: ["rich>=3", "no_such_package>=1"])
    missing = machine.installation_findings()[-1].line.en
    assert missing == "no_such_package: found not installed, see pip check"


def test_without_an_installation_python_and_the_missing_package_are_listed(monkeypatch: Monkeypatch) -> None:
    def requires(name: str) -> list[str]:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(machine, "requires", requires)
    _, own = machine.installation_findings()
    assert (own.subject.en, own.found.en) == ("course_torch", "not installed")


@pytest.mark.parametrize(
    ("finding", "advice"),
    [
        (machine.check_threads(64, 2), "64 threads on 2 usable cores slow small networks down: set OMP_NUM_THREADS=2"),
        *((machine.check_threads(threads, 2), "") for threads in (1, 2)),
        (machine.check_driver(True, built=False, usable=False), "install a CUDA build"),
        (machine.check_driver(True, built=True, usable=False), "CUDA_VISIBLE_DEVICES"),
        (machine.check_driver(True, built=True, usable=True), ""),
        *((machine.check_driver(False, built=built, usable=False), "") for built in (False, True)),
    ],
)
def test_threads_and_a_driver_give_advice_only_if_it_applies(finding: machine.Finding, advice: str) -> None:
    assert advice in finding.line.en
    assert bool(finding.advice) == bool(advice)


def test_the_threads_are_told_with_the_variable_that_sets_them(monkeypatch: Monkeypatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "64")
    assert machine.check_threads(64, 2).found.en == "64 on 2 usable cores, OMP_NUM_THREADS 64"


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


@pytest.mark.slow
@pytest.mark.parametrize(("dtype", "rounding"), [(torch.float64, 1e-11), (torch.float32, 1e-3)])
def test_right_gradients_pass_on_all_networks(dtype: torch.dtype, rounding: float) -> None:
    check = devices.check_gradients("cpu", dtype, seconds=inf)
    assert check.networks == devices.NETWORKS
    assert 0 < check.largest_relative_error < rounding
    assert devices.gradient_finding(check).problem is None


def test_the_check_ends_at_the_first_network_with_a_wrong_gradient(monkeypatch: Monkeypatch) -> None:
    monkeypatch.setattr(layers, "linear_backward_input", lambda dZ, W: -dZ @ W)
    check = devices.check_gradients("cpu", torch.float64)
    assert check.networks == 1
    assert check.largest_relative_error == pytest.approx(1)


class OtherSign(HiddenLayer):
    def backward(self, rate: float) -> None:
        super().backward(rate)
        self.behind.gradient.neg_()


@pytest.mark.parametrize(
    ("name", "mistake", "line"),
    [
        ("HiddenLayer", OtherSign, "found another W[1] after 2 steps of fused"),  # through W[2] of the first step
        ("gram_matrix", lambda X: 2 * X @ X.T, "found another W[1] after 2 steps of gram"),
    ],
)
def test_a_mistake_in_a_fast_form_of_gradient_descent_is_a_problem(
    name: str, mistake: object, line: str, monkeypatch: Monkeypatch
) -> None:
    monkeypatch.setattr(fast_descent, name, mistake)
    check = devices.check_gradients("cpu", torch.float64)
    assert (check.networks, check.wrong) == (1, None)
    assert line in devices.gradient_finding(check).line.en


@pytest.mark.parametrize("formula", ["tanh", "sigmoid"])
def test_a_formula_that_raises_is_named(formula: str, monkeypatch: Monkeypatch) -> None:
    monkeypatch.setattr(torch, formula, lambda Z: 1 / 0)
    problem = devices.gradient_finding(devices.check_gradients("cpu", torch.float64, seconds=inf)).line.en
    assert f"{formula} raises ZeroDivisionError: division by zero (activations.py:" in problem


def test_a_bug_of_the_check_itself_keeps_its_traceback(monkeypatch: Monkeypatch) -> None:
    monkeypatch.setattr("course_torch.checkup.devices.compare_gradients", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        devices.check_gradients("cpu", torch.float64)


def test_a_device_that_fails_during_the_check_is_a_problem() -> None:
    check = devices.check_gradients("meta", torch.float32)
    assert check.networks == 1
    problem = devices.gradient_finding(check).line.en
    assert "expected the gradients of autograd: is_finite raises RuntimeError" in problem


def test_the_check_stops_after_the_time_limit_and_restores_the_number_of_threads() -> None:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        assert devices.check_gradients("cpu", torch.float64, seconds=0).networks == 1, "the time is over"
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)
