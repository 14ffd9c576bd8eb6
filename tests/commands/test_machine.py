"""`course-torch doctor` and `vectorization`: what is wrong with this machine, and how fast it is."""

from importlib.metadata import version

import pytest
import torch

from course_torch.checkup import devices
from course_torch.checkup.machine import Finding
from course_torch.commands.machine import doctor
from course_torch.formulas import layers
from course_torch.language import same
from tests.support.fixture_types import Monkeypatch, Said


@pytest.fixture(autouse=True)
def cpu_alone(monkeypatch: Monkeypatch) -> None:
    """Let doctor judge three networks on the CPU."""
    monkeypatch.setattr(doctor, "find_devices", lambda: [torch.device("cpu")])
    monkeypatch.setattr(devices, "NETWORKS", 3)


def test_without_problems_the_findings_are_printed(said: Said) -> None:
    shown = said(["doctor"])
    assert shown.splitlines()[-1].startswith("problems: 0, advice: ")
    rows = [line.split() for line in shown.splitlines()]
    assert ["torch", version("torch")] in rows
    assert {"system", "memory", "threads"} <= {row[0] for row in rows if row}
    assert [row[:2] for row in rows if row[-1:] == ["equal"]] == [["cpu", "float64"], ["cpu", "float32"]]


def test_a_wrong_formula_is_named_with_exit_code_1(monkeypatch: Monkeypatch, said: Said) -> None:
    monkeypatch.setattr(layers, "activation_backward", lambda dA, cache, activation, slope: dA)
    lines = said(["doctor"], code=1).splitlines()
    problems = [line for line in lines if line.startswith("problem: ")]
    for line, dtype in zip(problems, ("float64", "float32"), strict=True):
        found = f"problem: gradients on cpu, {dtype}: found wrong gradients, expected the gradients of autograd: "
        assert line.startswith(f"{found}first wrong: dZ[")
        assert "g'(Z) is missing" in line
        assert line.endswith(f"; see course-torch compare --device cpu --dtype {dtype}")
    assert lines[-1].startswith("problems: 2, ")


def test_a_device_that_cannot_compute_gives_exit_code_1(monkeypatch: Monkeypatch, said: Said) -> None:
    monkeypatch.setattr(doctor, "find_devices", lambda: [torch.device("meta")])
    shown = said(["doctor"], code=1)
    assert ["meta", "meta", "no", "no", "no", "no"] in [line.split() for line in shown.splitlines()]
    assert "problem: meta: found no float32" in shown


def test_advice_without_problems_gives_exit_code_0(monkeypatch: Monkeypatch, said: Said) -> None:
    found = Finding(same("threads"), same("64"), advice=same("set fewer"))
    monkeypatch.setattr(doctor, "machine_findings", lambda: [found])
    assert said(["doctor"]).endswith("advice: threads: set fewer\nproblems: 0, advice: 1\n")


def test_vectorization_prints_seconds_and_ratios(said: Said) -> None:
    lines = said(["vectorization", "--examples", "20", "--features", "3"]).splitlines()
    rows = [line.split("│")[1:-1] for line in lines if line.startswith("│")]
    assert [row[0].strip() for row in rows][:3] == ["two loops", "one loop", "no loop"]
    seconds, ratios = ([float(row[place].replace(",", "")) for row in rows] for place in (1, 2))
    assert ratios[0] == 1.0
    assert ratios[2] == pytest.approx(seconds[0] / seconds[2], rel=0.05, abs=0.06)
