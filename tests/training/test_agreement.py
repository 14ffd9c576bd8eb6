"""The processes of a training compare what determines the parameter updates."""

from pathlib import Path
from typing import Any

import pytest
from jsonargparse import Namespace

from course_torch.training.agreement import describe, difference
from course_torch.training.data_module import CourseData
from course_torch.training.module import NetworkModule
from course_torch.training.schedule import Schedule


def description(
    learning_rate: float = 0.5,
    global_step: int | None = None,
    last: Path | None = None,
    schedule: Schedule | None = None,
    **options: Any,
) -> dict[str, Any]:
    """Describe a small training. An option is of the data if CourseData knows it, otherwise of the Trainer."""
    data_names = ("name", "batch_size", "seed", "workers", "root", "center")
    data = {"name": "moons"} | {name: options.pop(name) for name in data_names if name in options}
    module = NetworkModule(layer_sizes=[2, 3, 1], learning_rate=learning_rate)
    module.schedule = schedule
    trainer = Namespace({"max_epochs": 3, "precision": None, "devices": "auto"} | options)
    return describe(module, CourseData(**data), trainer, global_step, last)


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
        ({"global_step": 40}, {}, "resume.global_step: found 40 on rank 0 and null on rank 1"),
    ],
)
def test_the_line_names_the_option_that_differs(first: dict[str, Any], second: dict[str, Any], line: str) -> None:
    descriptions = {0: description(**first), 1: description(**second)}
    assert difference(descriptions) == f"{line}; expected the same on every node"


def test_another_seed_of_drawn_points_also_changes_the_examples() -> None:
    line = difference({0: description(seed=1), 1: description(seed=2)})
    assert line is not None
    assert line.startswith("data.seed: found 1 on rank 0 and 2 on rank 1; data.train.labels: found ")


def test_options_that_change_no_parameter_update_may_differ(tmp_path: Path) -> None:
    places = [str(tmp_path / name) for name in ("here.csv", "there.csv")]
    for place in places:
        Path(place).write_text("1,2,a\n3,4,b\n" * 4)
    here = description(name="csv", root=places[0], workers=1, devices=[0, 1], default_root_dir="a", logger=False)
    assert difference({0: here, 1: description(name="csv", root=places[1], workers=8, devices=[2, 3])}) is None


def test_the_versions_are_compared() -> None:
    old = description() | {"version of torch": "2.6.0"}
    line = difference({0: old, 1: description()})
    assert line is not None
    assert line.startswith("version of torch: found 2.6.0 on rank 0 and ")


def test_two_checkpoints_of_the_same_step_are_compared_by_their_contents(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).write_text(name)
    line = difference({rank: description(global_step=40, last=tmp_path / name) for rank, name in enumerate("ab")})
    assert line is not None
    assert line.startswith("resume.last.ckpt: found ")


def test_the_line_names_the_first_rank_that_differs_and_at_most_three_differences() -> None:
    same = {name: 1 for name in "abcde"}
    line = difference({0: same, 1: same, 5: {name: 2 for name in "abcde"}})
    named = "; ".join(f"{name}: found 1 on rank 0 and 2 on rank 5" for name in "abc")
    assert line == f"{named}; 2 more; expected the same on every node"
