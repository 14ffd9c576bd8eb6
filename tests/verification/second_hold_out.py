"""A second hold-out set: mistakes in a hand-written backward pass, written without knowledge of the diagnosis.

Each mistake is its name, {place: wrong function of a BackwardContext}, and the truth as a teacher would say it. A
function that does not concern a network, such as a softmax mistake with a sigmoid output, returns the right tensor.
"""

from collections.abc import Callable

import torch
from torch import Tensor

from course_torch.mistakes.context import BackwardContext

Wrong = Callable[[BackwardContext], Tensor]
MISTAKES: list[tuple[str, dict[str, Wrong], str]] = []


def add(name: str, truth: str, **wrong: Wrong) -> None:
    """Add a mistake. Places are written dZL, dZ, g, dA, dW, db."""
    places = {"dZL": "dZ[L]", "dZ": "dZ", "g": "g'", "dA": "dA", "dW": "dW", "db": "db"}
    MISTAKES.append((name, {places[place]: function for place, function in wrong.items()}, truth))


def fixed(like: Tensor, seed: int = 1) -> Tensor:
    """Numbers that do not depend on the run, in the shape of a tensor: what another buffer happened to contain."""
    return torch.randn(like.shape, dtype=like.dtype, generator=torch.Generator().manual_seed(seed))


def kept(like: Tensor, keep: float, seed: int = 2) -> Tensor:
    """A dropout mask of zeros and ones."""
    return (torch.rand(like.shape, dtype=like.dtype, generator=torch.Generator().manual_seed(seed)) < keep).to(
        like.dtype
    )


def shuffled(m: int, seed: int = 3) -> Tensor:
    """An order of m examples."""
    return torch.randperm(m, generator=torch.Generator().manual_seed(seed))


def put(x: Tensor, index: object, value: object) -> Tensor:
    """A copy with some entries overwritten."""
    x = x.clone()
    x[index] = value
    return x


def output(c: BackwardContext) -> str:
    return c.forward.output


def hidden(c: BackwardContext) -> str:
    return c.forward.hidden_activation.name


def value(c: BackwardContext, Z: Tensor) -> Tensor:
    return c.forward.hidden_activation.value(Z, c.forward.slopes[c.layer - 1])


def on(names: str, function: Wrong) -> Wrong:
    """The wrong function for these outputs only."""
    return lambda c: function(c) if output(c) in names.split() else c.right


def using(name: str, function: Wrong) -> Wrong:
    """The wrong function for this hidden activation only."""
    return lambda c: function(c) if hidden(c) == name else c.right


def reversed_divergence(c: BackwardContext) -> Tensor:
    """The derivative of Σ A log(A / Y) by Z, with Y of at least 0.01."""
    log_ratio = torch.log(c.A / c.Y.clamp(0.01, 1))
    return c.A * (log_ratio - (c.A * log_ratio).sum(dim=1, keepdim=True))


def of_one_class(c: BackwardContext) -> Tensor:
    """dW of the examples of the first class, divided by their number."""
    chosen = c.forward.Y[:, 0] == 1
    return c.dZ[chosen].T @ c.A_prev[chosen] / chosen.sum()


def each(c: BackwardContext) -> Tensor:
    """The gradient of each example's loss by W: (m, n_out, n_in)."""
    return torch.einsum("ij,ik->ijk", c.dZ, c.A_prev)


# ---- dZ of the output layer -------------------------------------------------------------------------------------

# fmt: off
add("flat labels, mean of the table",
    "Y is flat, so A - Y broadcasts to an (m, m) table; its row means compare every example with the average label.",
    dZL=on("sigmoid identity", lambda c: (c.A - c.Y.ravel()).mean(dim=1, keepdim=True)))
add("thresholded prediction", "dZ uses the 0/1 prediction (A > 0.5) instead of the probability A.",
    dZL=on("sigmoid", lambda c: (c.A > 0.5).double() - c.Y))
add("argmax prediction", "dZ uses the one-hot argmax of A instead of the probabilities A (the perceptron rule).",
    dZL=on("softmax", lambda c: torch.eye(c.n, dtype=c.A.dtype)[c.A.argmax(dim=1)] - c.Y))
add("mean absolute error",
    "dZ is the derivative of the absolute error: only the sign of A - Y is left (times A(1 - A) for a sigmoid).",
    dZL=on("sigmoid identity", lambda c: torch.sign(c.A - c.Y) * (c.A * (1 - c.A) if output(c) == "sigmoid" else 1)))
# fmt: on


def hinge(c: BackwardContext) -> Tensor:
    y = 2 * c.Y - 1
    return -y * (y * c.Z < 1)


# fmt: off
add("hinge loss", "dZ is the derivative of the hinge loss with labels ±1, not of the cross-entropy.",
    dZL=on("sigmoid", hinge))
