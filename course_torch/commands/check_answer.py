"""The answer of `course-torch check`: what is printed, written and drawn about a file that was judged."""

from collections.abc import Iterable
from shlex import quote

from rich.console import Console

from course_torch.command_line.files import as_json, write_text
from course_torch.command_line.progress import track_on_terminal
from course_torch.exercises.grade.progress import newly_right
from course_torch.exercises.judge.answer import (
    OTHER_WAY,
    as_record,
    explanation,
    form_lines,
    message,
    not_loaded,
    second_judge,
    summary,
    trained,
)
from course_torch.exercises.judge.checking import Check, Demonstration
from course_torch.exercises.judge.verdicts import Verdict
from course_torch.language import Text
from course_torch.reports.tables import check_table, scores_table
from course_torch.text import shown

HEADINGS = (Text("function", "函数"), Text("notes", "笔记"), Text("state", "状态"))
MORE = Text("More: course-torch check {file} --hint 1", "更多提示：course-torch check {file} --hint 1")
BESIDE = Text(
    "Your pass beside the reference: course-torch trace --mine {file}",
    "把你的计算与参考逐步对照：course-torch trace --mine {file}",
)
NO_FIGURE = Text("{figure}: not drawn before all functions are right", "{figure}：全部函数都正确之后才会画图")
NOT_TRAINED = Text(
    "{figure}: not drawn, because no function of this file trains on the flower",
    "{figure}：没有画图，因为这个文件里没有在花形数据上训练的函数",
)
OTHER_WAYS = 3
"""If more functions succeed at once, as in a finished file, no other way is shown."""


def show(check: Check, json: str | None, figure: str | None, output: bool) -> int:
    """Print the answer. Returns 0 if all functions are right, otherwise 1."""
    checks = (check, *check.others)
    verdicts = [verdict for judged in checks for verdict in judged.verdicts]
    succeeded = newly_right(check.source, check.chapter.name, verdicts) if verdicts else []
    for judged in checks:
        say_all(judged, succeeded)
    if output:
        print(*(judged.printed for judged in checks), sep="", end="")
    if json is not None:
        write_text(json, as_json(as_record(check)))
    if figure is not None:
        trained_one = next((judged.trained for judged in checks if judged.trained is not None), None)
        if trained_one is not None:
            draw(trained_one, figure)
        else:
            say([(NOT_TRAINED if check.passed else NO_FIGURE).fill(figure=figure).say(check.language)])
    return 0 if check.passed else 1


def say_all(check: Check, succeeded: list[Verdict]) -> None:
    """Print the answer on the functions of one assignment. `succeeded` were not right before."""
    language = check.language
    lines = [*form_lines(check)]
    if check.failure is not None:
        lines.append(not_loaded(check.failure, language))
    say(lines)
    if not check.verdicts:
        return
    first, second, third = (heading.say(language) for heading in HEADINGS)
    rows = [(one.task.name, one.task.section, one.state, one.label.say(language)) for one in check.verdicts]
    Console().print(check_table((first, second, third), rows))
    for verdict in succeeded if len(succeeded) <= OTHER_WAYS else ():
        if verdict in check.verdicts:
            say([OTHER_WAY.fill(name=verdict.task.name, way=verdict.task.other_way).say(language)])
    if check.first_wrong is not None:
        say(explanation(check.first_wrong, language))
        say(second_judge(check))
        say(check.hint or [MORE.fill(file=quote(str(check.source.path))).say(language)])
        say(message(verdict, language) for verdict in check.others_to_mend)
        if check.is_first and check.passes:  # `trace --mine` reads the first assignment
            say([BESIDE.fill(file=quote(str(check.source.path))).say(language)])
    begun = [verdict for verdict in check.verdicts if verdict.state == "missing" and verdict.call]
    noted = [verdict for verdict in check.verdicts if verdict.state == "right" and verdict.symptom]
    say(line for verdict in (*begun[:1], *noted) for line in explanation(verdict, language))
    print(summary(check))
    say(trained(check))


def draw(trained: Demonstration, figure: str) -> None:
    """Draw the flower with the decision boundary of the trained network."""
    from course_torch.data.planar import CLASS_NAMES
    from course_torch.reports.figures.drawing import write_figure
    from course_torch.reports.figures.functions import decision_boundary

    title = f"Your network on the flower: accuracy {trained.accuracy:.1%}"
    write_figure(figure, decision_boundary(trained.X, trained.Y, trained.network, CLASS_NAMES, title))


def print_self_test() -> int:
    """Print the table of the self-test. Returns 0 if the checker passes, otherwise 1."""
    from course_torch.exercises.self_test.scoring import COUNTS, run_self_test

    result = run_self_test(lambda tasks: track_on_terminal(tasks, "self-test"))
    rows = [[score.name, *(getattr(score, count) for count in COUNTS)] for score in result.scores]
    Console().print(scores_table(COUNTS, rows))
    totals = {count: result.total(count) for count in COUNTS}
    print(
        "{runs} mistakes made on purpose: {found} found, {placed} placed, {named} named, {unknown} unknown, "
        "{misleading} misleading; {spellings} right spellings: {alarms} false alarms".format(**totals)
    )
    return 0 if result.passed else 1


def say(lines: Iterable[str]) -> None:
    """Print lines of text. Parts of them come from the learner's file."""
    for line in lines:
        for part in line.splitlines():
            print(shown(part))
