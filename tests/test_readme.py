"""README and the pages beside it: code runs, paths exist, and both languages say the same, in good Chinese."""

import re
import shlex
from collections.abc import Callable

import pytest

from course_torch import DeepNetwork
from course_torch.commands.main import COMMANDS
from course_torch.data.table import DATA_SETS
from course_torch.reports.gallery import GALLERY
from tests.docs.texts import ROOT, both, code_blocks, inline_code, prose, sentences, tables, wrong_chinese
from tests.support.command_lines import check_call
from tests.verification.networks.self_test.scores import FAULTS

NAMES = "notes configs data first_run average structure teaching mistakes benchmarks gram scaling training"
NAMES += " compare exercises lightning"
PAGES = ["README", *(f"docs/{name}" for name in NAMES.split())]
"""Every page exists in both languages, as NAME.md and NAME.zh-CN.md."""
pages = pytest.mark.parametrize("page", PAGES)
SECTIONS = ["1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7", "2.1", "2.2", "2.3", "2.4", "2.5", "3.1", "3.2", "3.3"]
LONGEST_README = 110


ENGLISH, CHINESE = both("README")


def parts(text: str) -> list[str]:
    """How the lines begin that are no prose: headings, code blocks, rows of tables, pictures and items of lists."""
    closed = re.sub(r"^(```\w*).*?^```", r"\1", text, flags=re.MULTILINE | re.DOTALL)
    return re.findall(r"^(#+ |```\w*|\||!\[|- |\d\. )", closed, flags=re.MULTILINE)


def numbers(text: str) -> list[set[str]]:
    """The numbers in each section."""
    return [set(re.findall(r"\d+(?:[.,]\d+)*", section)) for section in text.split("\n## ")]


def links(text: str) -> list[str]:
    """The links without the name of the language."""
    return sorted(re.sub(r"#.*|\.zh-CN|/(?:zh|en)(?=/)", "", link) for link in re.findall(r"\]\(([^)]+)\)", text))


def cells(text: str) -> list[list[list[str]]]:
    """The code and the formulas in each cell of each row of the tables."""
    code_or_formula = r"`.+?`|[A-Za-z_]+ −?= [^,:`]+?ᵀ [^,`]*"
    return [[re.findall(code_or_formula, cell) for cell in row] for table in tables(text) for row in table]


def code(text: str) -> list[str]:
    """The blocks of code. An answer may be in the language of its page."""
    return code_blocks(re.sub(r"^```text.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL))


COMMON = [parts, code, inline_code, cells, numbers, links]


@pages
@pytest.mark.parametrize("part", COMMON, ids=lambda part: part.__name__)
def test_both_languages_have_the_same(page: str, part: Callable[[str], object]) -> None:
    english, chinese = map(part, both(page))
    assert english == chinese
    assert part(ENGLISH) or part is cells, "a part that finds nothing is the same in all pages"


@pytest.mark.parametrize("page", ["docs/notes", "docs/data", "docs/structure"])
def test_both_languages_begin_their_rows_alike(page: str) -> None:
    english, chinese = ([row[0] for table in tables(text) for row in table] for text in both(page))
    assert english == chinese != []


@pages
def test_a_page_leads_to_its_other_language_and_its_chinese_is_that_of_the_notes(page: str) -> None:
    english, chinese = both(page)
    name = page.rpartition("/")[2]
    assert f"]({name}.zh-CN.md" in english
    assert f"]({name}.md" in chinese
    words = sentences(re.sub("^    .*$", "", prose(chinese), flags=re.MULTILINE))
    assert wrong_chinese(words) == []


def commands(page: str) -> list[list[str]]:
    """The words of every call of course-torch in a code block of a page, without its comment."""
    lines = "".join(code_blocks(both(page)[0], "sh")).replace("\\\n", "").splitlines()
    return [shlex.split(line, comments=True)[1:] for line in lines if line.startswith("course-torch ")]


def coverage_rows(text: str) -> list[list[str]]:
    return next(rows for rows in tables(text) if rows[0][0] == "1.1")


def test_the_readme_stays_short() -> None:
    assert max(len(text.splitlines()) for text in (ENGLISH, CHINESE)) <= LONGEST_README


def test_every_section_of_the_notes_has_a_row_without_an_empty_cell() -> None:
    english, chinese = map(coverage_rows, both("docs/notes"))
    assert sorted({row[0] for row in english}) == SECTIONS
    assert all(cell for row in english + chinese for cell in row)
    assert [row[2:] for row in english] == [row[2:] for row in chinese]


@pytest.mark.parametrize("row", coverage_rows(both("docs/notes")[0]), ids=lambda row: f"{row[0]} {row[1]}")
def test_a_row_leads_to_code_test_and_figure(row: list[str]) -> None:
    code, test, shown = (re.findall(r"`([^`]+)`", cell) for cell in row[2:])
    assert all((ROOT / path).is_file() for path in code + test)
    assert all(name in GALLERY or name.removeprefix("course-torch ") in COMMANDS for name in shown)


CALLS = [pytest.param(words, id=f"{page}: {' '.join(words)}") for page in PAGES for words in commands(page)]


@pytest.mark.parametrize("words", CALLS)
def test_a_command_has_the_options_and_the_config_that_a_page_gives_it(words: list[str]) -> None:
    check_call(*words)


def test_every_data_set_has_a_row() -> None:
    rows = next(rows for rows in tables(both("docs/data")[0]) if rows[0][0] == "`pictures`")
    assert {name for row in rows for name in re.findall(r"`(\w+)`", row[0])} == set(DATA_SETS)


@pages
def test_links_lead_somewhere_and_code_that_is_named_exists(page: str) -> None:
    folder = (ROOT / page).parent
    for text in both(page):
        assert all((folder / link).exists() for link in re.findall(r"\]\(([^):#]+)\)", text))
        named = {*re.findall(r"`(course_torch/[\w/.]+)`", prose(text))} - {"course_torch/data/xor.py"}  # an example
        assert all((ROOT / path).exists() for path in named)
        assert all(hasattr(DeepNetwork([1, 1]), name) for name in re.findall(r"`net\.(\w+)", prose(text)))


def test_the_tree_names_files_that_exist_and_all_packages() -> None:
    (tree,) = (block for block in code_blocks(both("docs/structure")[0]) if "formulas/" in block)
    package = ROOT / "course_torch"
    packages = {path.name for path in package.iterdir() if (path / "__init__.py").exists()}
    assert packages <= set(re.findall(r"(\w+)/", tree))
    names = {path.name for path in ROOT.rglob("*.py") if ".venv" not in path.parts}
    assert set(re.findall(r"\w+\.py", tree)) <= names


def test_the_readme_counts_the_mistakes_of_the_tests_and_leads_to_their_page() -> None:
    for text, ending in ((ENGLISH, ".md"), (CHINESE, ".zh-CN.md")):
        (number,) = re.findall(r"(?:make more than|故意犯下) (\d+) ", text)
        assert int(number) <= len(FAULTS)
        assert f"](docs/mistakes{ending})" in text


def test_the_python_example_runs() -> None:
    (example,) = code_blocks(ENGLISH, "python")
    variables: dict = {}
    exec(example, variables)
    assert variables["accuracy"] > 0.85