add("label smoothing", "The labels are smoothed by 0.1 (towards 1/n_y) in the backward pass but not in the loss.",
    dZL=on("sigmoid softmax", lambda c: c.A - (0.9 * c.Y + 0.1 / max(2, c.n))))
# fmt: on


def focal(c: BackwardContext) -> Tensor:
    p = c.A * c.Y + (1 - c.A) * (1 - c.Y) if c.n == 1 else (c.A * c.Y).sum(dim=1, keepdim=True)
    return (1 - p) ** 2 * (c.A - c.Y)


# fmt: off
add("focal weight", "Each example's A - Y is weighted by (1 - p)², the focal-loss weight of its own probability p.",
    dZL=on("sigmoid softmax", focal))
add("weight of the positive class",
    "Examples of label 1 (softmax: of class 0) are weighted by 3, a class weight that the loss does not have.",
    dZL=on("sigmoid softmax", lambda c: (c.A - c.Y) * torch.where(c.Y[:, :1] == 1, 3.0, 1.0)))
add("A clipped to 0.1 … 0.9",
    "A was clipped to [0.1, 0.9] against log(0), so dZ is wrong for the confident examples only.",
    dZL=on("sigmoid softmax", lambda c: c.A.clamp(0.1, 0.9) - c.Y))
add("epsilon 0.1 in dA", "dA divides by A + ε and 1 - A + ε with a far too large ε = 0.1.",
    dZL=on("sigmoid", lambda c: (-c.Y / (c.A + 0.1) + (1 - c.Y) / (1 - c.A + 0.1)) * c.A * (1 - c.A)))
add("sign of the (1 - Y) term",
    "In dA = -Y/A + (1 - Y)/(1 - A) the second term has the wrong sign: all examples of label 0 have the wrong sign.",
    dZL=on("sigmoid", lambda c: (-c.Y / c.A - (1 - c.Y) / (1 - c.A)) * c.A * (1 - c.A)))
add("(1 - Y) term forgotten", "Only the -Y/A term of dA is there: examples of label 0 have no gradient.",
    dZL=on("sigmoid", lambda c: -c.Y / c.A * c.A * (1 - c.A)))
add("Huber", "A - Y is clipped to ±0.5: the derivative of the Huber loss.", dZL=lambda c: (c.A - c.Y).clamp(-0.5, 0.5))
add("unit-length error", "dZ[L] is divided by its norm.", dZL=lambda c: c.right / c.right.norm())
add("squared error through the softmax Jacobian",
    "dZ is that of squared error through the whole softmax Jacobian, not of the cross-entropy.",
    dZL=on("softmax", lambda c: c.A * ((c.A - c.Y) - ((c.A - c.Y) * c.A).sum(dim=1, keepdim=True))))
add("output function applied twice",
    "A goes through the output function a second time (a loss that expects logits was given probabilities).",
    dZL=on("sigmoid softmax", lambda c: (torch.sigmoid(c.A) if c.n == 1 else torch.softmax(c.A, dim=1)) - c.Y))
add("labels not shuffled with X", "X was shuffled but Y was not: A and Y belong to different examples.",
    dZL=lambda c: c.A - c.Y[shuffled(c.m)])
add("classes counted from 1", "The class numbers are off by one, so the one-hot labels are shifted by a column.",
    dZL=on("softmax", lambda c: c.A - c.Y.roll(1, dims=1)))
add("one subtracted in whole columns",
    "dZ[:, y] -= 1 instead of dZ[arange(m), y] -= 1 subtracts 1 from every class of every example.",
    dZL=on("softmax", lambda c: c.A - 1))
add("softmax over the examples", "The softmax was taken along the examples (dim 0) instead of the classes (dim 1).",
    dZL=on("softmax", lambda c: torch.softmax(c.Z, dim=0) - c.Y))
add("temperature 2", "dZ uses the softmax (sigmoid) of Z/2, a temperature that the loss does not have.",
    dZL=on("sigmoid softmax", lambda c: (torch.sigmoid(c.Z / 2) if c.n == 1 else torch.softmax(c.Z / 2, dim=1)) - c.Y))
add("exp without normalising", "A is exp(Z) without the division by the sum.",
    dZL=on("softmax", lambda c: torch.exp(c.Z) - c.Y))
add("only misclassified examples", "Correctly classified examples have dZ = 0: only the errors are learned.",
    dZL=on("sigmoid", lambda c: c.right * ((c.A > 0.5) != (c.Y > 0.5))))
add("A truncated to integers", "A became an integer (0), so dZ = -Y: examples of label 0 have no gradient.",
    dZL=on("sigmoid softmax", lambda c: c.A.long() - c.Y))
add("padded last examples", "A padding mask sets dZ of the last two examples to 0.",
    dZL=lambda c: put(c.right, slice(-2, None), 0))
