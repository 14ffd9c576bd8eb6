"""The catalogue of the mistakes in the forward pass that the report knows."""

from course_torch.verification.catalogue.forward_cause import ForwardCause
from course_torch.verification.catalogue.forward_losses import FORWARD_LOSSES
from course_torch.verification.catalogue.forward_sums import FORWARD_SUMS
from course_torch.verification.catalogue.forward_values import FORWARD_VALUES

FORWARD: list[ForwardCause] = [*FORWARD_SUMS, *FORWARD_VALUES, *FORWARD_LOSSES]
