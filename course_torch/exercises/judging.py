"""Judge one function of a learner's file: the questions, in their order.

Does it return? Did it change its arguments? Does a second call give the same? Has the result the right parts, shapes
and numbers? Only then the cause is looked for (`explaining.py`).
"""

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import torch

from course_torch.exercises.explaining import UNKNOWN, Seen, explain, symptom
from course_torch.exercises.facts import of_exception, of_result, of_text
from course_torch.exercises.form import Mismatch, Part, handed, parts
from course_torch.exercises.process import Answer, Failure, Learner
from course_torch.exercises.setting import Setting
from course_torch.exercises.source import Function
from course_torch.exercises.task import Call, Finding, Task
from course_torch.exercises.verdict import Verdict
from course_torch.language import Text
from course_torch.verification.difference import SAFETY, difference

SINGLE = torch.finfo(torch.float32).eps
ROUNDING = 8.0
"""Largest difference, in float32's ε of the largest entry, of a tensor that no backward pass computes.

An entry below 1 counts as 1: the arguments are of order 1, and a sum of such numbers that happens to be near 0 keeps
their rounding errors.
"""

RAISES = Text(
    "it raises {type} in {place}: {message}",
    "它在 {place} 抛出 {type}：{message}",
)
NOT_RETURNING = Text("it did not return within {seconds} s", "它在 {seconds} 秒内没有返回")
ENDED = Text("it ended the process ({how})", "它结束了进程（{how}）")
CHANGED = Finding(
    "arguments changed",
    Text(
        "it changes its arguments: work on a copy, because the caller uses the same arrays again",
        "它修改了传入的参数：请在副本上计算，因为调用者还要用这些数组",
    ),
    "",
)
TWICE = Finding(
    "another result",
    Text(
        "a second call with the same arguments gives another result: the function draws random numbers, or it keeps "
        "something between calls, such as a global variable or gradients that add up",
        "用同样的参数再调用一次，结果不同：函数用了随机数，或者在两次调用之间保留了东西，例如全局变量或不断累加的梯度",
    ),
    "",
)
FOREIGN = Finding(
    "NumPy in torch",
    Text(
        "it returns a NumPy array, but the file's library is torch: compute with tensors",
        "它返回了 NumPy 数组，而这个文件用的是 torch：请用张量计算",
    ),
    "",
)
NOT_THERE = Text(
    "it returns what {name} of the file {module}.py gives, which is not there when the file is judged: copy {name} "
    "into your file",
    "它返回了 {module}.py 中 {name} 的结果，而检查时没有这个文件：请把 {name} 复制到你的文件里",
)
LEFT_BEHIND = Finding(
    "caches not used",
    Text(
        "it does not use the cache that it is given, but what the last forward call left behind, such as a global "
        "variable",
        "它没有用传入的 cache，而是用了上一次正向传播留下的东西，例如全局变量",
    ),
    "",
)
STRUCTURE = Text("{name}: it returns {found}, expected {expected}", "{name}：返回了 {found}，应当是 {expected}")
WAITS = Text("it calls {name}, which is not written yet", "它调用了 {name}，而 {name} 还没有写")
BLAMED = Text("it calls {name}, which is wrong: mend {name} first", "它调用了 {name}，而 {name} 有错：请先改正 {name}")
UNJUDGED = Text("it calls {name}, which is not judged", "它调用了 {name}，而 {name} 无法判断")
NOT_DEFINED = Text("the file does not define it", "文件里没有定义它")


