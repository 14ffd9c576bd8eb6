"""The reference of the commands: every command and option, as the parsers know them."""

from argparse import SUPPRESS
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import pytest
from bs4 import Tag

from course_torch.command_line.parser import SHORT_FLAGS
from course_torch.commands.options import parser_of
from course_torch.commands.table import COMMANDS, load_command
from tests.docs.reference.extension import module_of_extension
from tests.docs.reference.pages import page, spaced

languages = pytest.mark.parametrize("language", ["en", "zh"])
programs = module_of_extension("programs")
GRADE = ["submissions", "--chapter", "--csv", "--json", "--figure", "--gradescope", "--jobs", "--seed", "--again"]
TRACE = ["--config", "--print_config", "--updates", "--examples", "--mine", "--out", "--open", "--language", "--text"]
TRACE += ["--json"]


def section(site: Path, language: str, name: str, heading: str) -> Tag:
    found = page(site, language, name).find("section", id=heading)
    assert isinstance(found, Tag), f"{heading} is not on the page {name}"
    return found


def names(part: Tag) -> list[str]:
    """The options of a section, each with all its names."""
    return [name.get_text() for name in part.select("dl.names > dt > code")]


def line_of(part: Tag, option: str) -> str:
    """The names, values and default of an option, and its meaning."""
    terms = [term for term in part.select("dl.names > dt") if option in [each.get_text() for each in term("code")]]
    (term,) = terms
    meaning = term.find_next_sibling("dd")
    assert isinstance(meaning, Tag)
    return f"{' '.join(each.get_text() for each in term.children if isinstance(each, Tag))}: {spaced(meaning)}"


@languages
@pytest.mark.parametrize("command", sorted({*COMMANDS} - {"train"}))
def test_every_command_with_every_option_of_its_parser(site: Path, language: str, command: str) -> None:
    part = section(site, language, "commands", f"command-{command}")
    own = [
        (each.option_strings or [each.metavar or each.dest])[0]
        for each in parser_of(command, load_command(command))._actions
        if each.help != SUPPRESS and each.dest.split(".")[0] not in ("help", "model", "data")
    ]
    assert set(own) <= set(names(part))
    assert f"course-torch {command} " in spaced(part)


@languages
@pytest.mark.parametrize(("command", "options"), [("grade", GRADE), ("trace", TRACE)])
def test_the_options_of_a_command(site: Path, language: str, command: str, options: list[str]) -> None:
    part = section(site, language, "commands", f"command-{command}")
    assert [name for name in names(part) if not name.startswith(("--model.", "--data."))] == options


@languages
@pytest.mark.parametrize(
    ("command", "option", "line"),
    [
        ("grade", "--jobs", "--jobs int = 1: number of files that are judged at the same time"),
        ("grade", "--chapter", "--chapter str: the chapter whose functions are judged, one point each"),
        ("grade", "--again", "--again: whether files are judged again that the table has already"),
        (
            "exercise",
            "--layout",
            "--layout rows | columns = rows: rows (of X are examples) or columns (as in the course)",
        ),
        ("trace", "--model.layer_sizes", "--model.layer_sizes Sequence[int] = [2, 4, 1]: number of features, then"),
        ("predict", "files", "files: pictures of any size and mode, folders of pictures, or CSV files of rows"),
    ],
)
def test_an_option_has_values_default_and_meaning(
    site: Path, language: str, command: str, option: str, line: str
) -> None:
    assert line_of(section(site, language, "commands", f"command-{command}"), option).startswith(line)


@languages
@pytest.mark.parametrize(
    ("command", "usage"),
    [
        ("grade", "course-torch grade --chapter CHAPTER submissions [options]"),
        ("check", "course-torch check [file] [options]"),
        ("predict", "course-torch predict checkpoint files ... [options]"),
        ("doctor", "course-torch doctor [options]"),
    ],
)
def test_the_usage_of_a_command(site: Path, language: str, command: str, usage: str) -> None:
    pre = section(site, language, "commands", f"command-{command}").pre
    assert pre is not None
    assert pre.get_text().strip() == usage


@languages
def test_commands_with_a_network_lead_to_its_options(site: Path, language: str) -> None:
    linked = {
        str(part["id"]).removeprefix("command-")
        for part in page(site, language, "commands").select("section[id^=command-]")
        if part.select('a[href="train.html"]')
    }
    assert linked == {"compare", "shapes", "trace"}


@languages
def test_the_options_of_training(site: Path, language: str) -> None:
    groups = {name: section(site, language, "train", f"train-{name}") for name in ("run", "model", "data", "short")}
    assert names(groups["run"]) == [
        "-c",
        "--config",
        "--print_config",
        "--resume",
        "--checkpoint_seconds",
        "--threads",
        "--lr_scheduler",
        "--allow-code",
    ]
    assert {"--model.layer_sizes", "--model.gradients", "--model.learning_rate"} <= set(names(groups["model"]))
    assert {"--data.name", "--data.root", "--data.batch_size", "--data.noise"} <= set(names(groups["data"]))
    assert set(names(groups["short"])) == {f"--{form}{name}" for name in SHORT_FLAGS for form in ("", "trainer.")}
    assert line_of(groups["short"], "--max_epochs").startswith("--max_epochs --trainer.max_epochs int | null = 10: ")
    changed = section(site, language, "train", "train-changed")
    assert line_of(changed, "--trainer.log_every_n_steps").startswith("--trainer.log_every_n_steps int | null = 10: ")
    others = spaced(section(site, language, "train", "train-others")).split()
    assert {"--trainer.callbacks", "--trainer.gradient_clip_val", "--trainer.accumulate_grad_batches"} <= set(others)
    assert "--trainer.max_epochs" not in others


@languages
def test_every_option_of_training_is_named(site: Path, language: str) -> None:
    shown = {each.get_text() for each in page(site, language, "train").select("article code")}
    options = programs.training_options().values()
    assert len(options) > 60
    assert {name for option in options for name in option.names} <= shown


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (int, "int"),
        (bool, "true | false"),
        (str | None, "str | null"),
        (Literal["en", "zh"], "en | zh"),
        (Literal["en", "zh"] | None, "en | zh | null"),
        (Literal[64, 32] | Literal["64", "bf16"], "64 | 32 | bf16"),
        (Sequence[int], "Sequence[int]"),
        (None, ""),
    ],
)
def test_the_values_of_a_type(kind: object, expected: str) -> None:
    assert programs.words(kind) == expected


@pytest.mark.parametrize(
    ("value", "expected"), [(None, "null"), ((2, 4, 1), "[2, 4, 1]"), (False, "false"), (0.02, "0.02"), ("cpu", "cpu")]
)
def test_a_default_as_a_config_writes_it(value: object, expected: str) -> None:
    assert programs.written(value) == expected
