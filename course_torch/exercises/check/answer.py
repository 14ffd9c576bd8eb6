"""The checker's answer in words, for the terminal, and as a record, for JSON.

It says which form the file has, what is wrong with a function and why.
"""

import ast
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from rich import box
from rich.markup import escape
from rich.table import Table

from course_torch.exercises import HEADINGS
from course_torch.exercises.check.checking import AssignmentCheck, FileCheck
from course_torch.exercises.check.why import why_lines
from course_torch.exercises.judge.sentences import not_loaded
from course_torch.exercises.judge.verdicts import STATES, UNKNOWN, Verdict
from course_torch.exercises.learners_file.problems import line_of
from course_torch.exercises.learners_file.source import Source
from course_torch.exercises.learners_file.syntax import name_of
from course_torch.exercises.recognition.contents import Contents, unjudged
from course_torch.exercises.recognition.stand_ins import answers_imported, stand_ins
from course_torch.exercises.sandbox.learner.stub_modules import REMOVED
from course_torch.exercises.tasks import CHAPTERS
from course_torch.exercises.tasks.task import LAYOUTS
from course_torch.language import NOTHING, SEMICOLON, Language, Text, language_option
from course_torch.lessons import cited, to_open
from course_torch.mistakes import MISTAKES
from course_torch.mistakes.faults import in_playground
from course_torch.mistakes.record import AND
from course_torch.reports.tables import filled
from course_torch.text import quoted

FORM = Text("{file}: chapter {chapter}, {library}, {layout}{how}", "{file}：{chapter} 章，{library}，{layout}{how}")
ASSIGNMENT = Text("; recognised as an assignment of the course by its functions", "；从函数名认出这是课程的作业")
LEFT_OUT = Text("not Python, and left out: {found}{more}", "不是 Python 代码，已略去：{found}{more}")
OTHER_NAMES = Text("judged under another name: {found}", "按另一个名称检查：{found}")
JUDGED_AS = Text("{name} as {as_name}", "{name} 作为 {as_name}")
UNJUDGED = Text(
    "not judged, because the assignment has no such function: {found}", "没有检查，因为作业里没有这样的函数：{found}"
)
SEVERAL_OUTPUTS = Text(
    "the file has {found}: it seems to have several outputs, and the assignment has one, a sigmoid",
    "文件里有 {found}：它好像有多个输出，而作业只有一个 sigmoid 输出",
)
NO_LAYOUT = Text(
    'LAYOUT is not in the file, so its columns are examples here: if its rows are, write LAYOUT = "rows" at its top',
    '文件里没有 LAYOUT，因此按样本为列检查：如果样本为行，请在文件开头写 LAYOUT = "rows"',
)
PLACE = Text("{line} ({message})", "{line}（{message}）")
MORE = Text(" and {n} more", "，另有 {n} 处")
COLOURS = {"right": "green", "wrong": "bold red", "missing": "dim", "not judged": "yellow"}
SHOWN = 3
"""Places that are shown."""
REMOVED_NAME = Text("np.{name} was removed from NumPy: write {right}", "np.{name} 已从 NumPy 中去掉：要写 {right}")
TAB = Text(
    "{line} has a tab among spaces, and Python refuses the file: write spaces",
    "{line}在空格之间有制表符，Python 会拒绝这个文件：请改用空格",
)
PROBABLY = Text("Probably: {cause}", "可能的原因：{cause}")
CERTAINLY = Text("The cause: {cause}", "原因：{cause}")
FACTS = {key for key, mistake in MISTAKES.items() if mistake.recognized == "exception"}
"""Keys of the causes that an exception, the form of a result or the text shows. Numbers make a cause probable."""
EITHER = Text("one of these, which give the same numbers: {causes}", "以下之一（它们得出同样的数值）：{causes}")
NO_KNOWN_MISTAKE = Text(
    "No known mistake gives exactly this result. Read notes {section}, and look at --hint 3.",
    "没有一种已知的错误恰好得出这个结果。请看笔记 {section}，并用 --hint 3。",
)
OTHER_ACTIVATION = Text(
    "the hidden layer has {found}, and that of the assignment has {right}: judged with {found}",
    "隐层的激活函数是 {found}，作业里是 {right}：按 {found} 检查",
)
NOT_IN_THE_FILE = Text("Not in the file: {names}", "文件里没有：{names}")
FULL_STOP = Text(".", "。")
ENDS = (".", "?", "!", "。", "？", "！")
ALL_RIGHT = Text("all {n} functions are right ({seconds:.1f} s)", "全部 {n} 个函数都正确（{seconds:.1f} 秒）")
COUNTS = Text("{right} of {n} right ({seconds:.1f} s)", "{n} 个函数中 {right} 个正确（{seconds:.1f} 秒）")
NEXT = Text("The next chapter: course-torch exercise {chapter}{form}", "下一章：course-torch exercise {chapter}{form}")
TRAINED = Text(
    "your {function} on the flower, {sizes}: J from {before:.4f} to {after:.4f}, accuracy {accuracy:.1%}{note}",
    "用你的 {function} 在花形数据上训练 {sizes}：J 从 {before:.4f} 降到 {after:.4f}，准确率 {accuracy:.1%}{note}",
)
NO_LIMITS = Text(
    "This system cannot limit the process of your file: a call that takes too long is ended, and nothing else.",
    "本系统不能限制运行你的文件的进程：只会结束时间太长的调用。",
)
MORE_HINTS = Text(
    "More: course-torch check {file} --hint 1{option}", "更多提示：course-torch check {file} --hint 1{option}"
)
WATCH = Text(
    "Watch it train: course-torch playground --link {link}{option}",
    "看它怎样训练：course-torch playground --link {link}{option}",
)
BESIDE = Text(
    "Your pass beside the reference: course-torch trace --mine {file}{option}",
    "把你的计算与参考逐步对照：course-torch trace --mine {file}{option}",
)
WRITE_NEXT = Text(
    "Write next: {name} ({line}); then: course-torch check {file}{option}",
    "接下来写：{name}（{line}）；然后：course-torch check {file}{option}",
)


