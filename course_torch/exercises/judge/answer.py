"""The checker's answer in words: which form the file has, what is wrong with a function and why."""

from collections.abc import Iterator, Sequence

import numpy as np

from course_torch.exercises.judge.checking import Check
from course_torch.exercises.judge.verdicts import STATES, Verdict, line_of
from course_torch.exercises.recognition.chapters import answers_imported, unjudged
from course_torch.exercises.recognition.stand_ins import stand_ins
from course_torch.exercises.sandbox.process import Failure
from course_torch.language import NOTHING, Language, Text

FORM = Text("{file}: chapter {chapter}, {library}, {layout}{how}", "{file}：{chapter} 章，{library}，{layout}{how}")
LAYOUTS = {"rows": Text("rows are examples", "样本为行"), "columns": Text("columns are examples", "样本为列")}
ASSIGNMENT = Text("; recognised as an assignment of the course by its functions", "；从函数名认出这是课程的作业")
LEFT_OUT = Text("not Python, and left out: {found}{more}", "不是 Python 代码，已略去：{found}{more}")
OTHER_NAMES = Text("judged under another name: {found}{more}", "按另一个名称检查：{found}{more}")
JUDGED_AS = Text("{name} as {as_name}", "{name} 作为 {as_name}")
UNJUDGED = Text(
    "not judged, because the assignment has no such function: {found}{more}",
    "没有检查，因为作业里没有这样的函数：{found}{more}",
)
PLACE = Text("{line} ({message})", "{line}（{message}）")
MORE = Text(" and {n} more", "，另有 {n} 处")
SHOWN = 3
"""Places or functions that are shown."""
REMOVED_NAME = Text(
    "np.{name} was removed from NumPy 1.24; {name} means the same",
    "NumPy 1.24 去掉了 np.{name}；直接写 {name}，意思相同",
)
NOT_ENDED = Text(
    "the file cannot be loaded: it did not end within {seconds} s. Is there an endless loop outside the functions?",
    "无法加载文件：它在 {seconds} 秒内没有结束。函数之外是不是有死循环？",
)
ENDED = Text("the file cannot be loaded: its process ended ({how})", "无法加载文件：它的进程结束了（{how}）")
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
SEMICOLON = Text("; ", "；")
NOTES = Text("{cause} (notes {section})", "{cause}（笔记 {section}）")
ALL_RIGHT = Text("all {n} functions are right ({seconds:.1f} s)", "全部 {n} 个函数都正确（{seconds:.1f} 秒）")
COUNTS = Text("{right} of {n} right ({seconds:.1f} s)", "{n} 个函数中 {right} 个正确（{seconds:.1f} 秒）")
DERIVES = Text(
    "Your gradients are the derivatives of your own cost: it is the cost that is wrong.",
    "你的梯度正是你自己的成本的导数：有错的是成本。",
)
TRAINED = Text(
    "your {function} on the flower, {sizes}: J from {before:.4f} to {after:.4f}, accuracy {accuracy:.1%}{note}",
    "用你的 {function} 在花形数据上训练 {sizes}：J 从 {before:.4f} 降到 {after:.4f}，准确率 {accuracy:.1%}{note}",
)
OTHER_WAY = Text("{name} is right. Another right way: {way}", "{name} 正确。另一种正确的写法：{way}")


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
            shown = [text.say(language) if isinstance(text, Text) else text for text in found[:SHOWN]]
            more = MORE.fill(n=len(found) - SHOWN) if len(found) > SHOWN else NOTHING
            yield text.fill(found=SEMICOLON.say(language).join(shown), more=more).say(language)
    removed = [REMOVED_NAME.fill(name=name) for name in source.removed if check.is_first and not hasattr(np, name)]
    others = (*removed, *stand_ins(source, check.chapter), *answers_imported(source))
    yield from (note.say(language) for note in others)


def of_file(check: Check) -> Iterator[tuple[Text, Sequence[str | Text]]]:
    """The pieces that are not Python outside the judged functions, and the functions that are not judged."""
    source = check.source
    judged = {verdict.task.name for one in (check, *check.others) for verdict in one.verdicts}
    told = [problem for name, problem in source.broken.items() if name in judged]
    in_function = [problem for name, problem in source.broken.items() if name not in judged]
    yield (
        LEFT_OUT,
        [
            PLACE.fill(line=line_of(problem.label, problem.line), message=problem.message)
            for problem in source.problems
            if problem not in told and (problem in in_function or not problem.blank)
        ],
    )
    yield UNJUDGED, unjudged(source, judged) if judged else []


def not_loaded(failure: Failure, language: Language) -> str:
    """Why the file cannot be loaded."""
    if failure.type == "timeout":
        return NOT_ENDED.fill(seconds=failure.message).say(language)
    return ENDED.fill(how=failure.message).say(language)


def explanation(verdict: Verdict, language: Language) -> Iterator[str]:
    """What is seen of a wrong function, and the probable cause."""
    yield f"{verdict.task.name}: {(verdict.symptom or STATES[verdict.state]).say(language)}"
    causes = [
        (NOTES.fill(cause=cause.text, section=cause.section) if cause.section else cause.text).say(language)
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
    """How many functions are right."""
    right = sum(verdict.state == "right" for verdict in check.verdicts)
    text = ALL_RIGHT if right == len(check.verdicts) else COUNTS
    return text.fill(n=len(check.verdicts), right=right, seconds=check.seconds).say(check.language)


def second_judge(check: Check) -> Iterator[str]:
    """What central differences of the learner's own cost say, if the first wrong function is the cost."""
    first = check.first_wrong
    if check.derives and first is not None and first.task.gives_cost:
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
        **({"others": [as_record(other) for other in check.others]} if check.others else {}),
    }
