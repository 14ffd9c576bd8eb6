"""Common mistakes in a backward pass, and right backward passes that are written differently. Both test the diagnosis.

They use neither `formulas` nor the catalogue of the diagnosis, so that an error there cannot hide here.
"""

from course_torch.verification.mistakes.at_the_output import AT_THE_OUTPUT
from course_torch.verification.mistakes.in_biases import IN_BIASES
from course_torch.verification.mistakes.in_factors import IN_FACTORS
from course_torch.verification.mistakes.in_hidden_layers import IN_HIDDEN_LAYERS
from course_torch.verification.mistakes.in_labels import IN_LABELS
from course_torch.verification.mistakes.in_the_derivative import IN_THE_DERIVATIVE
from course_torch.verification.mistakes.in_the_slope import IN_THE_SLOPE
from course_torch.verification.mistakes.in_weights import IN_WEIGHTS
from course_torch.verification.mistakes.variants import VARIANTS

MISTAKES = [
    *(*AT_THE_OUTPUT, *IN_LABELS, *IN_THE_DERIVATIVE, *IN_HIDDEN_LAYERS, *IN_THE_SLOPE),
    *(*IN_FACTORS, *IN_WEIGHTS, *IN_BIASES),
]

__all__ = ["MISTAKES", "VARIANTS"]
