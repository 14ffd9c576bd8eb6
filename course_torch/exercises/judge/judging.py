"""Judge one function of a learner's file. The path of a verdict is `verdict_on`:

uncallable           it is missing, no Python, has other arguments, or is a name without a value
with_right_helpers   if it calls wrong functions: the verdict with right ones in their place, unless it is "not judged"
best_outcome         the calls of the course (`calling.py`; `exercises/comparing.py` compares the numbers); if wrong so,
                     with the caches of the learner's own functions, or with its results by name (`own_form.py`)
with_causes          the first search of `causes.py` that finds a cause: a change of what is wrong whatever the numbers
                     are; another form of the result; a known mistake, or two, that make the same numbers; a shape, an
                     axis or a factor; a repair of the text that makes the function right; …
attributed           the first rule of `attribution.py` that says why it is not called wrong: a form of its own, a blank
                     place, or a function that it calls

Afterwards the verdicts of a file together show a cache that does not fit (`cache_mismatch.py`), and whether rows are
examples: then all functions are judged again in rows (`check/checking.py`).
"""

import ast
from collections.abc import Iterable
from dataclasses import replace

from course_torch.errors import InputError
from course_torch.exercises.explain.slips import slips_in
from course_torch.exercises.judge import own_form
from course_torch.exercises.judge import sentences as said
from course_torch.exercises.judge.attribution import attributed, why_without_value
from course_torch.exercises.judge.calling import Caller, trouble
from course_torch.exercises.judge.causes import with_causes
from course_torch.exercises.judge.outcome import Claim, Earlier, Outcome, outcome_of
from course_torch.exercises.judge.verdicts import Verdict, is_unknown
from course_torch.exercises.learners_file.source import Source
from course_torch.exercises.learners_file.syntax import WITH_ARGUMENTS, arguments_of, nodes_of, used_by
from course_torch.exercises.recognition.signatures import places, takes
from course_torch.exercises.sandbox.client import Given
from course_torch.exercises.tasks import CHAPTERS
from course_torch.exercises.tasks.task import Task, finding
from course_torch.mistakes.solution import NUMPY, definitions, in_form, solution_functions

APART = 100
"""Distance of the seeds of two functions: each test case takes the next seed."""
OF_ITSELF = ("no such layer", "not defined", "not imported", "tuple for Z", "shape in brackets", "text and number")
"""Causes of an exception that no result of a helper can be to blame for."""
WITH_CACHE = "\n{name} = (lambda right: lambda Z: (right(Z), Z))({name})\n"
IN_OWN_ORDER = """
{name} = (
    lambda right: lambda *given, **named: right(
        *(given[i] for i in {order} if i < len(given)),
        **{{key: value for key, value in named.items() if key in right.__code__.co_varnames}},
    )
)({name})
"""


def judge(caller: Caller, task: Task, earlier: Earlier) -> Verdict:
    """The verdict on a function. What fails in the checker itself ends no judgement of the other functions.

    earlier   name -> the verdict on each function before this one, which it may call
    """
    begin = len(caller.trail)
    try:
        verdict = verdict_on(caller, task, earlier)
        return replace(verdict, trail=tuple(caller.trail[begin:]))
    except InputError:
        raise
    except Exception as error:
        caller.troubles.append(trouble(error))
        return Verdict(task, "not judged", said.TROUBLE)


def verdict_on(caller: Caller, task: Task, earlier: Earlier) -> Verdict:
    """The path of a verdict."""
    if (uncalled := uncallable(caller, task)) is not None:
        return uncalled
    beside_right = with_right_helpers(caller, task, earlier)
    if beside_right is not None and beside_right.state != "not judged":
        return beside_right
    outcome = best_outcome(caller, task)
    if outcome.verdict.state == "right" and (taker := own_form.taker_of_two(caller.source, task)) is not None:
        return replace(outcome.verdict, state="wrong", symptom=said.ONE_VALUE.fill(taker=taker))
    if outcome.verdict.state in ("right", "missing"):
        return with_note(outcome)
    if (chosen := own_form.own_hidden_units(caller.source, outcome.results)) is not None:
        return replace(outcome.verdict, state="right", symptom=said.OWN_UNITS.fill(**chosen), call=None, part=None)
    if beside_right is not None:
        return beside_right
    verdict = with_causes(outcome)
    return verdict if verdict.stuck else attributed(Claim(caller.again(verdict), verdict, earlier))


