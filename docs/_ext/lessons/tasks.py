"""What the checker knows: {mistake} quotes what it says about a mistake, {exercise} names the function to write."""

from functools import cache

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from course_torch.exercises.check.answer import explanation
from course_torch.exercises.judge.judging import Verdict
from course_torch.exercises.tasks import CHAPTERS
from course_torch.exercises.tasks.task import Task
from course_torch.language import COLON, Language, Text
from lessons.language import CHECKER, language_of
from tests.exercises.self_test.changes import first_wrong, mistakes_in, text_of

EXERCISE = Text(
    "Write `{name}({signature})` of chapter {chapter} (notes {section}). "
    "The checker judges every right spelling as right.",
    "写出 {chapter} 章的 `{name}({signature})`（笔记 {section}）。任何正确的写法都算对。",
)


def task_of(chapter: str, function: str) -> Task | None:
    """The task of a chapter, if there is one of this name."""
    tasks = CHAPTERS[chapter].tasks if chapter in CHAPTERS else ()
    return next((task for task in tasks if task.name == function), None)


@cache
def verdict_on(chapter: str, function: str, key: str) -> Verdict | None:
    """What the checker finds in the solution with this mistake, if it names the cause."""
    if chapter not in CHAPTERS:
        return None
    for layout in ("rows", "columns"):
        for change in mistakes_in(chapter, "numpy", layout):
            if (change[0], change[-1]) == (function, key):
                verdict = first_wrong(chapter, text_of(chapter, "numpy", layout, change[:3]), function)
                if verdict is not None and key in {finding.key for finding in verdict.findings}:
                    return verdict
    return None


def checker_says(mistake: str, language: Language) -> str | None:
    """What the checker says about "chapter function: key", or None if the checker does not know this mistake."""
    place, _, key = mistake.partition(": ")
    chapter, _, function = place.partition(" ")
    verdict = verdict_on(chapter, function, key)
    return None if verdict is None else " ".join([*explanation(verdict, language)][1:])


def exercise_words(chapter: str, function: str, language: Language) -> tuple[str, str] | None:
    """What to write, and the commands that write and check the file; None if the chapter has no such function."""
    task = task_of(chapter, function)
    if task is None:
        return None
    text = EXERCISE.fill(name=function, signature=task.signature, chapter=chapter, section=task.section)
    option = " --language zh" if language == "zh" else ""
    return text.say(language), f"course-torch exercise {chapter}{option}\ncourse-torch check {chapter}.py"


class Mistake(SphinxDirective):
    """```{mistake} chapter function: key``` with the wrong code as content. What the checker says follows it."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True

    def run(self) -> list[nodes.Node]:
        language = language_of(self.env)
        words = checker_says(self.arguments[0], language)
        if words is None:
            raise self.error(f"mistake: the checker knows no '{self.arguments[0]}'")
        said = nodes.paragraph("", "", nodes.strong("", CHECKER.say(language)), nodes.Text(COLON.say(language)))
        said += nodes.inline("", words)
        return [nodes.container("", *self.parse_content_to_nodes(), said, classes=["mistake"])]


class Exercise(SphinxDirective):
    """```{exercise} chapter function``` names the function and the commands that write and check its file."""

    required_arguments = 2

    def run(self) -> list[nodes.Node]:
        chapter, function = self.arguments
        words = exercise_words(chapter, function, language_of(self.env))
        if words is None:
            raise self.error(f"exercise: chapter {chapter} has no function {function}")
        text, commands = words
        block = nodes.literal_block(commands, commands, language="console")
        return [nodes.container("", *self.parse_text_to_nodes(text), block, classes=["exercise"])]


def setup(app: Sphinx) -> None:
    app.add_directive("mistake", Mistake)
    app.add_directive("exercise", Exercise)
