from pathlib import Path

import pytest

from course_torch.command_line.parser import normalized
from course_torch.errors import InputError


def test_short_flags_are_expanded_and_configs_come_first(tmp_path: Path) -> None:
    first, second = (str(tmp_path / name) for name in ("a.yaml", "b.yaml"))
    for path in (first, second):
        Path(path).write_text("model: {seed: 1}")
    given = [
        *("--accelerator", "cpu", "--devices=2", "--trainer.precision", "64", "--config", first),
        *("--model.seed", "1", f"--config={second}"),
    ]
    assert normalized(given) == [
        *("--config", first, f"--config={second}", "--trainer.accelerator", "cpu", "--trainer.devices=2"),
        *("--trainer.precision", "64", "--model.seed", "1"),
    ]


def test_a_config_may_be_written_on_the_command_line() -> None:
    assert normalized(["--config", "model: {seed: 1}"]) == ["--config", "model: {seed: 1}"]
    with pytest.raises(InputError, match=r"^config: model: found \[1\], expected options$"):
        normalized(["--config", "model: [1]"])
