"""One page of a class: how many have each function right, the frequent causes, a row for each file."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from html import escape

from course_torch.exercises.grade.grading import Grade
from course_torch.exercises.grade.summary import mistakes
from course_torch.exercises.grade.table import SHOWN, function_names
from course_torch.exercises.judge.verdicts import STATES
from course_torch.language import Language, Text
from course_torch.lessons import lessons_address
from course_torch.mistakes.faults import in_playground
from course_torch.reports.page import html_page, scrolling_table
from course_torch.text import shown

TITLE = Text("Chapter {chapter}: the class", "{chapter} 章：全班")
FUNCTIONS = Text("How many have each function right", "每个函数有多少个文件正确")
CAUSES = Text("The first mistake of a file", "一个文件的第一个错误")
EVERY_FILE = Text("The files", "文件")
WATCH = Text("watch it train", "看它怎样训练")
FUNCTION, FILES, CAUSE = Text("function", "函数"), Text("files", "文件"), Text("cause", "原因")
FILE, POINTS = Text("file", "文件"), Text("points", "分数")
OF = Text("{count} of {n}", "{count} / {n}")
SIGNS: dict[str, tuple[str, str]] = {
    "right": ("good", "✓"),
    "wrong": ("bad", "✗"),
    "missing": ("", "–"),
    "not judged": ("", "?"),
}
"""State -> class of the cell, and the sign that a reader sees."""


def class_page(
    chapter: str, grades: Sequence[Grade], notes: Iterable[Text], language: Language, feedback: Mapping[str, str]
) -> str:
    """The page of a class in HTML.

    notes      sentences above the tables
    feedback   file -> address of its feedback
    """
    names = [name for name in function_names(chapter) if any(name in one.states for one in grades)]
    right = Counter(name for one in grades for name, state in one.states.items() if state == "right")
    asked = Counter(name for one in grades for name in one.states)
    bars = (bar(name, None, right[name], asked[name], language) for name in names)
    frequent = mistakes(grades)[:SHOWN]
    causes = (bar(one.first, cause_cell(one, language), count, len(grades), language) for one, count in frequent)
    of_files = (file_row(one, names, feedback, language) for one in grades)
    parts = [
        "".join(f"<p>{escape(shown(note.say(language)))}</p>\n" for note in notes),
        section(FUNCTIONS, (FUNCTION, FILES), bars, language),
        section(CAUSES, (FUNCTION, CAUSE, FILES), causes, language),
        section(EVERY_FILE, (FILE, POINTS, *names, CAUSE), of_files, language),
    ]
    return html_page(TITLE.fill(chapter=chapter).say(language), "".join(parts), language)


def section(title: Text, headings: Iterable[Text | str], rows: Iterable[str], language: Language) -> str:
    """A heading and its table."""
    said = (one.say(language) if isinstance(one, Text) else wrapped(one) for one in headings)
    table = scrolling_table(title.say(language), said, rows)
    return f'<section class="words"><h2>{title.say(language)}</h2>\n{table}</section>\n'


def wrapped(function: str) -> str:
    """The name of a function, which may wrap after an underscore."""
    return escape(function).replace("_", "_<wbr>")


def bar(function: str, cause: str | None, count: int, n: int, language: Language) -> str:
    """A row with a count as a bar and in words. `cause` is a cell, or None in a table without causes."""
    said = OF.fill(count=count, n=n).say(language)
    meter = f'<meter min="0" max="{n}" value="{count}" aria-label="{escape(function)}">{said}</meter>'
    return f'<tr><th scope="row">{wrapped(function)}</th>{cause or ""}<td>{meter} {said}</td></tr>\n'


def cause_cell(grade: Grade, language: Language) -> str:
    """The cause in words, and a link to the playground, if the site is built and the playground makes the mistake."""
    watch = ""
    if (address := lessons_address()) and (link := in_playground(next(iter(grade.causes), ""))):
        watch = f' <a href="{address}playground.html?language={language}{link}">{WATCH.say(language)}</a>'
    return f'<td class="cause">{escape(grade.cause)}{watch}</td>'


def file_row(one: Grade, names: Iterable[str], feedback: Mapping[str, str], language: Language) -> str:
    """The row of a file: name and feedback, points, a sign for each function, the cause of the first mistake."""
    points = OF.fill(count=one.points, n=len(one.states)).say(language)
    cells = [f"<td>{escape(points)}</td>"]
    for function in names:
        state = one.states.get(function)
        kind, sign = SIGNS[state] if state else ("", "")
        word = f'<span class="unseen">{STATES[state].say(language)}</span>' if state else ""
        cells.append(f'<td class="{kind}"><span aria-hidden="true">{sign}</span>{word}</td>')
    words = f"{one.first}: {one.cause}" if one.first else one.problem
    cells.append(f'<td class="cause">{escape(words)}</td>')
    head = escape(shown(one.file))
    if one.file in feedback:
        head = f'<a href="{escape(feedback[one.file])}">{head}</a>'
    return f'<tr><th scope="row">{head}</th>{"".join(cells)}</tr>\n'