def form_lines(check: FileCheck, assignment: AssignmentCheck) -> Iterator[str]:
    """Which form the file has, and the notes on it."""
    source = assignment.source
    how = NOTHING if source.is_exercise else ASSIGNMENT
    form = {"library": source.library, "layout": LAYOUTS[source.layout], "how": how}
    yield FORM.fill(file=check.path.name, chapter=assignment.chapter.name, **form).say(check.language)
    yield from form_notes(check, assignment)


def form_notes(check: FileCheck, assignment: AssignmentCheck) -> Iterator[str]:
    """What the file has beside judged functions, which names are not the assignment's, and what stands in.

    What is said of the whole file is said with its first assignment.
    """
    source, language, is_first = assignment.source, check.language, assignment is check.first
    tasks = [verdict.task for verdict in assignment.verdicts]
    under = [JUDGED_AS.fill(name=task.name, as_name=task.key) for task in tasks if task.name not in task.names]
    for text, found in ((OTHER_NAMES, under), *(beside_judged(check) if is_first else ())):
        if found:
            most = SHOWN if text is LEFT_OUT else len(found)
            shown = [text.say(language) if isinstance(text, Text) else text for text in found[:most]]
            more = MORE.fill(n=len(found) - most) if len(found) > most else NOTHING
            yield text.fill(found=SEMICOLON.say(language).join(shown), more=more).say(language)
    passed = check.passed if is_first else assignment.passed
    if not passed and (found := Contents(source, assignment.chapter).names_of_classes):
        yield SEVERAL_OUTPUTS.fill(found=", ".join(found)).say(language)
    if not assignment.is_usual:
        found, right = (one.hidden_activation for one in (assignment.chapter, CHAPTERS[assignment.chapter.name]))
        yield OTHER_ACTIVATION.fill(found=found, right=right).say(language)
    if is_first and not passed and source.library == "torch" and not source.shows_layout:
        yield NO_LAYOUT.say(language)
    if not (assignment.limits or assignment.failure):
        yield NO_LIMITS.say(language)
    refused = (*tabs_in(source), *removed_names(source)) if is_first else ()
    others = (*refused, *stand_ins(source, assignment.chapter), *answers_imported(source))
    yield from (note.say(language) for note in others)


def tabs_in(source: Source) -> Iterator[Text]:
    """What is said of each piece with a tab among spaces."""
    yield from (TAB.fill(line=line_of(piece.label, piece.tab)) for piece in source.pieces if piece.tab is not None)


def removed_names(source: Source) -> Iterator[Text]:
    """What is said of each name that the file reads in NumPy, and that this NumPy does not have any more."""
    read = {node.attr for node in source.nodes(ast.Attribute) if name_of(node.value) in ("np", "numpy")}
    for name in sorted(read & REMOVED.keys() - vars(np).keys()):
        meant = REMOVED[name].__name__
        written = meant if isinstance(REMOVED[name], type) else f"np.{meant}" if hasattr(np, meant) else f".{meant}()"
        yield REMOVED_NAME.fill(name=name, right=written)


