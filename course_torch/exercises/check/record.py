"""The checker's answer as strings and lists, which `course-torch check --json` writes."""

from course_torch.exercises.check.answer import form_notes, message
from course_torch.exercises.check.checking import AssignmentCheck, FileCheck
from course_torch.exercises.judge.sentences import not_loaded


def as_record(check: FileCheck) -> dict[str, object]:
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
