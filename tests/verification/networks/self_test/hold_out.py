"""Mistakes that the records were not written for: the diagnosis may call them unknown, but must never mislead.

A line is `name | place, conditions | first wrong tensor | code => causes`. The conditions are what the network needs:
an activation or sizes, outputs, and float64 if the mistake is smaller than the rounding errors of float32. The causes
are those that are true of the mistake. Without any cause, every named cause would be misleading.
"""

from course_torch.language import same
from course_torch.mistakes.faults import COURSE_OUTPUTS, Fault
from tests.verification.networks.self_test.scores import by_code

FACTORS = """
4 dW | dW | dW[L] | 4 * right => factor 4
2 db | db | db[L] | 2 * right => factor 2
0.9 dW | dW | dW[L] | 0.9 * right => factor 0.9
db / (m + 1) | db | db[L] | dZ.sum(0, keepdim=True) / (m + 1) => another m, factor 0.9, factor 0.9167, factor 0.9583
-2 dA | dA | dA[L-1] | -2 * right => factor -2
½ dZ in hidden layers | dZ | dZ[L-1] | right / 2 => factor 0.5
0.37 dZ[L] | dZ[L] | dZ[L] | 0.37 * right => factor 0.37
dW / sqrt(m) | dW | dW[L] | right / m**0.5 => factor 0.3333, factor 1/√m
dA_prev summed, not averaged | dA | dA[L-1] | right * m => factor m
dslope / 2 | dslope leaky_relu | dslope[L-1] | right / 2 => factor 0.5
dW / m² | dW | dW[L] | right / m**2 => factor 1/m²
a factor of its own in each layer | dW | dW[L] | right * (1 + 0.5 * layer / L) => factor 1.5
dW normalized | dW | dW[L] | right / right.norm() * (1 + 0.01 * noise(right)) =>
"""
# Single numbers with another factor in each layer: no one number of examples explains them.
NOISE = """
db with an offset | db | db[L] | right + 0.137 =>
random db | db | db[L] | noise(right) =>
random dW | dW | dW[L] | noise(right) =>
random dslope | dslope leaky_relu | dslope[L-1] | right * (1.234 + 0.1 * layer) =>
noise of 1e-3 in dA | dA | dA[L-1] | right * (1 + 1e-3 * noise(right)) =>
noise of 1e-2 in db | db | db[L] | right * (1 + 1e-2 * noise(right, layer)) =>
one entry of dW left at 0 | dW | dW[L] | where(arange(right.numel()).reshape(right.shape) == 0, 0, right) =>
dropout left in | dZ | dZ[L-1] | right * (noise(right) > 0) * 2 =>
dA clipped | dA | dA[L-1] | right.clamp(-0.1, 0.1) =>
sign of dW | dW | dW[L] | right.sign() =>
dW rounded to 3 digits | dW | dW[L] | right.mul(1000).round() / 1000 =>
dslope divided by the units | dslope leaky_relu | dslope[L-1] | right / Z.shape[1] => mean of the units
"""
PRECISION = """
dA added up in float32 | dA float64 | dA[L-1] | (dZ.float() @ W.float()).double() => float32
db added up in float32 | db float64 | db[L] | dZ.float().sum(0, keepdim=True).double() / m => float32
sigmoid in float32 | dZ[L] sigmoid float64 | dZ[L] | Z.float().sigmoid().double() - Y => float32
dA in bfloat16 | dA | dA[L-1] | (dZ.bfloat16() @ W.bfloat16()).to(dZ.dtype) => bfloat16
dW in float16 | dW | dW[L] | right.half().to(right.dtype) => float16
g' in float32 | g' tanh float64 | dZ[L-1] | (1 - Z.float().tanh() ** 2).double() => float32
A clipped by 1e-8 | dZ[L] sigmoid float64 | dZ[L] | (A - Y) / (A * (1 - A) + 1e-8) * A * (1 - A) => epsilon
log(A + 1e-12) | dZ[L] sigmoid float64 | dZ[L] \
| (-Y / (A + 1e-12) + (1 - Y) / (1 - A + 1e-12)) * A * (1 - A) => epsilon, float32
softmax's log(A + 1e-8) | dZ[L] softmax float64 | dZ[L] \
| A * (-Y / (A + 1e-8) + (Y / (A + 1e-8) * A).sum(1, keepdim=True)) => epsilon
"""
# The hinge makes the same tensor as (A > ½) - Y.
OUTPUT_FORMULAS = """
focal loss | dZ[L] sigmoid softmax | dZ[L] | right * (A - Y) ** 2 * (1 + A) =>
Huber's loss | dZ[L] | dZ[L] | right.clamp(-0.3, 0.3) =>
temperature 2 | dZ[L] sigmoid | dZ[L] | 1 / (1 + (-Z / 2).exp()) - Y =>
labels of real numbers | dZ[L] sigmoid softmax | dZ[L] | A - noise(A) =>
three labels flipped | dZ[L] sigmoid | dZ[L] | A - where((i >= 2) & (i < 5), 1 - Y, Y) =>
classes in another order | dZ[L] softmax | dZ[L] | A - Y[:, [1, 2, 0]] => labels shuffled
class weights ½ and -1 | dZ[L] sigmoid | dZ[L] | right * where(Y == 0, -1.0, 0.5).to(A.dtype) =>
examples weighted | dZ[L] | dZ[L] | right * linspace(0.5, 2, m, dtype=A.dtype)[:, None] =>
hinge | dZ[L] sigmoid softmax | dZ[L] | (right.abs() > 0.5) * right.sign() => decided labels for A
"""
HIDDEN_FORMULAS = """
softplus's g' for ReLU's | g' relu | dZ[L-1] | 1 / (1 + (-Z).exp()) =>
|1 - A| for 1 - A² | g' tanh | dZ[L-1] | 1 - A.abs() =>
1 - tanh(A) | g' tanh | dZ[L-1] | 1 - A.tanh() =>
g' of a mean Z | g' tanh | dZ[L-1] | (1 - Z.mean(0, keepdim=True).tanh() ** 2).expand_as(Z) =>
no g' and 2 times | dZ | dZ[L-1] | 2 * dA => no g' and factor 2
slope ½ where Z ≤ 0, and 1/m | dZ relu | dZ[L-1] | dA * where(Z > 0, 1.0, 0.5).to(Z.dtype) / m =>
units in another order | dA | dA[L-1] | right.roll(1, 1) =>
examples in another order | dA | dA[L-1] | right.roll(2, 0) =>
b added to dA | dA | dA[L-1] | (dZ + b) @ W =>
W with a wrong step | dA | dA[L-1] | dZ @ (W + 0.1 * noise(W)) =>
W decayed | dA | dA[L-1] | dZ @ (0.99 * W) => factor 0.99
W² for W | dA | dA[L-1] | dZ @ W**2 =>
"""
SUMS = """
a half of the batch | dW | dW[L] | dZ[: m // 2].T @ A_prev[: m // 2] / (m // 2) =>
last example lost, and m - 1 | dW | dW[L] | dZ[:-1].T @ A_prev[:-1] / (m - 1) => an example lost and m - 1
second example lost | db | db[L] | (dZ.sum(0, keepdim=True) - dZ[1:2]) / m =>
A_prev centred | dW | dW[L] | dZ.T @ (A_prev - A_prev.mean(0)) / m =>
db added to dW | dW | dW[L] | right + dZ.mean(0)[:, None] =>
L1 and L2 terms | dW | dW[L] | right + 0.1 * W + 0.05 * W.sign() =>
an L2 term without the gradient | dW | dW[L] | 0.1 * W =>
the L2 term twice and -dW | dW | dW[L] | 0.2 * W - right =>
dA for dZ in dA, without 1/m | dA | dA[L-2] | right if layer == L else m * dA @ W => dA for dZ and factor m
layers exchanged | db square | db[L-2] \
| right if layer > L - 2 else above.dZ.mean(0, keepdim=True) => dZ of another layer, db of another layer
the largest in place of the sum | db | db[L] | dZ.max(0, keepdim=True).values => one example only and no 1/m
the median in place of the mean | db | db[L] | dZ.median(0, keepdim=True).values =>
db of dZ in a wrong shape | db softmax | db[L] | dZ.sum(0)[:, None] => transposed, transposed and no 1/m
"""


def fault(line: str) -> Fault:
    made, _, causes = line.partition("=>")
    name, where, first, code = made.rsplit(" | ", 3)
    place, *conditions = where.split()
    outputs = tuple(word for word in conditions if word in COURSE_OUTPUTS) or COURSE_OUTPUTS
    need = next((word for word in conditions if word not in (*COURSE_OUTPUTS, "float64")), "any")
    true = tuple(filter(None, causes.strip().split(", ")))
    return Fault(same(name), {place: by_code(code)}, true, first, need, outputs, "float64" not in conditions)


TABLES = (FACTORS, NOISE, PRECISION, OUTPUT_FORMULAS, HIDDEN_FORMULAS, SUMS)
HOLD_OUT = [fault(line) for table in TABLES for line in table.strip().splitlines()]
