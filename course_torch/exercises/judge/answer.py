"""The checker's answer in words: which form the file has, what is wrong with a function and why."""

import ast
import re
from collections.abc import Iterator, Sequence
from shlex import quote

import numpy as np
from rich.table import Table

from course_torch.exercises import HEADINGS
from course_torch.exercises.judge.checking import Check
from course_torch.exercises.judge.verdicts import STATES, Verdict
from course_torch.exercises.recognition.chapters import answers_imported, unjudged
from course_torch.exercises.recognition.stand_ins import stand_ins
from course_torch.exercises.sandbox.cells import line_of
from course_torch.exercises.sandbox.process import SLOWEST, Failure
from course_torch.exercises.sandbox.source import Source, nodes_of
from course_torch.exercises.tasks import CHAPTERS
from course_torch.language import NOTHING, SEMICOLON, Language, Text, language_option
from course_torch.lessons import cited, to_open
from course_torch.reports.tables import check_table

FORM = Text("{file}: chapter {chapter}, {library}, {layout}{how}", "{file}：{chapter} 章，{library}，{layout}{how}")
LAYOUTS = {"rows": Text("rows are examples", "样本为行"), "columns": Text("columns are examples", "样本为列")}
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
OF_CLASSES = re.compile(r"softmax|arg_?max|one_?hot|to_categorical", re.IGNORECASE)
NO_LAYOUT = Text(
    'LAYOUT is not in the file, so its columns are examples here: if its rows are, write LAYOUT = "rows" at its top',
    '文件里没有 LAYOUT，因此按样本为列检查：如果样本为行，请在文件开头写 LAYOUT = "rows"',
)
PLACE = Text("{line} ({message})", "{line}（{message}）")
MORE = Text(" and {n} more", "，另有 {n} 处")
SHOWN = 3
"""Places that are shown."""
REMOVED_NAME = Text(
    "np.{name} was removed from NumPy 1.24; {name} means the same",
    "NumPy 1.24 去掉了 np.{name}；直接写 {name}，意思相同",
)
NOT_LOADED = {
    "NotReturning": Text(
        "the file cannot be loaded: it still computes after {message} s of processor time. Is there an endless loop "
        "outside the functions?",
        "无法加载文件：用了 {message} 秒处理器时间之后还在计算。函数之外是不是有死循环？",
    ),
    "timeout": Text(
        f"the file cannot be loaded: it did not end within {{message}} s and {SLOWEST} times its processor time. Does "
        "it wait for something, or is this machine too busy?",
        f"无法加载文件：它在 {{message}} 秒加上 {SLOWEST} 倍处理器时间之内没有结束。"
        "它是不是在等待什么，或者这台机器太忙？",
    ),
    "end": Text(
        "the file cannot be loaded: its process ended ({message})", "无法加载文件：它的进程结束了（{message}）"
    ),
}
PROBABLY = Text("Probably: {cause}", "可能的原因：{cause}")
EITHER = Text("one of these, which give the same numbers: {causes}", "以下之一（它们得出同样的数值）：{causes}")
UNKNOWN = Text(
    "No known mistake gives exactly these numbers. Read notes {section}, and look at --hint 3.",
    "没有一种已知的错误恰好得出这些数值。请看笔记 {section}，并用 --hint 3。",
)
NUMBERS_SHOW = Text(
    "No known mistake gives exactly these numbers. They show: {shown}. Read notes {section}, and look at --hint 3.",
    "没有一种已知的错误恰好得出这些数值。从数值可以看出：{shown}。请看笔记 {section}，并用 --hint 3。",
)
FULL_STOP = Text(".", "。")
ENDS = (".", "?", "!", "。", "？", "！")
ALL_RIGHT = Text("all {n} functions are right ({seconds:.1f} s)", "全部 {n} 个函数都正确（{seconds:.1f} 秒）")
COUNTS = Text("{right} of {n} right ({seconds:.1f} s)", "{n} 个函数中 {right} 个正确（{seconds:.1f} 秒）")
NEXT = Text("The next chapter: course-torch exercise {chapter}{form}", "下一章：course-torch exercise {chapter}{form}")
DERIVES = Text(
    "Your gradients are the derivatives of your own cost: it is the cost that is wrong.",
    "你的梯度正是你自己的成本的导数：有错的是成本。",
)
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
BESIDE = Text(
    "Your pass beside the reference: course-torch trace --mine {file}{option}",
    "把你的计算与参考逐步对照：course-torch trace --mine {file}{option}",
)
WRITE_NEXT = Text(
    "Write next: {name} ({line}); then: course-torch check {file}{option}",
    "接下来写：{name}（{line}）；然后：course-torch check {file}{option}",
)
OTHER_WAY = Text("{name} is right. Another right way: {way}", "{name} 正确。另一种正确的写法：{way}")
OTHER_WAYS = 3
"""If more functions succeed at once, as in a finished file, no other way is shown."""