@dataclass(frozen=True)
class Judge:
    """Judges functions by calling them. `explained` are the settings that only help to explain an exception."""

    learner: Learner
    settings: list[Setting]
    explained: list[Setting]

    @property
    def layout(self) -> str:
        return self.learner.source.layout

    def judge(self, task: Task, earlier: Mapping[str, Verdict]) -> Verdict:
        """Judge a function. `earlier` are the verdicts on the functions before it, which it may call."""
        functions = self.learner.source.functions
        if task.name not in functions:
            return Verdict(task, "missing", NOT_DEFINED)
        verdict = self.by_calls(task, own=False)
        if verdict.state == "wrong" and any(call.own for setting in self.settings for call in task.calls(setting)):
            by_own = self.by_calls(task, own=True)
            if by_own.state == "right":
                verdict = by_own
            elif by_own.state == "wrong" and self.by_calls(task, own=True, in_turn=True).state == "right":
                verdict = replace(verdict, findings=(LEFT_BEHIND,))
        if verdict.state not in ("wrong", "not judged"):
            return verdict
        called = called_by(functions[task.name])
        for state, text in (("missing", WAITS), ("wrong", BLAMED), ("not judged", UNJUDGED)):
            for name, each in earlier.items():
                if name in called and each.state == state:
                    return Verdict(task, "not judged", text.fill(name=name))
        return verdict

    def by_calls(self, task: Task, *, own: bool, in_turn: bool = False) -> Verdict:
        """Call the function in every setting, and explain the first wrong result.

        own       whether the learner's own functions make the arguments that they can make
        in_turn   whether each own argument is made just before its call. Otherwise all are made before the first call,
                  so that the function cannot use what the last call of the other function left behind
        """
        wrong: list[Seen] = []
        every: list[Seen] = []
        calls = [call for setting in self.settings for call in task.calls(setting)]
        each_made = (self.arguments(task, call, own) for call in calls)
        made = each_made if in_turn else until_failure(each_made)
        for number, (call, arguments) in enumerate(zip(calls, made, strict=False)):
            verdict, seen = self.ask(task, call, arguments, twice=number < 2)
            if verdict is not None:
                return self.with_reason(task, verdict) if verdict.state == "wrong" and not verdict.findings else verdict
            if seen is not None:
                every.append(seen)
                if seen.wrong:
                    wrong.append(seen)
        if not wrong:
            return Verdict(task, "right") if every else Verdict(task, "not judged")
        verdict = explain(task, wrong, every, self.layout)
        if UNKNOWN in verdict.findings:
            return replace(verdict, findings=self.of_text(task) or (UNKNOWN,))
        return verdict

    def of_text(self, task: Task) -> tuple[Finding, ...]:
        """What the text of the function shows."""
        return tuple(of_text(self.learner.source.functions[task.name]))

    def ask(
        self, task: Task, call: Call, arguments: list[Any] | Failure | None = None, *, twice: bool = False
    ) -> tuple[Verdict | None, Seen | None]:
        """Call once. Returns a verdict if the call already settles it, otherwise the tensors of the result.

        `arguments` are those of the call in the learner's form, converted here if None.
        """
        arguments = self.arguments(task, call, own=False) if arguments is None else arguments
        if isinstance(arguments, Failure):
            return Verdict(task, "not judged", call=call), None
        answer = self.learner.call(task.name, arguments, twice=twice)
        if isinstance(answer, Failure):
            return self.failed(task, call, answer), None
        if answer.changed and not task.changes:
            return Verdict(task, "wrong", CHANGED.text, (CHANGED,), call), None
        if answer.foreign:
            return Verdict(task, "wrong", FOREIGN.text, (FOREIGN,), call), None
        structures = [
            list(parts(answer.result, right, task.result, self.layout)) for right in (call.right, *call.also_right)
        ]
        choices = [
            [each for each in found if isinstance(each, Part)]
            for found in structures
            if not any(isinstance(each, Mismatch) for each in found)
        ]

        def causes() -> tuple[Finding, ...]:
            function = self.learner.source.functions[task.name]
            return tuple(of_result(answer.result, call, task.result, self.layout, function))

        if not choices:
            mismatch = next(each for each in structures[0] if isinstance(each, Mismatch))
            return Verdict(task, "wrong", STRUCTURE.fill(**mismatch._asdict()), causes(), call), None
        results = [Seen(call, found, wrong_parts(found, call)) for found in choices]
        seen = min(results, key=lambda each: len(each.wrong))
        shapes = replace(seen, wrong=[each.name for each in seen.parts if each.found.shape != each.right.shape])
        if shapes.wrong and (found := causes()):
            return Verdict(task, "wrong", symptom(shapes, self.layout), found, call, shapes.first), None
        if call.fails is not None:
            finding = None if shapes.wrong else call.fails({each.name: each.found for each in seen.parts})
            if finding is not None:
                return Verdict(task, "wrong", finding.text, (finding,), call), None
            return None, shapes
        if twice and not same_parts(answer, call, task, self.layout):
            return Verdict(task, "wrong", TWICE.text, (TWICE, *self.of_text(task)), call), None
        return None, seen

    def arguments(self, task: Task, call: Call, own: bool) -> list[Any] | Failure:
        """The arguments in the learner's form, and further arguments that the learner's function requires."""
        required = required_by(self.learner.source.functions[task.name])[len(call.arguments) :]
        further = {name: call.further[name] for name in required if name in call.further}
        values = {name: handed(value, name, self.layout) for name, value in (*call.arguments.items(), *further.items())}
        if own:
            for name, made in call.own.items():
                if made.function not in self.learner.source.functions:
                    return Failure("NameError", "")
                inner = [handed(value, key, self.layout) for key, value in made.arguments.items()]
                answer = self.learner.call(made.function, inner)
                if isinstance(answer, Failure):
                    return answer
                try:
                    values[name] = answer.result[made.part]
                except (TypeError, IndexError, KeyError):
                    return Failure("ValueError", "")
        return list(values.values())

    def failed(self, task: Task, call: Call, failure: Failure) -> Verdict:
        """The verdict on a call that gave no result."""
        if failure.is_missing:
            node = self.learner.source.functions[task.name]
            inside = failure.place is None or node.lineno <= failure.place[1] <= (node.end_lineno or node.lineno)
            return Verdict(task, "missing" if inside else "not judged", None if inside else called_missing(failure))
        if failure.type == "AbsentError":
            module, _, name = failure.message.partition(".")
            return Verdict(task, "wrong", NOT_THERE.fill(module=module, name=name), call=call)
        if failure.type == "timeout":
            return Verdict(task, "not judged", NOT_RETURNING.fill(seconds=failure.message), call=call)
        if failure.type == "end":
            return Verdict(task, "not judged", ENDED.fill(how=failure.message), call=call)
        place = f"{failure.place[0]}:{failure.place[1]}" if failure.place else self.learner.source.path.name
        seen = RAISES.fill(type=failure.type, place=place, message=failure.message)
        return Verdict(task, "wrong", seen, tuple(of_exception(failure, call)), call)

    def with_reason(self, task: Task, verdict: Verdict) -> Verdict:
        """Look for the cause of an exception or of a wrong structure where all sizes are equal.

        There a product of the wrong matrices has a result, and the numbers show which matrices were used. Otherwise
        the text may show that the function is not finished.
        """
        seen: list[Seen] = []
        for setting in self.explained:
            for call in task.calls(setting):
                _, answer = self.ask(task, call)
                if answer is not None:
                    seen.append(answer)
        wrong = [each for each in seen if each.wrong]
        findings = explain(task, wrong, seen, self.layout).findings if wrong else (UNKNOWN,)
        if UNKNOWN in findings:
            return replace(verdict, findings=self.of_text(task))
        return replace(verdict, findings=findings)


