"""The verdict on a function of a learner's file, and the way in which the function was called for it."""

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from course_torch.exercises.explain.raised_call import RaisedCall
from course_torch.exercises.judge.sentences import ABSENT
from course_torch.exercises.sandbox.client import NOTHING_GIVEN, Given
from course_torch.exercises.sandbox.layout import Part
from course_torch.exercises.tasks.task import Call, Finding, Task
from course_torch.exercises.trail import Step
from course_torch.language import NOTHING, Text

UNKNOWN = Finding("unknown", NOTHING, "")
"""No cause is known."""
REPAIRED = ("one change", "one statement moved")
"""Causes with which the function is right: then nothing that it calls is to blame."""
State = Literal["right", "missing", "wrong", "not judged"]
STATES: dict[State, Text] = {
    "right": Text("right", "正确"),
    "missing": Text("not written yet", "还没有写"),
    "wrong": Text("wrong", "有错"),
    "not judged": Text("not judged", "无法判断"),
}


class Way(NamedTuple):
    """How the function is prepared for its calls.

    given    right functions in the place of the learner's wrong functions that it calls
    named    whether the results are brought into the task's form by their names and keys
    caches   whose caches are among the arguments.
             given: the solution's.
             own in turn: the learner's forward function makes them just before the call.
             own: the same, and then the forward function runs once more, with the arguments of another call. So a
             backward function that reads a global variable in place of its cache gives wrong numbers
    code     the text of the function, if not the learner's own is judged but a changed one
    """

    given: Given = NOTHING_GIVEN
    named: bool = False
    caches: Literal["given", "own", "own in turn"] = "given"
    code: str = ""

    @property
    def label(self) -> str:
        """What is other than in the function as it is written, in words for the trail."""
        changed = {
            "right " + ", ".join(self.given.names): bool(self.given.names),
            "results by name": self.named,
            f"caches {self.caches}": self.caches != "given",
            "text changed": bool(self.code),
        }
        return "; ".join(words for words, holds in changed.items() if holds) or "as written"


AS_WRITTEN = Way()


@dataclass(frozen=True)
class Verdict:
    """What the checker says about a function.

    symptom    what is seen, if the function is wrong or not judged; a note on a right function of an assignment
    findings   the probable causes; several if each of them alone gives these numbers
    call       the call in which it is seen
    part       the first wrong tensor of the result, if the result has the right structure
    raised     the exception, if the call raised one
    result     what the function returned, if it has another structure
    way        how the function was prepared, if it is right or wrong so
    stuck      whether the call was stopped because it did not return
    is_absent  whether the file does not define the function
    trail      how the judge came to it
    """

    task: Task
    state: State
    symptom: Text | None = None
    findings: tuple[Finding, ...] = ()
    call: Call | None = None
    part: Part | None = None
    raised: RaisedCall | None = None
    result: Any = None
    way: Way = AS_WRITTEN
    stuck: bool = False
    is_absent: bool = False
    trail: tuple[Step, ...] = ()

    def has_cause(self, key: str) -> bool:
        """Whether a cause has this key of `mistakes/`."""
        return any(finding.key == key for finding in self.findings)

    @property
    def is_repaired(self) -> bool:
        """Whether a change of its text makes the function right."""
        return bool(self.findings) and self.findings[0].key in REPAIRED

    @property
    def label(self) -> Text:
        """The state in words."""
        return ABSENT if self.is_absent else STATES[self.state]


def is_unknown(findings: tuple[Finding, ...]) -> bool:
    """Whether no cause is known."""
    return not findings or findings[0].key == UNKNOWN.key
