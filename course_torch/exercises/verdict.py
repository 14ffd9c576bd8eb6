"""The verdict on one function of a learner's file."""

from dataclasses import dataclass
from typing import Literal

from course_torch.exercises.explaining.exceptions import RaisedCall
from course_torch.exercises.form import Part
from course_torch.exercises.task import Call, Finding, Task
from course_torch.language import Text

State = Literal["right", "missing", "wrong", "not judged"]
STATES: dict[State, Text] = {
    "right": Text("right", "正确"),
    "missing": Text("not written yet", "还没有写"),
    "wrong": Text("wrong", "有错"),
    "not judged": Text("not judged", "无法判断"),
}


@dataclass(frozen=True)
class Verdict:
    """What the checker says about a function.

    seen       what is seen, if the function is wrong or not judged; a note on a right function of an assignment
    findings   the probable causes; several if each of them alone gives these numbers
    call       the call in which it is seen
    part       the first wrong tensor of the result, if the result has the right structure
    raised     the exception, if the call raised one
    """

    task: Task
    state: State
    seen: Text | None = None
    findings: tuple[Finding, ...] = ()
    call: Call | None = None
    part: Part | None = None
    raised: RaisedCall | None = None

    @property
    def sections(self) -> list[str]:
        """The sections of the notes to read: those of the causes, or that of the function."""
        found = dict.fromkeys(each.section for each in self.findings if each.section)
        return list(found) or [self.task.section]