def beside_judged(check: FileCheck) -> Iterator[tuple[Text, Sequence[str | Text]]]:
    """The pieces that are not Python outside the judged functions, and the functions that are not judged."""
    source = check.first.source
    judged = {verdict.task.name for verdict in check.verdicts}
    told = [problem for name, problem in source.broken.items() if name in judged]
    in_function = [problem for name, problem in source.broken.items() if name not in judged]
    left_out = [one for one in source.problems if one not in told and (one in in_function or not one.blank)]
    yield LEFT_OUT, [PLACE.fill(line=problem.place, message=problem.text) for problem in left_out]
    present = {task.name for one in check.assignments for task in Contents(source, one.chapter).present}
    yield UNJUDGED, unjudged(source, judged | present) if judged else []


def explanation(verdict: Verdict, language: Language) -> Iterator[str]:
    """What is seen of a wrong function, and its cause."""
    yield f"{verdict.task.name}: {(verdict.symptom or STATES[verdict.state]).say(language)}"
    told = [
        cause
        for cause in verdict.findings
        if verdict.state != "missing" and cause != UNKNOWN and cause.text != verdict.symptom
    ]
    causes = [cited(cause.text, cause.section).say(language) for cause in told]
    if len(causes) == 1:
        yield (CERTAINLY if told[0].key in FACTS else PROBABLY).fill(cause=causes[0]).say(language)
    elif causes and verdict.findings[0].adds:
        yield PROBABLY.fill(cause=AND.say(language).join(causes)).say(language)
    elif causes:
        yield PROBABLY.fill(cause=EITHER.fill(causes=SEMICOLON.say(language).join(causes))).say(language)
    elif UNKNOWN in verdict.findings:
        yield NO_KNOWN_MISTAKE.fill(section=verdict.task.section).say(language)


def message(verdict: Verdict, language: Language) -> str:
    """The explanation in one line of whole sentences, empty if there is nothing to say."""
    lines = [] if verdict.symptom is None else [*explanation(verdict, language)]
    space = " " if language == "en" else ""
    return space.join(line if line.endswith(ENDS) else line + FULL_STOP.say(language) for line in lines)


def summary(assignment: AssignmentCheck, language: Language) -> str:
    """How many functions are right, or the state of the only function that is judged."""
    verdicts = assignment.verdicts
    right = sum(verdict.state == "right" for verdict in verdicts)
    refused = [*assignment.source.problems, *tabs_in(assignment.source)]
    text = ALL_RIGHT if right == len(verdicts) > 1 and not refused else COUNTS
    return text.fill(n=len(verdicts), right=right, seconds=assignment.seconds).say(language)


def next_chapter(assignment: AssignmentCheck, language: Language) -> Iterator[str]:
    """The command that writes the file of the next chapter in the same form, if an exercise is finished."""
    source, chapter, usual = assignment.source, assignment.chapter, {"library": "torch", "layout": "rows"}
    later = [*CHAPTERS][[*CHAPTERS].index(chapter.name) + 1 :]
    finished = assignment.passed and len(assignment.verdicts) == len(chapter.tasks)
    if finished and source.is_exercise and later:
        form = {name: getattr(source, name) for name, value in usual.items() if getattr(source, name) != value}
        options = "".join(f" --{name} {value}" for name, value in form.items()) + language_option(language)
        yield NEXT.fill(chapter=later[0], form=options).say(language)


def write_next(check: FileCheck, assignment: AssignmentCheck, begun: Sequence[Verdict]) -> Iterator[str]:
    """The first function that is not written, its line and its lesson, if no function is to be mended first."""
    source, language = assignment.source, check.language
    missing = [verdict.task for verdict in (*begun, *assignment.verdicts) if verdict.state == "missing"]
    for task in [task for task in missing if task.name in source.functions and not assignment.first_wrong][:1]:
        line = line_of(*source.text_of(task.name)[:2])
        words = {"file": quoted(str(check.path)), "option": language_option(language)}
        yield WRITE_NEXT.fill(name=task.name, line=line, **words).say(language)
        yield from to_open("", language, task.section)


def trained(assignment: AssignmentCheck, language: Language) -> Iterator[str]:
    """What the training function reaches on the flower."""
    training, flower = assignment.chapter.training, assignment.trained
    if flower is not None and training is not None:
        sizes = "-".join(map(str, flower.network.layer_sizes))
        reached = {"before": flower.before, "after": flower.after, "accuracy": flower.accuracy, "note": training.note}
        yield TRAINED.fill(function=training.function, sizes=sizes, **reached).say(language)


