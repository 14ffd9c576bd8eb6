"""Mistakes that the catalogue was not written for: the diagnosis may call them unknown, but must never mislead.

The causes are those that are true of the mistake. Without any, every named cause would be misleading.
"""

from tests.verification.hold_out.factors import FACTORS
from tests.verification.hold_out.hidden_formulas import HIDDEN_FORMULAS
from tests.verification.hold_out.noise import NOISE
from tests.verification.hold_out.output_formulas import OUTPUT_FORMULAS
from tests.verification.hold_out.precision import PRECISION
from tests.verification.hold_out.sums import SUMS

HOLD_OUT = [*FACTORS, *NOISE, *PRECISION, *OUTPUT_FORMULAS, *HIDDEN_FORMULAS, *SUMS]
