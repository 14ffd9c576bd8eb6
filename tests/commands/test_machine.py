"""`course-torch doctor` exits with 0 without problems, and with 1 if it names a problem."""

import json
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import pytest
import torch

from course_torch.checkup import machine
from course_torch.checkup.machine import Finding
from course_torch.commands import machine as command
from course_torch.commands.main import main
from course_torch.data import bundled
from course_torch.formulas import layers
from tests.fixture_types import Capsys, Monkeypatch, Said


@pytest.fixture(autouse=True)
def cpu_alone(monkeypatch: Monkeypatch) -> None:
    monkeypatch.setattr(command, "find_devices", lambda: [torch.device("cpu")])
    monkeypatch.setattr("course_torch.checkup.devices.NETWORKS", 3)


def test_without_problems_the_findings_are_printed_and_written(tmp_path: Path, said: Said) -> None:
    file = tmp_path / "doctor.json"
    shown = said(["doctor", "--json", str(file)])
    assert shown.splitlines()[-1].startswith("problems: 0, advice: ")
    rows = [line.split() for line in shown.splitlines()]
    assert ["torch", version("torch")] in rows
    assert [row[:2] for row in rows if row[-1:] == ["equal"]] == [["cpu", "float64"], ["cpu", "float32"]]
    report = json.loads(file.read_text())
    assert report["problems"] == []
    assert report["found"]["torch"] == version("torch")
    assert report["devices"]["cpu"]["float64"] is True
    assert [(each["device"], each["dtype"], each["wrong"]) for each in report["gradients"]] == [
        ("cpu", "float64", ""),
        ("cpu", "float32", ""),
    ]


def test_a_wrong_formula_is_named_with_exit_code_1(monkeypatch: Monkeypatch, said: Said) -> None:
    monkeypatch.setattr(layers, "activation_backward", lambda dA, cache, activation, slope: dA)
    lines = said(["doctor"], code=1).splitlines()
    problems = [line for line in lines if line.startswith("problem: ")]
    assert [line.split(":")[1] for line in problems] == [" gradients on cpu, float64", " gradients on cpu, float32"]
    assert all("first wrong: dZ[" in line and "g'(Z) is missing" in line for line in problems)
    assert lines[-1].startswith("problems: 2, ")


def test_a_changed_picture_file_gives_exit_code_1(monkeypatch: Monkeypatch, capsys: Capsys) -> None:
    monkeypatch.setattr(machine, "SHA256", 64 * "0")
    monkeypatch.setattr(command, "installation_findings", lambda: [machine.check_pictures()])
    assert main(["doctor"]) == 1
    found = sha256(bundled.FILE.read_bytes()).hexdigest()[:12]
    assert f"problem: pictures: found sha256 {found}…, expected 000000000000…" in capsys.readouterr().out


def test_a_device_that_cannot_compute_gives_exit_code_1(monkeypatch: Monkeypatch, said: Said) -> None:
    monkeypatch.setattr(command, "find_devices", lambda: [torch.device("meta")])
    shown = said(["doctor"], code=1)
    assert ["meta", "meta", "no", "no", "no", "no"] in [line.split() for line in shown.splitlines()]
    assert "problem: meta: found no float32" in shown


def test_advice_without_problems_gives_exit_code_0(monkeypatch: Monkeypatch, said: Said) -> None:
    monkeypatch.setattr(command, "machine_findings", lambda: [Finding("threads", "64", advice="set fewer")])
    assert said(["doctor"]).endswith("advice: threads: set fewer\nproblems: 0, advice: 1\n")