def answer_parts(check: FileCheck) -> Iterator[str | Table]:
    """The answer on a file, lines and tables."""
    for assignment in check.assignments:
        yield from assignment_parts(check, assignment)


def reasons(check: FileCheck) -> Iterator[str]:
    """Why the first function that is not right has its verdict, or the only function that was judged."""
    for assignment in check.assignments:
        if verdict := assignment.first_wrong or (assignment.verdicts[0] if len(assignment.verdicts) == 1 else None):
            yield from why_lines(verdict, assignment.source.layout, check.language)


def assignment_parts(check: FileCheck, assignment: AssignmentCheck) -> Iterator[str | Table]:
    """The answer on the functions of one assignment."""
    language, first, file = check.language, assignment.first_wrong, quoted(str(check.path))
    verdicts, option = assignment.verdicts, language_option(check.language)
    yield from form_lines(check, assignment)
    if assignment.failure is not None:
        yield not_loaded(assignment.failure).say(language)
    if not verdicts:
        return
    absent = [one.task.name for one in verdicts if one.is_absent and len(verdicts) > 1]
    rows = (
        (escape(one.task.name), one.task.section, f"[{COLOURS[one.state]}]{escape(one.label.say(language))}[/]")
        for one in verdicts
        if one.task.name not in absent
    )
    yield filled(HEADINGS, rows, language, box=box.SIMPLE_HEAD)
    if absent:
        yield NOT_IN_THE_FILE.fill(names=", ".join(absent)).say(language)
    if first is not None:
        told = [*explanation(first, language)]
        to_mend = (one for one in verdicts if one is not first and one.state in ("wrong", "not judged"))
        others = [message(verdict, language) for verdict in to_mend if verdict.symptom]
        yield from told
        one = f" {first.task.name}" if len(verdicts) == 1 else ""
        yield from assignment.hint or [MORE_HINTS.fill(file=file + one, option=option).say(language)]
        yield from [*others, *to_open(" ".join([*told, *others]), language, first.task.section)]
        tensor = first.part.name if first.part else ""
        if first.findings and (link := in_playground(first.findings[0].key, tensor)):
            yield WATCH.fill(link=quoted(link), option=option).say(language)
        # `trace --mine` reads the first assignment, and has the activation of the course.
        if assignment is check.first and assignment.passes and assignment.is_usual:
            yield BESIDE.fill(file=file, option=option).say(language)
    begun = [verdict for verdict in verdicts if verdict.state == "missing" and verdict.call]
    noted = [verdict for verdict in verdicts if verdict.state == "right" and verdict.symptom]
    for verdict in (*begun[:1], *noted):
        yield from explanation(verdict, language)
    yield summary(assignment, language)
    yield from write_next(check, assignment, begun)
    yield from [*trained(assignment, language), *next_chapter(assignment, language)]


def as_record(check: FileCheck) -> dict[str, Any]:
    """The answer as strings and lists: the first assignment, which holds the others under "others"."""
    first, *others = (assignment_record(check, assignment) for assignment in check.assignments)
    return {**first, "passed": check.passed, **({"others": others} if others else {})}


def assignment_record(check: FileCheck, assignment: AssignmentCheck) -> dict[str, object]:
    """The answer on an assignment, the functions in the order in which they are to be mended: wrong ones first."""
    language, order = check.language, ("wrong", "not judged", "missing", "right")
    functions = [
        {
            "function": verdict.task.name,
            **({} if verdict.task.name in verdict.task.names else {"as": verdict.task.key}),
            "section": verdict.task.section,
            "state": verdict.state,
            "label": verdict.label.say(language),
            "causes": [finding.key for finding in verdict.findings],
            "message": message(verdict, language),
            "trail": [step.record(language) for step in verdict.trail],
        }
        for verdict in sorted(assignment.verdicts, key=lambda verdict: order.index(verdict.state))
    ]
    return {
        "file": check.path.name,
        "chapter": assignment.chapter.name,
        "library": assignment.source.library,
        "layout": assignment.source.layout,
        "passed": assignment.passed,
        "notes": list(form_notes(check, assignment)),
        "failure": None if assignment.failure is None else not_loaded(assignment.failure).say(language),
        "functions": functions,
        "hint": assignment.hint,
        **({"troubles": list(assignment.troubles)} if assignment.troubles else {}),
    }
