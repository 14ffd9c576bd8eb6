"""The answer of `course-torch check`: what is printed, written and drawn about a file that was judged.

It needs torch, so `check` imports it only when the learner's process has started.
"""

from rich.console import Console

from course_torch.console import print_line
from course_torch.exercises.check.answer import answer_parts, as_record, reasons
from course_torch.exercises.check.checking import FileCheck
from course_torch.exercises.check.progress import keep
from course_torch.exercises.check.whole_pass import Demonstration
from course_torch.language import Language, Text
from course_torch.text import shown
from course_torch.writing import as_json, write_text

NO_FIGURE = Text(
    "{figure}: not drawn before {function} and the functions that it calls are right",
    "{figure}：{function} 和它调用的函数都正确之后才会画图",
)
WRITTEN = Text("{figure}: your network on the flower", "{figure}：你的网络在花形数据上的图")
NOT_TRAINED = Text(
    "{figure}: not drawn, because no function of this file trains on the flower",
    "{figure}：没有画图，因为这个文件里没有在花形数据上训练的函数",
)
DRAWN = Text("Your network on the flower: accuracy {accuracy:.1%}", "你的网络在花形数据上：准确率 {accuracy:.1%}")


def show(check: FileCheck, json: str | None, figure: str | None, output: bool, why: bool) -> int:
    """Print, write and draw the answer. Returns 0 if all functions are right, otherwise 1."""
    if len(check.verdicts) > 1:  # one function alone is no progress of the file
        sections = {one.task.name: one.task.section for one in check.verdicts}
        right = [one.task.name for one in check.verdicts if one.state == "right"]
        keep(check.path, check.first.chapter.name, sections, right)
    for part in (*answer_parts(check), *(reasons(check) if why else ())):
        if isinstance(part, str):
            say(part)
        else:
            Console().print(part)
    if output:
        print(*(assignment.printed for assignment in check.assignments), sep="", end="")
    if json is not None:
        write_text(json, as_json(as_record(check)))
    if figure is not None:
        trained, training = [one.trained for one in check.assignments if one.trained], check.first.chapter.training
        if trained:
            draw(trained[0], figure, check.language)
            said = WRITTEN
        else:
            said = NOT_TRAINED if check.passed or training is None else NO_FIGURE
        function = training.function if training else ""
        say(said.fill(figure=figure, function=function).say(check.language))
    return 0 if check.passed else 1


def draw(trained: Demonstration, figure: str, language: Language) -> None:
    """Draw the flower with the decision boundary of the trained network."""
    from course_torch.data.planar import CLASS_NAMES
    from course_torch.reports.figures.drawing import in_chinese, write_figure
    from course_torch.reports.figures.functions import decision_boundary

    title = DRAWN.fill(accuracy=trained.accuracy).say(language)
    with in_chinese(title):
        drawn = decision_boundary(trained.X, trained.Y, trained.network, CLASS_NAMES, title)
    write_figure(figure, drawn)


def say(text: str) -> None:
    """Print the lines of a text, parts of which come from the learner's file."""
    for line in text.splitlines():
        print_line(shown(line), Console())
