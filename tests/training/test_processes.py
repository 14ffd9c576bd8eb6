"""The processes of a training agree in what they train, or end in one line; signals end their wait."""

import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonargparse import Namespace
from torch.distributed import DistNetworkError

from course_torch.language import Text
from course_torch.training.data_module import CourseData
from course_torch.training.module import NetworkModule
from course_torch.training.processes import describe, difference, lost_connection
from course_torch.training.schedule import Schedule


def in_english(line: Text | None) -> str:
    """A line that there is."""
    assert line is not None
    return line.en


def description(
    learning_rate: float = 0.5, last: Path | None = None, schedule: Schedule | None = None, **options: Any
) -> dict[str, Any]:
    """Describe a small training. An option is of the data if CourseData knows it, otherwise of the Trainer."""
    data_names = ("name", "batch_size", "seed", "workers", "root", "center")
    data = {"name": "moons"} | {name: options.pop(name) for name in data_names if name in options}
    module = NetworkModule(layer_sizes=[2, 3, 1], learning_rate=learning_rate)
    module.schedule = schedule
    trainer = Namespace({"max_epochs": 3, "precision": None, "devices": "auto"} | options)
    return describe(module, CourseData(**data), trainer, last)


@pytest.mark.parametrize(
    ("first", "second", "line"),
    [
        (
            {"learning_rate": 0.02},
            {"learning_rate": 0.05},
            "model.learning_rate: found 0.02 on rank 0 and 0.05 on rank 1",
        ),
        ({"batch_size": 8}, {"batch_size": None}, "data.batch_size: found 8 on rank 0 and null on rank 1"),
        ({"center": True}, {"center": False}, "data.center: found true on rank 0 and false on rank 1"),
        ({"max_epochs": 3}, {"max_epochs": 4}, "trainer.max_epochs: found 3 on rank 0 and 4 on rank 1"),
        ({"precision": "64"}, {"precision": "32"}, "trainer.precision: found 64 on rank 0 and 32 on rank 1"),
        ({"gradient_clip_val": 1.0}, {}, "trainer.gradient_clip_val: found 1.0 on rank 0 and null on rank 1"),
    ],
)
def test_the_line_names_the_option_that_differs(first: dict[str, Any], second: dict[str, Any], line: str) -> None:
    descriptions = [description(**first), description(**second)]
    assert in_english(difference(descriptions)) == f"{line}; expected the same on every node"


def test_other_examples_are_named() -> None:
    same = description() | {"data.train.labels": "another checksum"}
    line = in_english(difference([description(), same]))
    assert re.match(r"data\.train\.labels: found \w+ on rank 0 and another checksum on rank 1; expected the same", line)


def test_options_that_change_no_parameter_update_may_differ(tmp_path: Path) -> None:
    places = [str(tmp_path / name) for name in ("here.csv", "there.csv")]
    for place in places:
        Path(place).write_text("1,2,a\n3,4,b\n" * 4)
    here = description(name="csv", root=places[0], workers=1, devices=[0, 1], default_root_dir="a", logger=False)
    assert difference([here, description(name="csv", root=places[1], workers=8, devices=[2, 3])]) is None


def test_the_versions_are_compared() -> None:
    old = description() | {"version of torch": "2.6.0"}
    line = in_english(difference([old, description()]))
    assert line.startswith("version of torch: found 2.6.0 on rank 0 and ")


def test_two_checkpoints_of_the_same_step_are_compared_by_their_contents(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).write_text(name)
    line = in_english(difference([description(last=tmp_path / name) for name in "ab"]))
    assert line.startswith("resume.last.ckpt: found ")


def test_the_line_names_the_first_rank_that_differs() -> None:
    same, other = {"a": 1, "b": 1}, {"a": 1, "b": 2}
    line = in_english(difference([same, same, other, other]))
    assert line == "b: found 1 on rank 0 and 2 on rank 2; expected the same on every node"


WAITING = """
from datetime import timedelta
from torch.distributed import HashStore
from course_torch.training.processes import ended_by_signal
import signal
signal.signal(signal.SIGTERM, lambda *received: None)
with ended_by_signal("course-torch train", grace=0.2):
    print("waiting", flush=True)
    HashStore().wait(["nothing"], timedelta(seconds=100))
"""


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (
            RuntimeError(
                "[/pytorch/third_party/gloo/gloo/transport/tcp/pair.cc:537] Read error [127.0.0.1]:53633: "
                "Connection reset by peer. This is typically caused by a remote worker hanging."
            ),
            "Read error [127.0.0.1]:53633: Connection reset by peer",
        ),
        (
            DistNetworkError("Connection was likely closed. Did the remote server crash?"),
            "Connection was likely closed. Did the remote server crash?",
        ),
    ],
)
def test_an_error_of_the_connection_becomes_one_line(error: RuntimeError, reason: str) -> None:
    line = "no connection to another process of this training; if it ended, see its own message"
    assert in_english(lost_connection(error)) == f"{line} ({reason})"


def test_other_errors_are_no_lost_connection() -> None:
    assert lost_connection(RuntimeError("mat1 and mat2 shapes cannot be multiplied")) is None


@pytest.mark.slow
def test_sigterm_ends_a_process_that_waits_in_cpp() -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", WAITING], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "waiting\n"
        process.terminate()
        _, error = process.communicate(timeout=50)
    finally:
        process.kill()
    assert error == "course-torch train: ended 0.2 s after SIGTERM\n"
    assert process.returncode == 128 + signal.SIGTERM
