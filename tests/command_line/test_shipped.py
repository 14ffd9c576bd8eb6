"""`--config NAME` finds a config of the package by its name, and a file of the user first."""

from pathlib import Path

import pytest

from course_torch.command_line.parser import checked
from course_torch.command_line.shipped import description, shipped_configs
from course_torch.errors import InputError
from tests.fixture_types import Monkeypatch
from tests.training.conftest import CONFIGS


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: Monkeypatch) -> Path:
    """An empty folder in which the names are looked up."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_config_of_the_checkout_is_found() -> None:
    assert shipped_configs() == {path.stem: path for path in CONFIGS.glob("*.yaml")}


@pytest.mark.parametrize("name", ["digits", "digits.yaml"])
def test_a_name_means_the_shipped_config(name: str) -> None:
    assert Path(checked(name)).samefile(CONFIGS / "digits.yaml")


@pytest.mark.parametrize(("written", "file"), [("digits", "digits"), ("digits", "digits.yaml"), ("mine", "mine.yaml")])
def test_a_file_of_the_user_comes_first(written: str, file: str, folder: Path) -> None:
    (folder / file).write_text("model: {seed: 7}")
    assert checked(written) == file


def test_a_folder_with_the_name_is_no_config(folder: Path) -> None:
    (folder / "digits").mkdir()
    assert Path(checked("digits")).samefile(CONFIGS / "digits.yaml")


def test_a_path_or_a_text_is_not_looked_up() -> None:
    with pytest.raises(InputError, match=r"^config: found 'elsewhere/digits.yaml', expected a file or one of "):
        checked("elsewhere/digits.yaml")
    assert checked("model: {seed: 1}") == "model: {seed: 1}"


@pytest.mark.parametrize("written", ["digts", "digts.yaml", "configs/digts.yaml", "elsewhere/digits.yaml"])
def test_a_wrong_name_asks_for_the_likely_name(written: str) -> None:
    with pytest.raises(InputError) as error:
        checked(written)
    assert f"found '{written}'" in str(error.value)
    assert f"one of {', '.join(sorted(path.stem for path in CONFIGS.iterdir()))}; did you mean digits?" in str(
        error.value
    )


def test_a_name_like_no_other_gets_the_list_alone() -> None:
    with pytest.raises(InputError, match=r", planar_shallow$"):
        checked("xyz")


@pytest.mark.parametrize("file", shipped_configs().values(), ids=shipped_configs())
def test_the_first_line_says_what_the_config_is(file: Path) -> None:
    assert file.read_text(encoding="utf-8").startswith(f"# {description(file)}\n")
    assert description(file).endswith(".")
