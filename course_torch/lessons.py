"""The lessons on the notes: how a message names a section of the notes, and where the lesson of the section is."""

import re
from pathlib import Path

import course_torch
from course_torch.language import Language, Text, language_option

SITE = Path(course_torch.__file__).parent / "site"  # In a checkout `course-torch lesson` builds it.
BUILDER = Path("tools", "build_site.py")
LESSONS = {"1": 7, "2": 5, "3": 3}  # chapter of the notes -> its number of sections. Each section has a lesson.
SECTIONS = [f"{chapter}.{number}" for chapter, count in LESSONS.items() for number in range(1, count + 1)]
CITED = Text("{sentence} (notes {section})", "{sentence}（笔记 {section}）")
NAMED = re.compile(r"(?:notes|笔记) (\d\.\d)")
TO_OPEN = Text("To read on: {commands}", "课文：{commands}")


def in_checkout() -> bool:
    return (SITE.parents[1] / BUILDER).is_file()


def available() -> bool:
    """Whether `course-torch lesson` has the lessons, or can build them. A wheel may be built without them."""
    return SITE.is_dir() or in_checkout()


def cited(sentence: Text, section: str) -> Text:
    """The sentence with its section of the notes, if there is one: "... (notes 2.4)"."""
    return CITED.fill(sentence=sentence, section=section) if section else sentence


def to_open(said: str, language: Language, section: str = "") -> list[str]:
    """A line with the commands that open the lessons on the sections that a message names, or else on `section`."""
    sections = (NAMED.findall(said) or [section]) if available() else []
    commands = ", ".join(
        f"course-torch lesson {each}{language_option(language)}" for each in dict.fromkeys(sections) if each
    )
    return [TO_OPEN.fill(commands=commands).say(language)] if commands else []


def lessons_address() -> str | None:
    """The address of the folder of both languages, if the site is built. `web/elements.js` puts links after it."""
    return f"{SITE.as_uri()}/" if SITE.is_dir() else None


def linked(html: str, language: Language) -> str:
    """HTML in which every section of the notes is a link to its lesson, if the site is built."""
    if (address := lessons_address()) is None:
        return html
    return NAMED.sub(rf'<a href="{address}{language}/lessons/\1.html">\g<0></a>', html)