def form_lines(check: Check) -> Iterator[str]:
    """Which form the file has, and the notes on it."""
    source, language = check.source, check.language
    how = NOTHING if source.is_exercise else ASSIGNMENT
    words = {"chapter": check.chapter.name, "library": source.library, "layout": LAYOUTS[source.layout], "how": how}
    yield FORM.fill(file=source.path.name, **words).say(language)
    yield from notes(check)


def notes(check: Check) -> Iterator[str]:
    """What the file has beside judged functions, which names are not the assignment's, and what stands in."""
    source, language = check.source, check.language
    tasks = [verdict.task for verdict in check.verdicts]
    under = [JUDGED_AS.fill(name=task.name, as_name=task.names[0]) for task in tasks if task.name not in task.names]
    for text, found in ((OTHER_NAMES, under), *(of_file(check) if check.is_first else ())):
        if found:
            most = SHOWN if text is LEFT_OUT else len(found)
            shown = [text.say(language) if isinstance(text, Text) else text for text in found[:most]]
            more = MORE.fill(n=len(found) - most) if len(found) > most else NOTHING
            yield text.fill(found=SEMICOLON.say(language).join(shown), more=more).say(language)
    removed = [REMOVED_NAME.fill(name=name) for name in source.removed if check.is_first and not hasattr(np, name)]
    if check.chapter.name != "basics" and not check.passed and (found := names_of_classes(source)):
        yield SEVERAL_OUTPUTS.fill(found=", ".join(found)).say(language)
    if check.is_first and not check.passed and source.library == "torch" and not source.shows_layout:
        yield NO_LAYOUT.say(language)
    if not (check.limits or check.failure):
        yield NO_LIMITS.say(language)
    others = (*removed, *stand_ins(source, check.chapter), *answers_imported(source))
    yield from (note.say(language) for note in others)


def names_of_classes(source: Source) -> list[str]:
    """The names in the functions of a file that speak of several classes, such as softmax."""
    functions = source.functions.values()
    names = [node.id for function in functions for node in nodes_of(function, ast.Name)]
    names += [node.attr for function in functions for node in nodes_of(function, ast.Attribute)]
    return sorted({name for name in names if OF_CLASSES.search(name)})


def of_file(check: Check) -> Iterator[tuple[Text, Sequence[str | Text]]]:
    """The pieces that are not Python outside the judged functions, and the functions that are not judged."""
    source = check.source
    judged = {verdict.task.name for one in (check, *check.others) for verdict in one.verdicts}
    told = [problem for name, problem in source.broken.items() if name in judged]
    in_function = [problem for name, problem in source.broken.items() if name not in judged]
    yield (
        LEFT_OUT,
        [
            PLACE.fill(line=problem.place, message=problem.text)
            for problem in source.problems
            if problem not in told and (problem in in_function or not problem.blank)
        ],
    )
    yield UNJUDGED, unjudged(source, judged) if judged else []


def not_loaded(failure: Failure, language: Language) -> str:
    """Why the file cannot be loaded."""
    return NOT_LOADED.get(failure.type, NOT_LOADED["end"]).fill(message=failure.message).say(language)


def explanation(verdict: Verdict, language: Language) -> Iterator[str]:
    """What is seen of a wrong function, and the probable cause."""
    yield f"{verdict.task.name}: {(verdict.symptom or STATES[verdict.state]).say(language)}"
    causes = [
        cited(cause.text, cause.section).say(language)
        for cause in verdict.findings
        if verdict.state != "missing" and cause.key != "unknown" and cause.text != verdict.symptom
    ]
    if len(causes) == 1:
        yield PROBABLY.fill(cause=causes[0]).say(language)
    elif causes:
        yield PROBABLY.fill(cause=EITHER.fill(causes=SEMICOLON.say(language).join(causes))).say(language)
    for cause in verdict.findings if not causes else ():
        if cause.key == "unknown":
            text = NUMBERS_SHOW if cause.text.en else UNKNOWN
            yield text.fill(shown=cause.text, section=verdict.task.section).say(language)


def message(verdict: Verdict, language: Language) -> str:
    """The explanation in one line of whole sentences, empty if there is nothing to say."""
    lines = [] if verdict.symptom is None else [*explanation(verdict, language)]
    space = " " if language == "en" else ""
    return space.join(line if line.endswith(ENDS) else line + FULL_STOP.say(language) for line in lines)


def summary(check: Check) -> str:
    """How many functions are right, or the state of the only function that is judged."""
    right = sum(verdict.state == "right" for verdict in check.verdicts)
    text = ALL_RIGHT if right == len(check.verdicts) > 1 else COUNTS
    return text.fill(n=len(check.verdicts), right=right, seconds=check.seconds).say(check.language)