def until_failure(made: Iterable[list[Any] | Failure]) -> list[list[Any] | Failure]:
    """The arguments of all calls, or the first failure alone: the calls after it might fail as slowly."""
    arguments: list[list[Any] | Failure] = []
    for each in made:
        if isinstance(each, Failure):
            return [each]
        arguments.append(each)
    return arguments


def called_missing(failure: Failure) -> Text:
    """Which line of another function is not written yet."""
    place = f"{failure.place[0]}:{failure.place[1]}" if failure.place else ""
    return Text(f"it calls a function that is not written yet ({place})", f"它调用的函数还没有写（{place}）")


def required_by(function: Function) -> list[str]:
    """The names of the arguments without a default. A name for another function, such as `np.tanh`, names none."""
    if not isinstance(function, ast.FunctionDef | ast.Lambda):
        return []
    arguments = [*function.args.posonlyargs, *function.args.args]
    return [each.arg for each in arguments[: len(arguments) - len(function.args.defaults)]]


def called_by(function: Function) -> set[str]:
    """The names that the function calls."""
    calls = [node.func for node in ast.walk(function) if isinstance(node, ast.Call)]
    return {each.id for each in calls if isinstance(each, ast.Name)}


def wrong_parts(found: list[Part], call: Call) -> list[str]:
    """The names of the tensors that differ from the right ones by more than float32's rounding errors."""
    errors = call.setting.errors(SINGLE) if call.names else {}
    return [
        each.name
        for each in found
        if not is_right(each, errors[call.names[each.name]] if each.name in call.names else None)
    ]


def is_right(part: Part, error: torch.Tensor | None) -> bool:
    if part.found.dtype not in (torch.float64, torch.float32):
        return False
    if error is None:
        size = max(1.0, part.right.abs().max().item()) if part.right.numel() else 0.0
        error = torch.full(part.right.shape, ROUNDING * SINGLE * size / SAFETY, dtype=torch.float64)
    return difference(part.found, part.right, error).agrees


def same_parts(answer: Answer, call: Call, task: Task, layout: str) -> bool:
    """Whether the second call gave the same numbers as the first."""
    pairs = zip(
        parts(answer.result, call.right, task.result, layout),
        parts(answer.again, call.right, task.result, layout),
        strict=False,
    )
    return all(
        isinstance(b, Part)
        and a.found.shape == b.found.shape
        and torch.equal(a.found.nan_to_num(), b.found.nan_to_num())
        for a, b in pairs
        if isinstance(a, Part)
    )


def in_order(judge: Judge, tasks: list[Task]) -> list[Verdict]:
    """Judge the functions one after the other."""
    earlier: dict[str, Verdict] = {}
    for task in tasks:
        earlier[task.name] = judge.judge(task, earlier)
    return list(earlier.values())
