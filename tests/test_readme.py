"""The README keeps its promises: its code runs, its paths exist, and both languages say the same."""

import re
from pathlib import Path

import pytest

from course_torch.commands.main import COMMANDS
from course_torch.reports.gallery import GALLERY
from course_torch.verification.mistakes import MISTAKES

ROOT = Path(__file__).parents[1]
ENGLISH, CHINESE = ((ROOT / name).read_text() for name in ("README.md", "README.zh-CN.md"))
SECTIONS = ["1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7", "2.1", "2.2", "2.3", "2.4", "2.5", "3.1", "3.2", "3.3"]


def code_blocks(text: str) -> list[str]:
    return re.findall(r"^```.*?^```", text, flags=re.MULTILINE | re.DOTALL)


def tables(text: str) -> list[list[list[str]]]:
    """Each table's rows of cells, without its header."""
    blocks = re.findall(r"(?:^\|.*\|\n)+", text, flags=re.MULTILINE)
    return [[[cell.strip() for cell in row.split("|")[1:-1]] for row in block.splitlines()[2:]] for block in blocks]


def coverage_rows(text: str) -> list[list[str]]:
    return next(rows for rows in tables(text) if rows[0][0] == "1.1")


def test_both_languages_show_the_same_code_and_commands() -> None:
    assert code_blocks(ENGLISH) == code_blocks(CHINESE)
    assert set(re.findall(r"`[^`\n]+`", ENGLISH)) == set(re.findall(r"`[^`\n]+`", CHINESE))


def test_both_languages_show_the_same_formulas_and_rows() -> None:
    for english, chinese in zip(tables(ENGLISH), tables(CHINESE), strict=True):
        assert len(english) == len(chinese)
        for row, row_zh in zip(english, chinese, strict=True):
            assert row[0] == row_zh[0]
            assert re.findall(r"[A-Za-z_]+ −?= [^,:]+?ᵀ [^,]*", " ".join(row)) == re.findall(
                r"[A-Za-z_]+ −?= [^,:]+?ᵀ [^,]*", " ".join(row_zh)
            )
    assert [row[2:] for row in coverage_rows(ENGLISH)] == [row[2:] for row in coverage_rows(CHINESE)]


def test_every_section_of_the_notes_has_a_row_without_an_empty_cell() -> None:
    rows = coverage_rows(ENGLISH)
    assert sorted({row[0] for row in rows}) == SECTIONS
    assert all(cell for row in rows + coverage_rows(CHINESE) for cell in row)


@pytest.mark.parametrize("row", coverage_rows(ENGLISH), ids=lambda row: f"{row[0]} {row[1]}")
def test_a_row_leads_to_code_test_and_figure(row: list[str]) -> None:
    code, test, shown = (re.findall(r"`([^`]+)`", cell) for cell in row[2:])
    assert all((ROOT / path).is_file() for path in code + test)
    assert all(name in GALLERY or name.removeprefix("course-torch ") in COMMANDS for name in shown)


def test_links_lead_somewhere() -> None:
    for text in (ENGLISH, CHINESE):
        assert all((ROOT / link).exists() for link in re.findall(r"\]\(([^):#]+)\)", text))


def test_the_tree_names_files_that_exist_and_all_packages() -> None:
    (tree,) = (block for block in code_blocks(ENGLISH) if "formulas/" in block)
    package = ROOT / "course_torch"
    assert {path.name for path in package.iterdir() if (path / "__init__.py").exists()} <= set(
        re.findall(r"(\w+)/", tree)
    )
    names = {path.name for path in ROOT.rglob("*.py") if ".venv" not in path.parts}
    assert set(re.findall(r"\w+\.py", tree)) <= names


def test_the_readme_counts_the_mistakes_of_the_self_test_and_leads_to_their_page() -> None:
    for text in (ENGLISH, CHINESE):
        assert f" {len(MISTAKES)} " in text
        assert "](docs/mistakes.md)" in text


def test_the_python_example_runs() -> None:
    (example,) = (block for block in code_blocks(ENGLISH) if block.startswith("```python"))
    variables: dict = {}
    exec(example.removeprefix("```python\n").removesuffix("```"), variables)
    assert variables["accuracy"] > 0.85