add("squared difference", "dZ is (A - Y)², the loss instead of its derivative.", dZL=lambda c: (c.A - c.Y) ** 2)
add("only the true class", "dZ is A - Y in the column of the true class and 0 in the others.",
    dZL=on("softmax", lambda c: c.right * c.Y))
add("standardised targets", "Y is standardised (mean 0, deviation 1) in the backward pass only.",
    dZL=on("identity sigmoid", lambda c: c.A - (c.Y - c.Y.mean()) / c.Y.std()))
add("relative error", "dZ is the relative error (A - Y)/|Y|: examples with small targets weigh more.",
    dZL=on("identity", lambda c: (c.A - c.Y) / c.Y.abs()))
add("KL the other way round",
    "dZ is the derivative of the entropy-like KL(A‖Y) with clipped labels, not of the cross-entropy.",
    dZL=on("softmax", reversed_divergence))
# ---- g' and dZ of the hidden layers -----------------------------------------------------------------------------
add("ReLU threshold 0.5",
    "The ReLU derivative is taken as Z > 0.5 instead of Z > 0: units with small positive Z get no gradient.",
    g=using("relu", lambda c: (c.Z > 0.5).double()))
add("clipped ReLU", "The ReLU derivative is also 0 above Z = 1, as for a ReLU clipped at 1.",
    g=using("relu", lambda c: ((c.Z > 0) & (c.Z < 1)).double()))
add("swish derivative", "g' is that of swish, Z sigmoid(Z), not of the ReLU of the forward pass.",
    g=using("relu", lambda c: torch.sigmoid(c.Z) * (1 + c.Z * (1 - torch.sigmoid(c.Z)))))
add("ELU derivative", "g' for Z < 0 is exp(Z) as for ELU; the ReLU of the forward pass has 0.",
    g=using("relu", lambda c: torch.where(c.Z > 0, 1.0, torch.exp(c.Z))))
add("ReLU derivative is Z", "The backward pass multiplies by relu(Z) instead of by the 0/1 step.",
    g=using("relu", lambda c: c.Z.clamp(min=0)))
add("mask turned around", "The ReLU mask is inverted: the inactive units get the gradient.",
    g=using("relu", lambda c: (c.Z <= 0).double()))
add("mask by dA", "dZ = relu(dA): the ReLU is applied to the gradient instead of masking by Z > 0.",
    dZ=using("relu", lambda c: c.dA.clamp(min=0)))
add("guided backpropagation", "Besides the ReLU mask, all negative gradients are set to 0.",
    dZ=lambda c: c.right.clamp(min=0))
add("1 - A", "tanh' is 1 - A² and the square is forgotten.", g=using("tanh", lambda c: 1 - c.A))
add("1 - A³", "tanh' is 1 - A²; the exponent is 3.", g=using("tanh", lambda c: 1 - c.A**3))
add("(1 - A)²", "tanh' is 1 - A²; the square is outside the bracket.", g=using("tanh", lambda c: (1 - c.A) ** 2))
add("root of 1 - A²", "tanh' is 1 - A², without the square root.", g=using("tanh", lambda c: (1 - c.A**2).sqrt()))
add("1 + A²", "tanh' is 1 - A²; the sign of A² is wrong.", g=using("tanh", lambda c: 1 + c.A**2))
add("hard tanh", "g' is 1 where |Z| < 1 and otherwise 0, the derivative of hard tanh.",
    g=using("tanh", lambda c: (c.Z.abs() < 1).double()))
add("softsign derivative", "g' is 1/(1 + |Z|)², the derivative of softsign, not of tanh.",
    g=using("tanh", lambda c: 1 / (1 + c.Z.abs()) ** 2))
add("tanh of a scaled Z", "g' is that of LeCun's 1.7159 tanh(2Z/3), not of tanh(Z).",
    g=using("tanh", lambda c: 1.7159 * 2 / 3 * (1 - torch.tanh(2 / 3 * c.Z) ** 2)))
add("flat-spot trick", "0.1 is added to g' so that saturated units learn (Fahlman); then dZ is not the derivative.",
    g=lambda c: c.g_prime(c.Z) + 0.1)
add("difference quotient with h = 0.5", "g' is a forward difference quotient with the far too large step 0.5.",
    g=lambda c: (value(c, c.Z + 0.5) - value(c, c.Z)) / 0.5)
add("Z without the bias", "g' is taken at Z - b: the cache holds the product before the bias was added.",
    g=lambda c: c.g_prime(c.Z - c.b))
add("Z of the batch before shuffling", "g' belongs to other examples: the cached Z has its rows in another order.",
    g=lambda c: c.g_prime(c.Z[shuffled(c.m)]))
add("Z of the previous row", "g' of example i is taken at Z of example i - 1 (off by one in the loop).",
    g=lambda c: c.g_prime(c.Z.roll(1, dims=0)))