def next_chapter(check: Check) -> Iterator[str]:
    """The command that writes the file of the next chapter in the same form, if an exercise is finished."""
    later = [*CHAPTERS][[*CHAPTERS].index(check.chapter.name) + 1 :]
    source, usual = check.source, {"library": "torch", "layout": "rows"}
    if check.passed and source.is_exercise and later and len(check.verdicts) == len(check.chapter.tasks):
        form = {name: getattr(source, name) for name, value in usual.items() if getattr(source, name) != value}
        options = "".join(f" --{name} {value}" for name, value in form.items()) + language_option(check.language)
        yield NEXT.fill(chapter=later[0], form=options).say(check.language)


def write_next(check: Check, begun: Sequence[Verdict]) -> Iterator[str]:
    """The first function that is not written, its line and its lesson, if no function is to be mended first."""
    missing = [verdict.task for verdict in (*begun, *check.verdicts) if verdict.state == "missing"]
    for task in [task for task in missing if task.name in check.source.functions and not check.first_wrong][:1]:
        line = line_of(*check.source.text_of(task.name)[:2])
        words = {"file": quote(str(check.source.path)), "option": language_option(check.language)}
        yield WRITE_NEXT.fill(name=task.name, line=line, **words).say(check.language)
        yield from to_open("", check.language, task.section)


def second_judge(check: Check) -> Iterator[str]:
    """What central differences of the learner's own cost say, if the first wrong function is the cost."""
    first = check.first_wrong
    if check.derives and first is not None and first.state == "wrong" and first.task.gives_cost:
        yield DERIVES.say(check.language)


def trained(check: Check) -> Iterator[str]:
    """What the training function reaches on the flower."""
    training, flower = check.chapter.training, check.trained
    if flower is not None and training is not None:
        sizes = "-".join(map(str, flower.network.layer_sizes))
        reached = {"before": flower.before, "after": flower.after, "accuracy": flower.accuracy, "note": training.note}
        yield TRAINED.fill(function=training.function, sizes=sizes, **reached).say(check.language)


def as_record(check: Check) -> dict[str, object]:
    """The answer as strings and lists, the functions in the order in which they are to be mended: wrong ones first."""
    language, order = check.language, ("wrong", "not judged", "missing", "right")
    functions = [
        {
            "function": verdict.task.name,
            **({} if verdict.task.name in verdict.task.names else {"as": verdict.task.names[0]}),
            "section": verdict.task.section,
            "state": verdict.state,
            "label": verdict.label.say(language),
            "causes": [finding.key for finding in verdict.findings],
            "message": message(verdict, language),
        }
        for verdict in sorted(check.verdicts, key=lambda verdict: order.index(verdict.state))
    ]
    return {
        "file": check.source.path.name,
        "chapter": check.chapter.name,
        "library": check.source.library,
        "layout": check.source.layout,
        "passed": check.passed,
        "notes": list(notes(check)),
        "failure": None if check.failure is None else not_loaded(check.failure, language),
        "functions": functions,
        "hint": check.hint,
        **({"troubles": list(check.troubles)} if check.troubles else {}),
        **({"others": [as_record(other) for other in check.others]} if check.others else {}),
    }


def answer_parts(check: Check, succeeded: Sequence[Verdict] = ()) -> Iterator[str | Table]:
    """The answer on the functions of one assignment, lines and a table. `succeeded` were not right before."""
    language, first, file = check.language, check.first_wrong, quote(str(check.source.path))
    yield from form_lines(check)
    if check.failure is not None:
        yield not_loaded(check.failure, language)
    if not check.verdicts:
        return
    function, notes, state = (heading.say(language) for heading in HEADINGS)
    rows = [(one.task.name, one.task.section, one.state, one.label.say(language)) for one in check.verdicts]
    yield check_table((function, notes, state), rows)
    for verdict in succeeded if len(succeeded) <= OTHER_WAYS else ():
        if verdict in check.verdicts:
            yield OTHER_WAY.fill(name=verdict.task.name, way=verdict.task.other_way).say(language)
    if first is not None:
        told = [*explanation(first, language)]
        others = [message(verdict, language) for verdict in check.others_to_mend]
        yield from [*told, *second_judge(check)]
        one = f" {first.task.name}" if len(check.verdicts) == 1 else ""
        yield from check.hint or [MORE_HINTS.fill(file=file + one, option=language_option(language)).say(language)]
        yield from [*others, *to_open(" ".join([*told, *others]), language, first.task.section)]
        if check.is_first and check.passes:  # `trace --mine` reads the first assignment
            yield BESIDE.fill(file=file, option=language_option(language)).say(language)
    begun = [verdict for verdict in check.verdicts if verdict.state == "missing" and verdict.call]
    noted = [verdict for verdict in check.verdicts if verdict.state == "right" and verdict.symptom]
    for verdict in (*begun[:1], *noted):
        yield from explanation(verdict, language)
    yield summary(check)
    yield from [*write_next(check, begun), *trained(check), *next_chapter(check)]
