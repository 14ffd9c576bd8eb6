"""The README keeps its promises: its code runs, its paths exist, and both languages say the same."""

import re
import shlex
from dataclasses import fields
from inspect import signature
from itertools import pairwise
from pathlib import Path

import pytest

from course_torch.command_line.parser import SHORT_FLAGS
from course_torch.command_line.shipped import shipped_configs
from course_torch.commands.options import parser_of
from course_torch.commands.table import COMMANDS, load_command
from course_torch.data.table import DATA_SETS, DataConfig
from course_torch.network.config import NetworkConfig
from course_torch.reports.gallery import GALLERY
from course_torch.training.schedule import SCHEDULES
from course_torch.verification.faults import FAULTS

ROOT = Path(__file__).parents[1]
PAGES = [
    "README",
    "docs/notes",
    "docs/configs",
    "docs/data",
    "docs/first_run",
    "docs/backprop",
    "docs/structure",
    "docs/teaching",
    "docs/mistakes",
    "docs/benchmarks",
    "docs/gram",
    "docs/scaling",
    "docs/training",
    "docs/compare",
    "docs/exercises",
]
"""Every page exists in both languages, as NAME.md and NAME.zh-CN.md."""
SECTIONS = ["1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7", "2.1", "2.2", "2.3", "2.4", "2.5", "3.1", "3.2", "3.3"]
LONGEST_README = 150
TRAINING = {
    *("--config", "--resume", "--allow-code", "--lr_scheduler", "--trainer.callbacks+"),
    *(
        f"--lr_scheduler.{name}"
        for each in SCHEDULES
        for kind in each.__mro__[:2]
        for name in signature(kind).parameters
    ),
    *(f"--{flag}" for flag in SHORT_FLAGS),
    *(f"--model.{each.name}" for each in fields(NetworkConfig)),
    *(f"--data.{each.name}" for each in fields(DataConfig)),
}
"""The options of `train`. Of those of Lightning's Trainer only the callbacks have no short form on a page."""


def read(page: str) -> tuple[str, str]:
    """The page in English and in Chinese."""
    english, chinese = ((ROOT / f"{page}{ending}").read_text(encoding="utf-8") for ending in (".md", ".zh-CN.md"))
    return english, chinese


ENGLISH, CHINESE = read("README")


def code_blocks(text: str) -> list[str]:
    return re.findall(r"^```.*?^```", text, flags=re.MULTILINE | re.DOTALL)


def parts(text: str) -> list[str]:
    """How the lines begin that are no prose: headings, code blocks, rows of tables, pictures and items of lists."""
    closed = re.sub(r"^```.*?^```", "```", text, flags=re.MULTILINE | re.DOTALL)
    return re.findall(r"^(#+ |```|\||!\[|- |\d\. )", closed, flags=re.MULTILINE)


def tables(text: str) -> list[list[list[str]]]:
    """The rows of every table as cells, without the header."""
    blocks = re.findall(r"(?:^\|.*\|\n)+", text, flags=re.MULTILINE)
    return [[[cell.strip() for cell in row.split("|")[1:-1]] for row in block.splitlines()[2:]] for block in blocks]


def commands(page: str) -> list[list[str]]:
    """The words of every call of course-torch in a code block of a page, without its comment."""
    blocks = "".join(block for block in code_blocks(read(page)[0]) if block.startswith("```sh"))
    lines = blocks.replace("\\\n", "").splitlines()
    return [shlex.split(line, comments=True)[1:] for line in lines if line.startswith("course-torch ")]


def coverage_rows(text: str) -> list[list[str]]:
    return next(rows for rows in tables(text) if rows[0][0] == "1.1")


@pytest.mark.parametrize("page", PAGES)
def test_both_languages_show_the_same_code_and_commands(page: str) -> None:
    english, chinese = read(page)
    assert code_blocks(english) == code_blocks(chinese)
    assert set(re.findall(r"`[^`\n]+`", english)) == set(re.findall(r"`[^`\n]+`", chinese))