add("Z of the first example", "g'(Z) of the first example is used for all examples.",
    g=lambda c: c.g_prime(c.Z)[:1].expand_as(c.Z))
add("mean g'", "g' is averaged over the examples before it is multiplied by dA.",
    g=lambda c: c.g_prime(c.Z).mean(dim=0, keepdim=True).expand_as(c.Z))
add("g' of the mean Z", "g' is taken at the mean of Z over the examples.",
    g=lambda c: c.g_prime(c.Z.mean(dim=0, keepdim=True)).expand_as(c.Z))
add("units in reverse order in g'", "The columns of Z are reversed in g': each unit uses the Z of another unit.",
    g=lambda c: c.g_prime(c.Z.flip(1)))
add("dropout left on",
    "A dropout mask with 1/keep (keep 0.8) is applied in the backward pass but not in the forward pass.",
    dZ=lambda c: c.right * kept(c.right, 0.8) / 0.8)
add("dropout of whole units", "The first unit is dropped in the backward pass and the others scaled by 1/0.8.",
    dZ=lambda c: put(c.right / 0.8, (slice(None), 0), 0))
add("last unit forgotten", "The loop over the units stops one too early: dZ of the last unit is 0.",
    dZ=lambda c: put(c.right, (slice(None), -1), 0))
add("last example forgotten in dZ", "The loop over the examples stops one too early: dZ of the last example is 0.",
    dZ=lambda c: put(c.right, -1, 0))
add("last unit without g'", "The last unit's dZ is dA without g' (treated as a linear unit).",
    dZ=lambda c: put(c.right, (slice(None), -1), c.dA[:, -1]))
add("units shifted by one", "An extra bias column shifts the units: unit j gets the dA of unit j - 1.",
    dZ=lambda c: c.dA.roll(1, dims=1) * c.g_prime(c.Z))
add("elementwise clipping", "dZ is clipped to ±0.1 against exploding gradients.", dZ=lambda c: c.right.clamp(-0.1, 0.1))
add("clipping of each example", "Rows of dZ with a norm above 0.2 are scaled down to 0.2.",
    dZ=lambda c: c.right / (c.right.norm(dim=1, keepdim=True) / 0.2).clamp(min=1))
add("each example normalised", "Each row of dZ is divided by its norm, so that all examples weigh the same.",
    dZ=lambda c: c.right / (c.right.norm(dim=1, keepdim=True) + 1e-12))
add("centred dZ", "The mean over the examples is subtracted from dZ, as in batch normalisation.",
    dZ=lambda c: c.right - c.right.mean(dim=0, keepdim=True))
add("standardised dZ", "dZ is standardised over the examples (mean 0, deviation 1).",
    dZ=lambda c: (c.right - c.right.mean(dim=0)) / (c.right.std(dim=0) + 1e-8))
add("small entries dropped", "Entries of dZ below 0.05 in size are set to 0.",
    dZ=lambda c: c.right * (c.right.abs() > 0.05))
add("two decimals", "dZ was rounded to two decimals.", dZ=lambda c: c.right.round(decimals=2))
# fmt: on


def shared(c: BackwardContext) -> Tensor:
    above = c.above.dZ
    k = min(above.shape[1], c.right.shape[1])
    return torch.cat([c.right[:, :k] + above[:, :k], c.right[:, k:]], dim=1)


# fmt: off
add("buffer shared between layers",
    "The buffer was not zeroed: the dZ of the layer above is still in its first columns.", dZ=shared)
add("only layer 1 without g'",
    "The loop treats layer 1 like the output layer and forgets g' there; the other layers are right.",
    dZ=lambda c: c.dA if c.layer == 1 else c.right)
add("skip connection in the backward pass",
    "dZ = dA g' + dA adds a skip connection that the forward pass does not have.",
    dZ=lambda c: c.dA * c.g_prime(c.Z) + c.dA)
add("g' added", "dA + g'(Z) instead of dA * g'(Z).", dZ=lambda c: c.dA + c.g_prime(c.Z))
add("divided by g'", "dA is divided by g' (with an ε) instead of multiplied.",
    dZ=lambda c: c.dA / (c.g_prime(c.Z) + 1e-2))
add("matrix product summed", "dA * g' was summed over the units, and every unit got the sum.",
    dZ=lambda c: c.right.sum(dim=1, keepdim=True).expand_as(c.right))
# ---- dA ---------------------------------------------------------------------------------------------------------
add("lower triangle of W", "Only the lower triangle of W is used in dA.", dA=lambda c: c.dZ @ c.W.tril())
add("bias added in the backward pass", "dA = dZ W + b, copied from the forward pass; b has no place here.",
    dA=lambda c: c.right if c.layer == 1 else c.dZ @ c.W + c.below.b)
