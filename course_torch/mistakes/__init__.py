"""Every known mistake as one record. Whatever names, makes or explains a mistake derives it from its record.

record      a record: its words, who recognizes it, and the edits that make the mistake: in the reference text of a
            tensor, and in functions of the exercises
context     what such a text can name: the tensors of its own layer and of other layers
records/    the records; its index says which file has which
solution    the right solutions of the exercises (solutions/) as text, in which an edit makes the mistake too
faults      makes a record's edits in the real backward pass: for the playground and the tests

Who reads a record: `compare` in explain and calls of verification/networks, `check` in exercises/explain, the
playground in playground/graphs, and the docs in tools/build_mistakes_page and docs/_questions.
"""

from course_torch.mistakes.record import Mistake
from course_torch.mistakes.records.backward import HIDDEN, OUTPUT
from course_torch.mistakes.records.backward_functions import BACKWARD_FUNCTIONS
from course_torch.mistakes.records.basic_functions import BASIC_FUNCTIONS
from course_torch.mistakes.records.cost import COST, LABELS
from course_torch.mistakes.records.descent import INITIAL, UPDATE
from course_torch.mistakes.records.exceptions import EXCEPTIONS
from course_torch.mistakes.records.forward import FORWARD
from course_torch.mistakes.records.forward_functions import FORWARD_FUNCTIONS
from course_torch.mistakes.records.general import GENERAL, WITHOUT_A_NAME
from course_torch.mistakes.records.parameter_gradients import PARAMETER_GRADIENTS

BACKWARD: list[Mistake] = [*OUTPUT, *HIDDEN, *PARAMETER_GRADIENTS, *GENERAL, *WITHOUT_A_NAME]
RECORDS: list[Mistake] = [
    *(*BACKWARD, *FORWARD),
    # Mistakes that only functions of the exercises can have
    *(*BASIC_FUNCTIONS, *INITIAL, *FORWARD_FUNCTIONS, *COST, *BACKWARD_FUNCTIONS, *UPDATE, *LABELS, *EXCEPTIONS),
]
MISTAKES: dict[str, Mistake] = {mistake.key: mistake for mistake in RECORDS}
"""Key -> mistake."""
