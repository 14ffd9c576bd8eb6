"""Every known mistake as one record. Whatever names, makes or explains a mistake derives it from its record."""

from course_torch.mistakes.cost import COST, LABELS
from course_torch.mistakes.derivatives import DERIVATIVES, LAYERS
from course_torch.mistakes.exceptions import EXCEPTIONS
from course_torch.mistakes.forward import FORWARD
from course_torch.mistakes.general import EXAMPLES, FACTORS, LAYOUTS, PATTERNS, WITHOUT_A_NAME
from course_torch.mistakes.gradients import GRADIENTS
from course_torch.mistakes.hidden import DERIVATIVE, HIDDEN, INPUTS
from course_torch.mistakes.initial import INITIAL
from course_torch.mistakes.layers import FUNCTIONS
from course_torch.mistakes.output import OUTPUT
from course_torch.mistakes.parameters import PARAMETERS
from course_torch.mistakes.record import Mistake
from course_torch.mistakes.tensors import TENSORS
from course_torch.mistakes.update import UPDATE

BACKWARD: list[Mistake] = [
    *(*OUTPUT, *DERIVATIVE, *HIDDEN, *INPUTS, *PARAMETERS),
    *(*EXAMPLES, *FACTORS, *LAYOUTS, *PATTERNS, *WITHOUT_A_NAME),
]
IN_FUNCTIONS: list[Mistake] = [
    *(*TENSORS, *INITIAL, *FUNCTIONS, *COST, *GRADIENTS, *DERIVATIVES, *LAYERS, *UPDATE, *LABELS),
    *EXCEPTIONS,
]
"""Mistakes that only functions of the exercises can have."""
RECORDS: list[Mistake] = [*BACKWARD, *FORWARD, *IN_FUNCTIONS]
MISTAKES: dict[str, Mistake] = {mistake.key: mistake for mistake in RECORDS}
"""Key -> mistake."""