add("DropConnect mask", "W had a random mask of zeros in the backward pass only.",
    dA=lambda c: c.dZ @ (c.W * kept(c.W, 0.7)))
add("rows of W normalised", "Each row of W is divided by its norm in dA but not in the forward pass.",
    dA=lambda c: c.dZ @ (c.W / c.W.norm(dim=1, keepdim=True)))
add("signs of W", "dA uses sign(W) instead of W, as in binarised networks.", dA=lambda c: c.dZ @ c.W.sign())
add("absolute values of W", "dA uses |W|.", dA=lambda c: c.dZ @ c.W.abs())
add("random feedback", "dA uses a fixed random matrix instead of W (feedback alignment).",
    dA=lambda c: c.dZ @ fixed(c.W))
add("W inverted",
    "dA uses the pseudo-inverse of W instead of its transpose: the layer is undone instead of differentiated.",
    dA=lambda c: c.dZ @ torch.linalg.pinv(c.W).T)
add("mean over the units", "dA is the mean over the units of the layer instead of the sum: an extra 1/n_out.",
    dA=lambda c: c.dZ @ c.W / c.W.shape[0])
add("rows of W in reverse order", "The units of W are in reverse order in dA.", dA=lambda c: c.dZ @ c.W.flip(0))
add("last unit missing in the sum", "The sum over the units in dA stops one too early.",
    dA=lambda c: c.dZ[:, :-1] @ c.W[:-1])
add("first row of dA copied to the last", "The last row of dA was overwritten by the first.",
    dA=lambda c: put(c.right, -1, c.right[0]))
add("W saved with one decimal", "dA uses W rounded to one decimal, as read back from a text file.",
    dA=lambda c: c.dZ @ c.W.round(decimals=1))
add("noise for privacy", "Random noise was added to dA.", dA=lambda c: c.right + 0.1 * fixed(c.right))
add("W after a step of size 0.5", "W was already updated (W - 0.5 dW) when dA was computed.",
    dA=lambda c: c.dZ @ (c.W - 0.5 * c.dW))
add("W of the previous update", "dA uses an older W, which differs from W by a small update.",
    dA=lambda c: c.dZ @ (c.W + 0.05 * fixed(c.W)))
add("W after a step with momentum", "W was already updated with momentum (W - 0.1(0.9 v + dW)) when dA was computed.",
    dA=lambda c: c.dZ @ (c.W - 0.1 * (0.9 * fixed(c.W) + c.dW)))
add("first input without gradient", "dA of the first unit is 0, because it was taken for the bias column.",
    dA=lambda c: put(c.right, (slice(None), 0), 0))
add("same dA for all examples", "dA is averaged over the examples, and all examples get the average.",
    dA=lambda c: c.right.mean(dim=0, keepdim=True).expand_as(c.right))
