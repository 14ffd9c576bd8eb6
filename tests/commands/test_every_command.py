"""What every command loads, seen in a fresh process, its help, its answers in Chinese, and its line for a formula.

A command starts about as fast as torch if it loads nothing else. Commands share a process, because a process takes
seconds, and because what the first command loads stays loaded.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import numpy as np
import pytest
import torch

from course_torch import commands
from course_torch.checkup import devices
from course_torch.commands.machine import doctor
from course_torch.commands.main import COMMANDS, main
from course_torch.commands.network.reproduce import print_reproductions
from course_torch.exercises.learners_file.source import Piece, Source
from course_torch.exercises.sandbox.client import Answer, Learner
from course_torch.formulas import layers
from course_torch.language import VARIABLE
from course_torch.mistakes.solution import solution
from course_torch.published.reproduction import PLANAR_SHALLOW, Reproduction, Run
from course_torch.training.cli import main as train_py
from tests.conftest import usage_error
from tests.support.fixture_types import Capsys, Monkeypatch, Said
from tests.training.conftest import CONFIGS, SMALL, TRAIN, parameters_of

pytestmark = pytest.mark.usefixtures("here")

LIGHTNING = {"lightning", "torchmetrics"}
HEAVY = LIGHTNING | {"matplotlib", "sklearn", "scipy", "h5py", "torchvision", "torch._dynamo", "sympy"}
DRAWING = ("figures", "doctor")
"""The commands that draw or look at libraries."""
FLOWER = ["--config", str(CONFIGS / "planar_shallow.yaml")]
RUN = """
import json, sys
from course_torch.commands.main import main
loaded, smaller = {}, json.loads(sys.argv[2])
for arguments in json.loads(sys.argv[1]):
    exec(smaller.get(arguments[0], ""))
    assert main(arguments) == 2 * (arguments[0] == "shaps"), arguments
    loaded[arguments[0]] = list(sys.modules)
