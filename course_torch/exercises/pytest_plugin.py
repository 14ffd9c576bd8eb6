"""A plugin of pytest: `pytest --course-torch deep.py` runs one test for each function of a learner's file.

pytest imports this file at every start, so it imports the checker only when it is used.
"""

from collections.abc import Generator, Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from course_torch.exercises.check.checking import FileCheck


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--course-torch",
        action="store_true",
        help="judge the files that are named on the command line as exercises of course_torch",
    )


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(
    file_path: Path, parent: pytest.Collector
) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
    """Collect a learner's file instead of pytest, which would import the file into the judge's process."""
    collectors = yield
    config = parent.config
    named = (Path(argument.partition("::")[0]).absolute() for argument in config.args)
    if config.getoption("--course-torch") and file_path in named:
        return [LearnersFile.from_parent(parent, path=file_path)]
    return collectors


class LearnersFile(pytest.File):
    """A learner's file. The check runs once, when its first test runs."""

    def collect(self) -> Iterator["LearnersFunction"]:
        from course_torch.errors import InputError
        from course_torch.exercises.learners_file.source import read_source
        from course_torch.exercises.recognition.chapters import chapters_of, parts_beside
        from course_torch.exercises.recognition.contents import Contents

        try:
            source = read_source(self.path)
            chapters = chapters_of(source)
            tasks = [task for chapter in chapters for task in Contents(source, chapter).judged]
            parts = parts_beside(source, chapters[0], chapters, other_parts=True)
        except InputError as error:
            raise self.CollectError(str(error)) from error
        for name in dict.fromkeys(task.name for task in (*tasks, *(task for part in parts for task in part.tasks))):
            yield LearnersFunction.from_parent(self, name=name)

    @cached_property
    def check(self) -> "FileCheck":
        from course_torch.exercises.check.checking import check_file

        return check_file(self.path)


class WrongFunctionError(Exception):
    """A function that is not right. The message is the checker's answer."""


class LearnersFunction(pytest.Item):
    """The test of one function."""

    def runtest(self) -> None:
        from course_torch.exercises.check.answer import explanation
        from course_torch.exercises.judge.sentences import not_loaded

        file = self.parent
        assert isinstance(file, LearnersFile)
        language = file.check.language
        for assignment in file.check.assignments:
            if assignment.failure is not None:
                raise WrongFunctionError(not_loaded(assignment.failure).say(language))
            for verdict in assignment.verdicts:
                if verdict.task.name == self.name and verdict.state != "right":
                    raise WrongFunctionError("\n".join(explanation(verdict, language)))

    def repr_failure(self, error: pytest.ExceptionInfo[BaseException], style: object = None) -> str:
        return str(error.value)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, None, self.name