@pytest.mark.parametrize("page", ["docs/notes", "docs/data", "docs/structure"])
def test_both_languages_show_the_same_formulas_and_rows(page: str) -> None:
    for english, chinese in zip(*map(tables, read(page)), strict=True):
        assert len(english) == len(chinese)
        for row, row_zh in zip(english, chinese, strict=True):
            assert row[0] == row_zh[0]
            assert re.findall(r"[A-Za-z_]+ −?= [^,:]+?ᵀ [^,]*", " ".join(row)) == re.findall(
                r"[A-Za-z_]+ −?= [^,:]+?ᵀ [^,]*", " ".join(row_zh)
            )


def test_the_readme_stays_short() -> None:
    assert max(len(text.splitlines()) for text in (ENGLISH, CHINESE)) <= LONGEST_README


@pytest.mark.parametrize("page", PAGES)
def test_both_languages_have_the_same_parts_in_the_same_order(page: str) -> None:
    english, chinese = map(parts, read(page))
    assert english == chinese
    assert "# " in english


def test_every_section_of_the_notes_has_a_row_without_an_empty_cell() -> None:
    english, chinese = map(coverage_rows, read("docs/notes"))
    assert sorted({row[0] for row in english}) == SECTIONS
    assert all(cell for row in english + chinese for cell in row)
    assert [row[2:] for row in english] == [row[2:] for row in chinese]


@pytest.mark.parametrize("row", coverage_rows(read("docs/notes")[0]), ids=lambda row: f"{row[0]} {row[1]}")
def test_a_row_leads_to_code_test_and_figure(row: list[str]) -> None:
    code, test, shown = (re.findall(r"`([^`]+)`", cell) for cell in row[2:])
    assert all((ROOT / path).is_file() for path in code + test)
    assert all(name in GALLERY or name.removeprefix("course-torch ") in COMMANDS for name in shown)


CALLS = [pytest.param(words, id=f"{page}: {' '.join(words)}") for page in PAGES for words in commands(page)]


@pytest.mark.parametrize("words", CALLS)
def test_a_command_has_the_options_and_the_config_that_a_page_gives_it(words: list[str]) -> None:
    name, *arguments = words
    assert name in COMMANDS
    options = [word.partition("=")[0] for word in arguments if word.startswith("--")]
    known = TRAINING if name == "train" else parser_of(name, load_command(name))._option_string_actions
    assert set(options) <= {written for option in known for written in (option, option.replace("_", "-"))}
    for option, value in pairwise(arguments):
        assert option != "--config" or value in shipped_configs()


def test_every_data_set_has_a_row() -> None:
    rows = next(rows for rows in tables(read("docs/data")[0]) if rows[0][0] == "`pictures`")
    assert {name for row in rows for name in re.findall(r"`(\w+)`", row[0])} == set(DATA_SETS)


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    folder = (ROOT / page).parent
    for text in read(page):
        assert all((folder / link).exists() for link in re.findall(r"\]\(([^):#]+)\)", text))


def test_the_tree_names_files_that_exist_and_all_packages() -> None:
    (tree,) = (block for block in code_blocks(read("docs/structure")[0]) if "formulas/" in block)
    package = ROOT / "course_torch"
    assert {path.name for path in package.iterdir() if (path / "__init__.py").exists()} <= set(
        re.findall(r"(\w+)/", tree)
    )
    names = {path.name for path in ROOT.rglob("*.py") if ".venv" not in path.parts}
    assert set(re.findall(r"\w+\.py", tree)) <= names


def test_the_readme_counts_the_mistakes_of_the_self_test_and_leads_to_their_page() -> None:
    for text, ending in ((ENGLISH, ".md"), (CHINESE, ".zh-CN.md")):
        (number,) = re.findall(r"(?:makes more than|故意犯下) (\d+) ", text)
        assert int(number) <= len(FAULTS)
        assert f"](docs/mistakes{ending})" in text


def test_the_python_example_runs() -> None:
    (example,) = (block for block in code_blocks(ENGLISH) if block.startswith("```python"))
    variables: dict = {}
    exec(example.removeprefix("```python\n").removesuffix("```"), variables)
    assert variables["accuracy"] > 0.85