def uncallable(caller: Caller, task: Task) -> Verdict | None:
    """The verdict on a function that cannot be called, or None."""
    source = caller.source
    if task.name not in source.functions:
        return Verdict(task, "missing", said.NOT_DEFINED, is_absent=True)
    if (problem := source.broken.get(task.name)) is not None:
        if problem.blank:
            return Verdict(task, "missing")
        piece = next(piece for piece in source.pieces if piece.problem is problem)
        return Verdict(task, "wrong", problem.why, caller.causes(slips_in, piece))
    function = source.functions[task.name]
    if not takes(function, task) or (source.is_exercise and own_form.has_own_order(source, task)):
        if lacking := own_form.lacking_arguments(source, task):
            return Verdict(task, "wrong", said.NO_ARGUMENT.fill(name=lacking[0], right=task.signature))
        found = ast.unparse(function.args) if isinstance(function, WITH_ARGUMENTS) else ""
        return Verdict(task, "not judged", said.ANOTHER_SIGNATURE.fill(found=found, right=task.signature))
    unset = why_without_value(caller, task.name)
    return None if unset is None else Verdict(task, "not judged", unset)


def with_right_helpers(caller: Caller, task: Task, earlier: Earlier) -> Verdict | None:
    """The verdict with right functions in place of the wrong ones that it calls. None if it is right as it is."""
    used = used_by(caller.source.functions, task.name)
    helpers = [before for name, before in earlier.items() if before.state == "wrong" and name in used]
    if not helpers or not (any(helper.stuck for helper in helpers) or not caller.is_right(task)):
        return None
    given = right_solutions(caller.source, caller.chapter.name, helpers)
    others = {name: before for name, before in earlier.items() if before not in helpers}
    return verdict_with_right(helpers, judge(caller.by(given=given), task, others))


def verdict_with_right(helpers: list[Verdict], verdict: Verdict) -> Verdict:
    """The verdict on a function that was judged with right functions in place of wrong functions which it uses.

    A right helper fits if the learner's returned the same structure, if a change of the function makes it right beside
    the helper, or if the cause is a name or a layer that is not there. If it fits, wrong numbers or a known cause show
    that the mistake is the function's own; if it may not fit, both are needed. Otherwise the helper is blamed.
    """
    returned = all(helper.part is not None and not helper.way.named for helper in helpers)
    fit = returned or verdict.is_repaired or any(map(verdict.has_cause, OF_ITSELF))
    names = ", ".join(helper.task.name for helper in helpers)
    if verdict.state == "right":
        return replace(verdict, symptom=said.RIGHT_WITH.fill(names=names), findings=())
    signs_of_own = (not is_unknown(verdict.findings), verdict.raised is None)
    is_own = any(signs_of_own) if fit else all(signs_of_own)
    if verdict.state == "wrong" and verdict.symptom and is_own:
        return replace(verdict, symptom=said.WRONG_WITH.fill(names=names, symptom=verdict.symptom))
    blamed = said.BLAMED.fill(name=helpers[0].task.name)
    return verdict if verdict.state == "missing" else Verdict(verdict.task, "not judged", blamed)


