"""Every command: its answers in Chinese, and one line if a formula raises."""

import re
from pathlib import Path
from typing import NoReturn

import pytest
import torch

from course_torch.checkup import devices
from course_torch.commands.machine import doctor
from course_torch.commands.main import main
from course_torch.commands.network.reproduce import print_reproductions
from course_torch.formulas import layers
from course_torch.published.reproduction import PLANAR_SHALLOW, Reproduction, Run
from tests.support.fixture_types import Capsys, Monkeypatch, Said

WORD = re.compile(r"(?<![\w./-])[A-Za-z]{3,}(?![\w./-])")
NAMES = {
    "shapes --model.layer_sizes [2,4,1] --data.name planar": "relu sigmoid lecun manual torch planar None False",
    "vectorization --examples 5 --features 5": "",
    "predict {checkpoint} rows.csv": "red blue",
    "export {checkpoint}": "",
}
"""Command -> the names that its answer may have."""


@pytest.mark.parametrize("line", NAMES)
def test_the_answer_is_chinese(line: str, checkpoint_file: Path, here: Path, said: Said) -> None:
    (here / "rows.csv").write_text("0.5,-1\n2,3\n")
    arguments = line.format(checkpoint=checkpoint_file).split()
    english, chinese = (said([*arguments, "--language", language]) for language in ("en", "zh"))
    assert {*WORD.findall(chinese)} - {*NAMES[line].split()} == set()
    assert {*WORD.findall(english)} - {*NAMES[line].split()} != set()
    assert len(chinese.splitlines()) == len(english.splitlines())


def test_the_findings_of_the_doctor_are_chinese(monkeypatch: Monkeypatch, said: Said) -> None:
    monkeypatch.setattr(doctor, "find_devices", lambda: [torch.device("cpu"), torch.device("meta")])
    monkeypatch.setattr(devices, "NETWORKS", 1)
    monkeypatch.setattr(layers, "activation_backward", lambda dA, cache, activation, slope: dA)
    shown = said(["doctor", "--language", "zh"], code=1)
    for heading in ("安装", "机器", "结果", "线程", "设备", "说明", "设备上的梯度", "网络数", "最大相对误差", "判断"):
        assert f" {heading} " in shown
    problem = next(line for line in shown.splitlines() if line.startswith("问题：cpu 上的梯度，float64：梯度不对"))
    assert problem.endswith("；请看 course-torch compare --device cpu --dtype float64")
    assert "g'(Z)" in problem
    assert "问题：meta：没有 float32" in shown
    assert shown.splitlines()[-1].startswith("问题 3 个，建议 ")


def test_the_published_numbers_are_chinese(capsys: Capsys) -> None:
    run = Run([*PLANAR_SHALLOW.costs], 0.5, None)
    print_reproductions([Reproduction(PLANAR_SHALLOW, run)], {"hidden sizes": {1: run}, "learning rates": {}}, "zh")
    shown = capsys.readouterr().out
    assert WORD.findall(shown) == ["Logistic"]
    for word in ("花形数据，2-4-1：α = 1.2", "第 1000 次迭代的成本", "公布", "实测", "达到", "未达到", "训练集准确率"):
        assert word in shown


@pytest.mark.parametrize(
    "line",
    [
        *("reproduce", "shapes", "vectorization --examples 5 --features 5", "figures --only activations --out drawn"),
        *("predict {checkpoint} rows.csv", "export {checkpoint}"),
    ],
)
def test_a_formula_that_raises_ends_a_command_in_one_line(
    line: str, checkpoint_file: Path, here: Path, monkeypatch: Monkeypatch, capsys: Capsys
) -> None:
    def sigmoid(Z: object) -> NoReturn:
        raise ZeroDivisionError("division by\nzero")

    Path("rows.csv").write_text("0.5,-1\n")
    monkeypatch.setattr(torch, "sigmoid", sigmoid)
    assert main(line.format(checkpoint=checkpoint_file).split()) == 1
    (error,) = capsys.readouterr().err.splitlines()
    assert error.startswith("course-torch: sigmoid raises ZeroDivisionError: division by zero (activations.py:")
    assert error.endswith("; course-torch compare judges the formulas of a network")
    assert not Path("exported").exists()
