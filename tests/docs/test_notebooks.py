"""Each lesson downloads as a notebook in its language, which runs, and as a script."""

import json
import re
from pathlib import Path

import pytest

from tests.docs.lessons import DOCS, SECTIONS

lessons = pytest.mark.parametrize("section", SECTIONS)
languages = pytest.mark.parametrize("language", ["en", "zh"])


def cells(site: Path, language: str, section: str, kind: str) -> list[str]:
    notebook = json.loads((site / language / "lessons" / f"{section}.ipynb").read_text(encoding="utf-8"))
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    assert len({each["id"] for each in notebook["cells"]}) == len(notebook["cells"])
    return [each["source"] for each in notebook["cells"] if each["cell_type"] == kind]


@lessons
@pytest.mark.usefixtures("float64")
def test_the_notebook_runs_from_top_to_bottom(site: Path, section: str, capsys: pytest.CaptureFixture[str]) -> None:
    namespace: dict[str, object] = {"__name__": "__main__"}
    for code in cells(site, "en", section, "code"):
        exec(compile(code, f"{section}.ipynb", "exec"), namespace)
    assert "def " in capsys.readouterr().out, "the sources are printed"


@lessons
def test_both_languages_have_the_same_code(site: Path, section: str) -> None:
    assert cells(site, "en", section, "code") == cells(site, "zh", section, "code")


@lessons
@languages
def test_the_words_are_plain_markdown(site: Path, language: str, section: str) -> None:
    words = "\n\n".join(cells(site, language, section, "markdown"))
    assert words.startswith(f"# {section} ")
    assert words.count("<details>") == words.count("</details>") >= 4
    assert re.findall(r"\{\w+\}`|```\{|^\(.*\)=$|\\value|^\+\+\+$|\.md\)", words, flags=re.MULTILINE) == []


@lessons
@languages
def test_the_page_links_both_and_the_script_is_the_code_file(site: Path, language: str, section: str) -> None:
    page = (site / language / "lessons" / f"{section}.html").read_text(encoding="utf-8")
    assert f'href="{section}.ipynb"' in page
    assert f'href="{section}.py"' in page
    script = site / language / "lessons" / f"{section}.py"
    assert script.read_bytes() == (DOCS / "code" / f"{section}.py").read_bytes()
