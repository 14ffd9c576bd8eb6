"""Reads the text of the lessons: what both languages must have in common."""

import re
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
SECTIONS = sorted(path.stem for path in (DOCS / "en" / "lessons").glob("*.md"))
"""The sections that have a lesson."""
CODE = sorted(path.stem for path in (DOCS / "code").glob("*.py"))
"""The names of the code files: of each lesson, and of the guides that compute numbers."""
PAGES = sorted(path.relative_to(DOCS / "en").as_posix() for path in (DOCS / "en").rglob("*.md"))
"""The pages of the English tree, which the Chinese tree mirrors."""
IN_FORMULAS = {"参数个数": "parameters", "0 轴：": "axis 0: ", "1 轴：": "axis 1: "}
"""The words in formulas that are translated, in Chinese and in English."""
DISPLAYED = re.compile(r"^\$\$\n(.*?)\n\$\$$", re.MULTILINE | re.DOTALL)


def text_of(language: str, page: str) -> str:
    return (DOCS / language / page).read_text(encoding="utf-8")


def headings(text: str) -> list[tuple[str, int]]:
    """The label and the level of each heading, in order. Text of a code fence is no heading."""
    found = re.findall(r"(?:^\(([\w.-]+)\)=\n)?^(#+) ", without_fences(text), flags=re.MULTILINE)
    return [(label, len(level)) for label, level in found]


def without_fences(text: str) -> str:
    return re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)


def directives(text: str) -> list[str]:
    """The directives in order, with arguments and options, without captions. Files have the same name without zh-CN."""
    found = re.findall(r"^```\{([\w-]+)\} ?(.*)\n((?::.*\n)*)", text.replace(".zh-CN.md", ".md"), flags=re.MULTILINE)
    return [
        " ".join((name, argument, *(option for option in options.splitlines() if not option.startswith(":caption:"))))
        for name, argument, options in found
    ]


def displayed_formulas(text: str) -> list[str]:
    """The formulas that stand alone, in order, with their words in English."""
    for chinese, english in IN_FORMULAS.items():
        text = text.replace(f"\\text{{{chinese}}}", f"\\text{{{english}}}")
    return DISPLAYED.findall(text)


def inline_formulas(text: str) -> set[str]:
    """The formulas in sentences. A language may repeat a formula or not, and has its own order."""
    return {" ".join(each.split()) for each in re.findall(r"\$([^$]+)\$", DISPLAYED.sub("", text))}


def numbers(text: str) -> list[str]:
    """The measured numbers, sorted: a sentence may put them in another order."""
    return sorted(re.findall(r"\{n\}`([^`]+)`", text))


def inline_code(text: str) -> set[str]:
    text = re.sub(r"^```.*$|\{n\}`[^`]+`", "", text, flags=re.MULTILINE)
    return set(re.findall(r"`([^`\n]+)`", text))


def links(text: str) -> list[str]:
    return sorted(re.findall(r"\]\(([^)]+)\)", text))


def sentences(text: str) -> str:
    """The words of the text alone: no code, formulas, roles, labels, directive lines or link targets."""
    text = re.sub(r"^```(?:\w+|\{eval-rst\})\n.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    text = re.sub(r"^(?:```|\(|:).*$", "", DISPLAYED.sub("", text), flags=re.MULTILINE)
    text = re.sub(r"\$[^$]+\$|\{n\}`[^`]+`|`[^`\n]+`", "", text)
    return re.sub(r"\]\([^)]+\)", "]", text)
