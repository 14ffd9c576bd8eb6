"""The catalogue of the mistakes that the diagnosis knows."""

from course_torch.verification.catalogue.another_derivative import ANOTHER_DERIVATIVE
from course_torch.verification.catalogue.biases import BIASES
from course_torch.verification.catalogue.cause import Cause
from course_torch.verification.catalogue.derivative import DERIVATIVE
from course_torch.verification.catalogue.general import FACTORS, GENERAL, LAYOUTS
from course_torch.verification.catalogue.hidden import HIDDEN
from course_torch.verification.catalogue.inputs import INPUTS
from course_torch.verification.catalogue.labels import LABELS
from course_torch.verification.catalogue.output import OUTPUT
from course_torch.verification.catalogue.output_function import OUTPUT_FUNCTION
from course_torch.verification.catalogue.parameters import PARAMETERS
from course_torch.verification.catalogue.shown import SHOWN, VAGUE
from course_torch.verification.catalogue.slope import SLOPE
from course_torch.verification.catalogue.weights import WEIGHTS

CATALOGUE: list[Cause] = [
    *(*OUTPUT, *OUTPUT_FUNCTION, *LABELS, *DERIVATIVE, *ANOTHER_DERIVATIVE, *HIDDEN, *INPUTS),
    *(*PARAMETERS, *WEIGHTS, *BIASES, *SLOPE),
    *(*GENERAL, *FACTORS, *LAYOUTS, *SHOWN, *VAGUE),
]
"""All causes. A mistake that occurs in several kinds of tensors may have several causes with the same key."""

BY_KEY = {cause.key: cause for cause in reversed(CATALOGUE)}
"""Key -> the first cause with this key."""


def causes_of(place: str) -> list[Cause]:
    """The causes that can make a tensor of this kind wrong."""
    return [cause for cause in CATALOGUE if place in cause.places]