add("detached for half the batch", "The second half of the batch has dA = 0 (only the first half of the loop was run).",
    dA=lambda c: put(c.right, slice(c.m // 2, None), 0))
add("dZ of the sum", "dA uses the sum of dZ over the examples (which is m db) in place of dZ.",
    dA=lambda c: (c.dZ.sum(dim=0, keepdim=True) @ c.W).expand_as(c.right))
add("weights of one unit for all", "The first row of W is used for every unit (W[0] inside the loop instead of W[j]).",
    dA=lambda c: c.dZ @ c.W[:1].expand_as(c.W))
# ---- dW ---------------------------------------------------------------------------------------------------------
add("1/m in half precision", "1/m was rounded to float16, so dW and db are off by a constant factor close to 1.",
    dW=lambda c: c.dZ.T @ c.A_prev * torch.tensor(1 / c.m, dtype=torch.float16).double(),
    db=lambda c: c.dZ.sum(dim=0, keepdim=True) * torch.tensor(1 / c.m, dtype=torch.float16).double())
add("batch size 32 written out", "dW and db are divided by the constant 32 instead of the number of examples m.",
    dW=lambda c: c.dZ.T @ c.A_prev / 32, db=lambda c: c.dZ.sum(dim=0, keepdim=True) / 32)
add("mean over the positives", "dW is divided by the number of examples of label 1 (class 0) instead of by m.",
    dW=on("sigmoid softmax", lambda c: c.dZ.T @ c.A_prev / c.forward.Y[:, 0].sum()))
add("1/√m", "dW is divided by √m instead of by m.", dW=lambda c: c.dZ.T @ c.A_prev / c.m**0.5)
add("L1 penalty", "0.01 sign(W), the derivative of an L1 penalty, is added to dW.",
    dW=lambda c: c.right + 0.01 * c.W.sign())
add("weight decay turned around", "Weight decay is subtracted: dW - 0.1 W, which lets the weights grow.",
    dW=lambda c: c.right - 0.1 * c.W)
add("weight decay λ/m", "The derivative of an L2 penalty with λ = 0.7, (λ/m) W, is in dW, but the cost has no penalty.",
    dW=lambda c: c.right + 0.7 / c.m * c.W)
add("penalty instead of its derivative", "The L2 penalty 0.005 ‖W‖² itself (a number) is added to every entry of dW.",
    dW=lambda c: c.right + 0.005 * (c.W**2).sum())
add("weight decay of W²", "0.1 W² was added to dW, the penalty of each entry instead of its derivative.",
    dW=lambda c: c.right + 0.1 * c.W**2)
add("momentum stored in dW", "dW is 0.9 v + 0.1 dW: the running average of the optimiser instead of the gradient.",
    dW=lambda c: 0.9 * 0.1 * fixed(c.W) + 0.1 * c.right)
add("Adam step returned", "dW is divided by the root of its mean square: the step of RMSprop instead of the gradient.",
    dW=lambda c: c.right / ((c.right**2).mean().sqrt() + 1e-8))
add("sign of dW", "Only the sign of dW is returned (dW/√(dW² + ε), the first Adam step).",
    dW=lambda c: c.right / ((c.right**2).sqrt() + 1e-8))
add("product of the means", "dW is the product of the mean dZ and the mean A_prev instead of the mean of the products.",
    dW=lambda c: c.dZ.mean(dim=0)[:, None] * c.A_prev.mean(dim=0))
add("einsum with two example indices",
    "einsum('ij,kl->jl') sums over the examples of dZ and of A_prev apart, so dW is m times the product of the means.",
    dW=lambda c: torch.einsum("ij,kl->jl", c.dZ, c.A_prev) / c.m)
add("covariance", "dW is np.cov of dZ and A_prev: the means are subtracted, and it divides by m - 1.",
    dW=lambda c: (c.dZ - c.dZ.mean(dim=0)).T @ (c.A_prev - c.A_prev.mean(dim=0)) / (c.m - 1))
add("centred input", "dW uses A_prev minus its mean over the examples, which the forward pass does not subtract.",
    dW=lambda c: c.dZ.T @ (c.A_prev - c.A_prev.mean(dim=0)) / c.m)
add("standardised input", "dW uses A_prev standardised over the examples; the forward pass uses A_prev itself.",
    dW=lambda c: c.dZ.T @ ((c.A_prev - c.A_prev.mean(dim=0)) / (c.A_prev.std(dim=0) + 1e-5)) / c.m)
add("binary input", "dW uses A_prev > 0 (spikes) instead of A_prev.",
    dW=lambda c: c.dZ.T @ (c.A_prev > 0).double() / c.m)
add("dropout on the input of dW", "A_prev was multiplied by a dropout mask (keep 0.8, with 1/0.8) in dW only.",
    dW=lambda c: c.dZ.T @ (c.A_prev * kept(c.A_prev, 0.8) / 0.8) / c.m)
add("A_prev in another order",
    "A_prev and dZ belong to different examples: the rows were shuffled between forward and backward.",
    dW=lambda c: c.dZ.T @ c.A_prev[shuffled(c.m)] / c.m)
add("examples sorted", "The rows of A_prev were sorted column by column.",
    dW=lambda c: c.dZ.T @ c.A_prev.sort(dim=0).values / c.m)
add("only the last example", "dW is that of the last example, overwritten in the loop instead of added up.",
    dW=lambda c: c.dZ[-1:].T @ c.A_prev[-1:])
add("loop from 1", "The loop over the examples starts at 1: the first example is missing in dW.",
    dW=lambda c: c.dZ[1:].T @ c.A_prev[1:] / c.m)
add("every second example", "dW uses every second example only ([::2]), divided by m.",
    dW=lambda c: c.dZ[::2].T @ c.A_prev[::2] / c.m)
add("only the examples of one class", "dW uses the examples of label 1 (class 0) only, divided by their number.",
    dW=on("sigmoid softmax", of_one_class))
add("reshape for transpose", "A_prevᵀ dZ was reshaped to the shape of W instead of transposed.",
    dW=lambda c: (c.A_prev.T @ c.dZ).reshape(c.W.shape) / c.m)
add("dZ of the first unit", "dZ[:, 0] was used for every unit: all rows of dW are the same.",
    dW=lambda c: (c.dZ[:, :1].T @ c.A_prev / c.m).expand_as(c.W))
add("absolute dZ in dW", "dW uses |dZ|.", dW=lambda c: c.dZ.abs().T @ c.A_prev / c.m)
add("median over the examples", "dW is the median over the examples instead of the mean.",
    dW=lambda c: each(c).median(dim=0).values)
add("largest over the examples", "dW is the maximum over the examples instead of the mean.",
    dW=lambda c: each(c).amax(dim=0))
add("per-example clipping",
    "The gradient of each example is scaled down to norm 0.3 before averaging (as for differential privacy).",
    dW=lambda c: (each(c) / (each(c).flatten(1).norm(dim=1) / 0.3).clamp(min=1)[:, None, None]).mean(dim=0))
# fmt: on


def running(c: BackwardContext) -> Tensor:
    average = torch.zeros_like(c.W)
    for gradient in each(c):
        average = 0.9 * average + 0.1 * gradient
    return average


def halves(c: BackwardContext) -> Tensor:
    average = torch.zeros_like(c.W)
    for gradient in each(c):
        average = (average + gradient) / 2
    return average


# fmt: off
add("running average over the examples",
    "dW is an exponential moving average over the examples (0.9, 0.1): the last examples weigh most.", dW=running)
add("(mean + new)/2",
    "The running mean is computed as (mean + new)/2, so the last example weighs one half, the one before a quarter, …",
    dW=halves)
add("mean over the active examples",
    "Each unit's dW is averaged over the examples with dZ ≠ 0 only, instead of over all m.",
    dW=lambda c: c.dZ.T @ c.A_prev / (c.dZ != 0).sum(dim=0).clamp(min=1)[:, None])
add("first half added twice", "The gradient of the first half-batch was not cleared: dW contains it a second time.",
    dW=lambda c: c.right + c.dZ[: c.m // 2].T @ c.A_prev[: c.m // 2] / (c.m // 2))
add("zero_grad forgotten", "dW still contains the gradient of another batch.", dW=lambda c: c.right + 0.3 * fixed(c.W))
add("diagonal missing", "The diagonal of dW is 0 (k != j in the loop).", dW=lambda c: c.right.clone().fill_diagonal_(0))
add("last column missing", "The loop over the inputs stops one too early: the last column of dW is 0.",
    dW=lambda c: put(c.right, (slice(None), -1), 0))
add("last row missing", "The loop over the units stops one too early: the last row of dW is 0.",
    dW=lambda c: put(c.right, -1, 0))
add("first row doubled", "The first unit was added twice: the first row of dW is doubled.",
    dW=lambda c: put(c.right, 0, 2 * c.right[0]))
add("rows in reverse order", "The rows of dW are in reverse order: each unit has the gradient of another.",
    dW=lambda c: c.right.flip(0))
add("dW sorted", "The entries of each row of dW were sorted.", dW=lambda c: c.right.sort(dim=1).values)
add("one sign flipped", "One entry of dW, [0, 0], has the wrong sign.",
    dW=lambda c: put(c.right, (0, 0), -c.right[0, 0]))
add("columns normalised", "Each column of dW is divided by the norm of its input over the batch.",
    dW=lambda c: c.right / (c.A_prev.norm(dim=0) + 1e-8))
add("row means removed", "The mean of each row of dW is subtracted (gradient centralisation).",
    dW=lambda c: c.right - c.right.mean(dim=1, keepdim=True))
add("dW by norm clipping", "dW is scaled down to norm 0.1 if it is larger.",
    dW=lambda c: c.right / (c.right.norm() / 0.1).clamp(min=1))
add("squared dZ", "dW uses dZ²: the running square of an optimiser got mixed in.",
    dW=lambda c: (c.dZ**2).T @ c.A_prev / c.m)
add("stale A_prev in one layer", "Layer 1 uses a stale input: X with noise of another augmentation.",
    dW=lambda c: c.dZ.T @ (c.A_prev + 0.1 * fixed(c.A_prev)) / c.m if c.layer == 1 else c.right)
# ---- db ---------------------------------------------------------------------------------------------------------
add("one bias for all units", "db is the mean over the units too: every unit gets the same number.",
    db=lambda c: c.dZ.mean().reshape(1, 1).expand_as(c.right))
add("db of the last example", "db is dZ of the last example only.", db=lambda c: c.dZ[-1:])
add("db from dW", "db is the sum of the row of dW, not the mean of dZ.", db=lambda c: c.dW.sum(dim=1)[None])
add("running sum over the units",
    "The sum was not reset between the units: db of unit j contains those of the units before.",
    db=lambda c: c.right.cumsum(dim=1))
add("bias decay", "0.01 b, weight decay of the bias, was added to db.", db=lambda c: c.right + 0.01 * c.b)
add("weighted by the mean input",
    "The bias is treated as a weight of the mean input: dZ is multiplied by the mean of A_prev.",
    db=lambda c: (c.dZ * c.A_prev.mean(dim=1, keepdim=True)).mean(dim=0, keepdim=True))
add("db clipped at 0", "Negative entries of db were set to 0.", db=lambda c: c.right.clamp(min=0))
add("db of the first unit zero", "The first bias is not learned: its db is 0.", db=lambda c: put(c.right, (0, 0), 0))
add("integer 1//m", "1 // m is 0 in integer division, so db is 0.",
    db=lambda c: c.dZ.sum(dim=0, keepdim=True) * (1 // c.m))
add("db in half precision", "dZ was added up in float16, so db has only three digits.",
    db=lambda c: c.dZ.half().sum(dim=0, keepdim=True).double() / c.m)
add("root mean square", "db is the root mean square of dZ instead of the mean.",
    db=lambda c: (c.dZ**2).mean(dim=0, keepdim=True).sqrt())
add("db of |dZ|", "db is the mean of |dZ|.", db=lambda c: c.dZ.abs().mean(dim=0, keepdim=True))
add("db median", "db is the median of dZ over the examples.", db=lambda c: c.dZ.median(dim=0, keepdim=True).values)
add("db from dA", "db is the mean of dA instead of dZ.",
    db=lambda c: c.right if c.layer == c.L else c.dA.mean(dim=0, keepdim=True))
# ---- two mistakes at once ---------------------------------------------------------------------------------------
add("TWO smoothing, Y - A", "The labels are smoothed by 0.1, and the sign is wrong (Y - A).",
    dZL=on("sigmoid softmax", lambda c: (0.9 * c.Y + 0.1 / max(2, c.n)) - c.A))
add("TWO class weight, 1/m", "Label 1 (class 0) is weighted by 3, and dZ is divided by m, which dW does again.",
    dZL=on("sigmoid softmax", lambda c: c.right * torch.where(c.Y[:, :1] == 1, 3.0, 1.0) / c.m))
add("TWO 2(A - Y)A(1 - A), sign", "Squared error without the ½ on a sigmoid, with the wrong sign.",
    dZL=on("sigmoid", lambda c: 2 * (c.Y - c.A) * c.A * (1 - c.A)))
add("TWO last example missing, no 1/m", "The loop stops one example too early, and dW is not divided by m.",
    dW=lambda c: c.dZ[:-1].T @ c.A_prev[:-1])
add("TWO half batch, 1/(m/2), sign", "dW is minus the mean over the first half of the batch.",
    dW=lambda c: -c.dZ[: c.m // 2].T @ c.A_prev[: c.m // 2] / (c.m // 2))
add("TWO weight decay, no 1/m", "dW is not divided by m, and weight decay 0.01 W is added.",
    dW=lambda c: c.dZ.T @ c.A_prev + 0.01 * c.W)
add("TWO shifted rows, factor 2", "dW pairs dZ with the A_prev of the row before, and has a factor 2.",
    dW=lambda c: 2 * c.dZ.T @ c.A_prev.roll(1, dims=0) / c.m)
add("TWO leaky mask, last example", "The ReLU derivative has slope 0.2 below 0, and the last example is missing.",
    dZ=using("relu", lambda c: put(c.dA * torch.where(c.Z > 0, 1.0, 0.2), -1, 0)))
add("TWO g' at Z - b, factor m", "g' is taken at Z without b, and dZ is divided by m.",
    dZ=lambda c: c.dA * c.g_prime(c.Z - c.b) / c.m)
add("TWO last unit missing, no g'", "dA leaves out the last unit in its sum, and dZ forgets g'.",
    dA=lambda c: c.dZ[:, :-1] @ c.W[:-1] if c.W.shape[0] > 1 else c.right, dZ=lambda c: c.dA)
add("TWO updated W, 1/m", "dA uses W after the update (W - 0.1 dW), and is divided by m.",
    dA=lambda c: c.dZ @ (c.W - 0.1 * c.dW) / c.m)
add("TWO dropout in dZ and dW", "Two different dropout masks were left on, one on dZ and one on A_prev in dW.",
    dZ=lambda c: c.right * kept(c.right, 0.8) / 0.8, dW=lambda c: c.dZ.T @ (c.A_prev * kept(c.A_prev, 0.8, 5)) / c.m)
add("TWO m - 1, first unit zero", "db is divided by m - 1, and the first unit is left out.",
    db=lambda c: put(c.right * c.m / (c.m - 1), (0, 0), 0))
add("TWO db not divided, dW decayed", "dW has weight decay 0.02 W, and db is not divided by m.",
    dW=lambda c: c.right + 0.02 * c.W, db=lambda c: c.dZ.sum(dim=0, keepdim=True))
add("TWO tanh' squared, clipped", "g' is used twice, and dZ is clipped to ±0.2.",
    dZ=using("tanh", lambda c: (c.dA * (1 - c.A**2) ** 2).clamp(-0.2, 0.2)))
add("TWO wrong sign, one column", "dA has the wrong sign, and its first column is 0.",
    dA=lambda c: put(-c.right, (slice(None), 0), 0))
add("TWO flat spot, dropout", "0.1 is added to g', and a dropout mask without scaling is applied.",
    g=lambda c: (c.g_prime(c.Z) + 0.1) * kept(c.Z, 0.7))
# fmt: on
