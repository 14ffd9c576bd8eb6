"""docs/mistakes.md is what tools/build_mistakes_page.py writes."""

import re
import runpy
from pathlib import Path

from course_torch.verification.mistakes import MISTAKES

ROOT = Path(__file__).parents[1]


def test_the_page_is_the_text_of_its_tool_for_the_counts_on_it() -> None:
    tool = runpy.run_path(str(ROOT / "tools" / "build_mistakes_page.py"))
    text = (ROOT / "docs" / "mistakes.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| .* \| `\S+` \| (.*) \|$", text, flags=re.MULTILINE)
    counts = [tuple(int(cell) for cell in row.split(" | ")) for row in rows]
    assert len(counts) == len(MISTAKES)
    assert text == tool["page"]({mistake.name: row for mistake, row in zip(MISTAKES, counts, strict=True)})


def test_the_counts_on_the_page_say_that_none_misleads() -> None:
    text = (ROOT / "docs" / "mistakes.md").read_text(encoding="utf-8")
    (total,) = re.findall(r"^\| \*\*all\*\* \|  \| (.*) \|$", text, flags=re.MULTILINE)
    runs, found, placed, named, unknown, misleading = (int(cell) for cell in total.split(" | "))
    assert found == placed == runs > 800
    assert named >= 0.85 * runs
    assert (named + unknown, misleading) == (runs, 0)