sys.__stdout__.write("\\n" + json.dumps(loaded))
"""


SMALLER = {
    "reproduce": "from course_torch.published import reproduction; reproduction.HIDDEN_SIZES = (1,)",
    "doctor": "from course_torch.checkup import devices; devices.NETWORKS = 1",
}
"""Command -> the statement that makes it do less. It loads modules that the command loads too."""


def loaded_by(commands: list[list[str]], folder: Path) -> dict[str, set[str]]:
    """Run commands in one fresh process. Returns command -> the modules that are loaded after it."""
    process = [sys.executable, "-c", RUN, json.dumps(commands), json.dumps(SMALLER)]
    done = subprocess.run(process, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return {name: set(modules) for name, modules in json.loads(done.stdout.splitlines()[-1]).items()}


@pytest.mark.smoke
def test_help_version_a_wrong_command_and_the_list_of_configs_load_no_torch_and_the_first_three_no_parser(
    tmp_path: Path,
) -> None:
    loaded = loaded_by([["--help"], ["--version"], ["shaps"], ["configs"]], tmp_path)
    assert "torch" not in loaded.pop("configs")
    for name, modules in loaded.items():
        assert not modules & {"torch", "numpy", "jsonargparse", "yaml", "rich"}, name


@pytest.fixture(scope="module")
def loaded(checkpoint_file: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """Command -> the modules that are loaded after it. The first commands need the fewest libraries."""
    folder = tmp_path_factory.mktemp("start")
    (folder / "rows.csv").write_text("1,2\n")
    (folder / "mine.py").write_text(solution("deep", "torch", "rows"))
    commands = [
        ["exercise", "deep"],
        ["check", "mine.py"],
        ["shapes", *FLOWER],
        ["compare", *FLOWER],
        ["trace"],
        ["predict", str(checkpoint_file), "rows.csv"],
        ["vectorization", "--examples", "10"],
        ["reproduce"],
        ["figures", "--only", "computation_graph"],
        ["doctor"],
    ]
    return loaded_by(commands, folder)


@pytest.mark.slow
@pytest.mark.parametrize(
    "command", [*("exercise", "check", "shapes", "compare", "trace", "predict", "vectorization", "reproduce"), *DRAWING]
)
def test_a_command_loads_no_library_and_no_command_that_it_does_not_use(
    command: str, loaded: dict[str, set[str]]
) -> None:
    assert not loaded[command] & (LIGHTNING if command in DRAWING else HEAVY)
    assert ("matplotlib" in loaded[command]) == (command in DRAWING)
    paths = Path(commands.__file__).parent.glob("*/*.py")
    files = {f"course_torch.commands.{path.parent.name}.{path.stem}" for path in paths if path.stem in COMMANDS}
    assert files & loaded["exercise"] == {"course_torch.commands.learner.exercise"}


@pytest.mark.slow
@pytest.mark.parametrize(("library", "loaded_too"), [("torch", set()), ("numpy", {"torch"})])
def test_the_process_of_the_learners_code_loads_no_library_that_it_does_not_use(
    library: str, loaded_too: set[str], tmp_path: Path
) -> None:
    """`check` starts this process. Its last call lists the modules."""
    code = solution("deep", library, "rows") + "\n\ndef modules():\n    import sys\n    return list(sys.modules)\n"
    with Learner(Source(tmp_path / "mine.py", (Piece("mine.py", code),)), {}) as learner:
        assert isinstance(learner.call("relu", [np.ones((2, 3))], twice=True), Answer)
        answer = learner.call("modules", [])
    assert isinstance(answer, Answer)
    assert library in answer.result
    assert not set(answer.result) & (HEAVY | loaded_too)


def test_the_help_has_a_line_for_each_command(said: Said) -> None:
    output = said(["--help"])
    for name, line in COMMANDS.items():
        assert f"  {name} " in output
        assert line.en in output
    for arguments in (["--help", "--language", "zh"], ["--language", "zh", "--help"]):
        output = said(arguments)
        assert "用法" in output
        assert all(line.zh in output for line in COMMANDS.values())


TO_TYPE = re.compile(r"course-torch .*?(?=  |$| describes| 说明)", re.MULTILINE)


@pytest.mark.parametrize(
    ("arguments", "environment", "option"),
    [
        ([], "", ""),
        (["--language", "zh"], "", " --language zh"),
        (["--language=zh"], "", " --language zh"),
        ([], "zh", ""),
        (["--language", "en"], "zh", " --language en"),
    ],
)
def test_without_a_command_one_reads_what_one_can_do(
    arguments: list[str], environment: str, option: str, monkeypatch: Monkeypatch, capsys: Capsys
) -> None:
    monkeypatch.setenv(VARIABLE, environment)
    assert main(arguments) == 0
    told = TO_TYPE.findall(capsys.readouterr().out)
    commands = [
        "lesson",
        "exercise",
        "playground",
        "train --config planar_shallow",
        "compare mine.py:MyFunction",
        "--help",
    ]
    assert told == [f"course-torch {command}{option}" for command in commands]


@pytest.mark.slow
def test_a_backend_of_matplotlib_that_does_not_exist_is_no_obstacle(here: Path) -> None:
    arguments = [sys.executable, "-m", "course_torch", "figures", "--only", "computation_graph"]
    done = subprocess.run(arguments, env=os.environ | {"MPLBACKEND": "none"}, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert Path("figures/computation_graph.png").stat().st_size > 1000


def test_a_config_is_found_by_its_name_in_a_folder_without_configs() -> None:
    assert main(["train", "--config", "planar_shallow", "--max_steps", "2", "--accelerator", "cpu"]) == 0
    run = Path("lightning_logs", "version_0")
    assert parameters_of(run)["network.layers.0.W"].shape == (4, 2)
    assert "name: planar" in (run / "config.yaml").read_text()


@pytest.mark.parametrize("arguments", [["--model.seed", "x"], ["--resume", "nothing"]])
def test_both_names_give_the_same_error_with_their_own_name(arguments: list[str], capsys: Capsys) -> None:
    error = usage_error(main, ["train", *arguments], capsys)
    assert error.startswith("course-torch train: error: ")
    assert usage_error(train_py, arguments, capsys) == error.replace("course-torch train", "train.py", 1)


def test_the_help_is_that_of_train_py_with_the_name_of_the_command(capsys: Capsys) -> None:
    for options, usage in (
        (["--help"], "[--config NAME]"),
        (["--trainer.logger.help", "CSVLogger"], "--trainer.logger.save_dir SAVE_DIR"),
    ):
        texts = []
        for program, arguments in ((main, ["train"]), (train_py, [])):
            with pytest.raises(SystemExit, match=r"^0$"):
                program([*arguments, *options])
            texts.append(" ".join(capsys.readouterr().out.split()))
        assert texts[0].startswith(f"usage: course-torch train {usage}")
        assert texts[1] == texts[0].replace("course-torch train", "train.py", 1)


@pytest.mark.slow
def test_the_command_starts_the_other_processes_of_ddp_itself(tmp_path: Path) -> None:
    """Lightning starts each of them with the command line of the first process."""
    command = [sys.executable, "-m", "course_torch", "train", *SMALL, "--strategy", "ddp", "--devices", "2"]
    environment = os.environ | {"PYTHONPATH": str(TRAIN.parent)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    assert "training on 2 × cpu" in done.stdout


WORD = re.compile(r"(?<![\w./-])[A-Za-z]{3,}(?![\w./-])")
NAMES = {
    "shapes --model.layer_sizes [2,4,1] --data.name planar": "relu sigmoid lecun manual torch planar None False",
    "vectorization --examples 5 --features 5": "",
    "predict {checkpoint} rows.csv": "red blue",
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
        "predict {checkpoint} rows.csv",
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