def right_solutions(source: Source, chapter: str, helpers: list[Verdict]) -> Given:
    """The solutions of wrong functions, by this chapter or the last that has them, in the form of the file.

    A function that takes more arguments, as in an older edition of the course, or takes them in another order, is
    called so. An activation that returns two values, or of which two are taken, returns its argument as the cache, too.
    """
    names = {name: helper.task.key for helper in helpers for name in (helper.task.name, helper.task.key)}
    chapters = (chapter, *reversed(CHAPTERS))
    of_chapter = {name: next(one for one in chapters if name in solution_functions(one)) for name in names.values()}
    code = "".join(definitions(one, [name]) for name, one in of_chapter.items())
    for helper in helpers:
        function = source.functions[helper.task.name]
        at = places(function, helper.task)
        if at and at != [*range(len(arguments_of(function)))]:
            order = [at.index(place) for place in sorted(at)]
            code += IN_OWN_ORDER.format(name=helper.task.key, order=order)
        returns_two = any(isinstance(node.value, ast.Tuple) for node in nodes_of(function, ast.Return))
        if helper.task.signature == "Z" and (returns_two or own_form.taker_of_two(source, helper.task)):
            code += WITH_CACHE.format(name=helper.task.key)
    return Given(names, in_form(f"{NUMPY}\n{code}", source.library, source.layout))


def best_outcome(caller: Caller, task: Task) -> Outcome:
    """Call the function with the caches of the solution; if it is wrong so, with those of the learner's own.

    In an assignment the results may have a form of their own. Their numbers are judged then.
    """
    outcome = with_own_caches(outcome_of(caller, task))
    if caller.way.named or not own_form.may_have_own_results(caller.source, outcome.verdict):
        return outcome
    named = with_own_caches(outcome_of(caller.by(named=True), task))
    tells_more = outcome.verdict.part is None and (named.verdict.part is not None or named.verdict.raised is not None)
    return named if tells_more or named.verdict.state == "right" else outcome


def with_note(outcome: Outcome) -> Verdict:
    """The verdict on a right function; in an assignment with a note on its form, if the course's is another."""
    verdict, caller, task, source = outcome.verdict, outcome.caller, outcome.task, outcome.caller.source
    if verdict.state != "right" or source.is_exercise:
        return verdict
    if own_form.has_own_order(source, task):
        found = ", ".join(arguments_of(outcome.function))
        symptom = said.OWN_ARGUMENTS.fill(found=found, right=task.signature)
        return replace(verdict, symptom=symptom)
    if caller.way.named:
        expected = outcome.results[0].call.right
        keys = own_form.own_keys(source, task.name, [expected])
        found = ", ".join(keys or own_form.names_of_results(source, task.name)) or task.result
        right = ", ".join(keys.values() or getattr(expected, "_fields", ())) or task.result
        return replace(verdict, symptom=said.OWN_RESULTS.fill(found=found, right=right))
    if caller.way.caches == "own":
        note = finding("own cache")
        return replace(verdict, symptom=note.text, findings=(note,))
    return verdict


def with_own_caches(given: Outcome) -> Outcome:
    """The outcome with the caches of the learner's own functions, if it tells more than the given."""
    caller, task, verdict = given.caller, given.task, given.verdict
    takes_cache = any(call.learners for call in caller.calls(task))
    if not takes_cache or verdict.state != "wrong" or verdict.stuck or verdict.has_cause("arguments changed"):
        return given
    own = outcome_of(caller.by(caches="own"), task)
    if own.verdict.state == "right":
        return own
    if own.verdict.state == "wrong":
        if outcome_of(caller.by(caches="own in turn"), task).verdict.state == "right":
            return replace(given, settled=replace(verdict, findings=(finding("caches not used"),)))
        if verdict.raised and own.verdict.symptom != verdict.symptom:
            return own
    return given


def judge_all(
    caller: Caller, tasks: Iterable[Task], earlier: Iterable[Verdict] = (), apart: int | None = None
) -> list[Verdict]:
    """Judge the functions one after the other, which may call the functions of the earlier verdicts.

    apart   a seed from which each function gets test cases of its own: otherwise the right result of a function may be
            the argument of another one before, and a file that keeps its arguments returns it
    """
    verdicts: dict[str, Verdict] = {}
    before = {verdict.task.name: verdict for verdict in earlier}
    for n, task in enumerate(tasks):
        one = caller if apart is None else replace(caller, cases=caller.chapter.cases(apart + APART * n))
        verdicts[task.name] = judge(one, task, before | verdicts)
    return list(verdicts.values())
