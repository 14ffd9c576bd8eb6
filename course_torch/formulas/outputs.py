"""The outputs: sigmoid and softmax with cross-entropy, identity with squared error (notes 1.2).

Other packages take an output with its loss and its score from the table at the end, as an `Output`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import torch
from jaxtyping import Float, Num
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy, mse_loss, one_hot

from course_torch.errors import InputError
from course_torch.float64 import exact
from course_torch.formulas.activations import identity, sigmoid
from course_torch.formulas.average import average
from course_torch.formulas.costs import (
    cost,
    cross_entropy_derivative,
    sigmoid_cross_entropy,
    softmax,
    softmax_cross_entropy,
    squared_error,
    squared_error_derivative,
)

LARGEST_ROUNDING = 0.01
"""The largest distance from 1 of the sum of an example's labels: 0.006 was seen for bfloat16, whose ε is 0.008."""


EQUAL = 1e-12
"""Labels are equal if they are this near to their mean, relative to the mean: its rounding error is smaller."""


def more_likely(A: Float[Tensor, "m n_y"]) -> Num[Tensor, "m n_y"]:
    """ŷ = 1 if A > 0.5 else 0: the label of each output."""
    return (A > 0.5).long()


def most_likely(A: Float[Tensor, "m n_y"]) -> Num[Tensor, "m n_y"]:
    """ŷ_j = 1 if A_j = max(A) else 0: a one-hot row with its 1 at the largest probability."""
    return one_hot(A.argmax(dim=1), num_classes=A.shape[1])


def class_probabilities(A: Float[Tensor, "m n_y"]) -> Float[Tensor, "m classes"]:
    """P = A if n_y > 1 else [1 - A, A]: a probability for each class. A single output gives two columns."""
    return A if A.shape[1] > 1 else torch.cat([1 - A, A], dim=1)


def right_by(labels: Callable[[Tensor], Tensor]) -> Callable[[Tensor, Tensor, Tensor], Tensor]:
    """score = 1 if ŷ = Y else 0: return the function of these scores, whose mean is the accuracy.

    An example is right if all its outputs are right.
    """

    def right(
        A: Float[Tensor, "m n_y"], Y: Num[Tensor, "m n_y"], Y_split: Num[Tensor, "m_split n_y"]
    ) -> Float[Tensor, " m"]:
        return (labels(A) == Y).all(dim=1).to(A.dtype)

    return right


def mean_label(Y: Num[Tensor, "m n_y"]) -> Float[Tensor, "1 n_y"]:
    """Z = (1/m) Σ_i Y: the mean of the labels of each output."""
    return average(exact(Y).sum(dim=0, keepdim=True), len(Y))


def explained_variance(
    A: Float[Tensor, "m n_y"], Y: Num[Tensor, "m n_y"], Y_split: Num[Tensor, "m_split n_y"]
) -> Float[Tensor, " m"]:
    """score = 1 - (A - Y)² / var(Y): the mean of these scores over the split is R².

    R² = 1 - Σ (A - Y)² / Σ (Y - mean Y)². `Y_split` holds all labels of the split. If all labels of an output are
    equal, R² is not defined: the scores are nan.
    """
    mean = mean_label(Y_split)
    distance = exact(Y_split) - mean
    are_equal = (distance.abs() <= EQUAL * mean.abs()).all(dim=0).to(A.device)
    variance = average((distance**2).sum(dim=0), len(Y_split)).to(A)
    error, variance = (torch.where(are_equal, 0.0, each) for each in ((A - Y) ** 2, variance))  # 0 / 0 is nan
    return average((1 - error / variance).sum(dim=1), A.shape[1])


def check_probabilities(Y: Num[Tensor, "m n_y"]) -> None:
    """0 ≤ Y ≤ 1: reject other labels, with which the cross-entropy has no minimum, and nan. Raises InputError."""
    if Y.numel() == 0 or (Y.min() >= 0 and Y.max() <= 1):  # a nan is the minimum
        return
    wrong = Y[~((Y >= 0) & (Y <= 1))]
    if len(wrong) > 0:
        raise InputError(
            f"found the label {wrong[0].item():g}, expected 0 or 1, or a probability between them",
            f"得到标签 {wrong[0].item():g}，应为 0 或 1，或者它们之间的概率",
        )


def sum_rounding(Y: Num[Tensor, "m n_y"]) -> float:
    """|Σ_j Y_j - 1| ≤ 2 n_y ε: what rounding to the dtype of Y explains, after a division by a sum in any order."""
    return min(2 * Y.shape[1] * torch.finfo(Y.dtype).eps, LARGEST_ROUNDING) if Y.is_floating_point() else 0.0


def check_distributions(Y: Num[Tensor, "m n_y"]) -> None:
    """Σ_j Y_j = 1: reject rows of Y that are neither one-hot nor probabilities of the classes. Raises InputError.

    dZ = A - Y is exact only for such rows: the derivative of the loss is A Σ_j Y_j - Y.
    """
    check_probabilities(Y)
    sums = exact(Y).sum(dim=1)
    off = (sums - 1).abs()
    if len(Y) > 0 and off.max() > sum_rounding(Y):
        wrong = sums[off > sum_rounding(Y)]
        found = f"{wrong[0].item():.6g}"
        found = f"{wrong[0].item():.16g}" if found == "1" else found
        raise InputError(
            f"found labels of one example that add up to {found}, expected 1; divide each row by its sum",
            f"一个样本的标签之和是 {found}，应为 1；请把每一行除以该行之和",
        )


def check_finite(Y: Num[Tensor, "m n_y"]) -> None:
    """|Y| < ∞: reject labels that are nan or infinite. Raises InputError."""
    if not Y.isfinite().all():
        raise InputError(
            "found a label that is not finite (nan or inf), expected numbers",
            "有标签不是有限的数（nan 或 inf），应为有限的数",
        )


def log_odds(Y: Num[Tensor, "m n_y"]) -> Float[Tensor, "1 n_y"]:
    """Z = log(p / (1 - p)): p is the fraction of labels that are 1, for each output."""
    return torch.logit(mean_label(Y), eps=torch.finfo(torch.float64).eps)


def log_shares(Y: Num[Tensor, "m n_y"]) -> Float[Tensor, "1 n_y"]:
    """Z = log p: p is the fraction of examples in each class."""
    return mean_label(Y).clamp_min(torch.finfo(torch.float64).tiny).log()


@dataclass(frozen=True)
class Output:
    """The function of the last layer with its loss. The object holds everything that depends on the choice of output.

    name            the name in configs and on the command line
    answers         what the n_y outputs mean, in a few words
    value           A = g(Z)
    losses          L of each example from Z and Y, summed over the outputs
    derivative      dZ = dL/dZ of each example from A and Y
    labels          the predicted labels in the form of Y, from A
    scores          a score for each example, from A, Y and the labels of the whole split; `score` is the mean
    score           name of the score: accuracy or R2
    check_labels    raises InputError for labels that the loss does not accept: the cost has no minimum
    best_constant   Z (1, n_y) of the best prediction that ignores X, from Y
    module          makes torch's own module of g: the reference that judges `value`. None if torch has none
    torch_loss      torch's own loss from Z and Y, one number for each example or for each of its outputs: the reference
                    that judges `losses`. None if torch has none
    probabilities   P (m, classes) from A; None if the answers are numbers, not classes
    smallest_n_y    the smallest number of outputs
    """

    name: str
    answers: str
    value: Callable[[Tensor], Tensor]
    losses: Callable[..., Tensor]
    derivative: Callable[[Tensor, Tensor], Tensor]
    labels: Callable[[Tensor], Tensor]
    scores: Callable[..., Tensor]
    score: str
    check_labels: Callable[[Tensor], None]
    best_constant: Callable[[Tensor], Tensor]
    module: Callable[[], nn.Module] | None
    torch_loss: Callable[..., Tensor] | None = None
    probabilities: Callable[[Tensor], Tensor] | None = None
    smallest_n_y: int = 1

    def cost(self, Z: Float[Tensor, "m n_y"], Y: Num[Tensor, "m n_y"], m: float | None = None) -> Float[Tensor, ""]:
        """J = (1/m) Σ_i L_i from the logits. m is the number of examples unless it is given."""
        return cost(self.losses(Z, Y), len(Y) if m is None else m)


OUTPUTS = {
    output.name: output
    for output in (
        Output(
            name="sigmoid",
            answers="n_y yes-or-no answers",
            value=sigmoid,
            losses=sigmoid_cross_entropy,
            derivative=cross_entropy_derivative,
            labels=more_likely,
            scores=right_by(more_likely),
            score="accuracy",
            check_labels=check_probabilities,
            best_constant=log_odds,
            module=nn.Sigmoid,
            torch_loss=partial(binary_cross_entropy_with_logits, reduction="none"),
            probabilities=class_probabilities,
        ),
        Output(
            name="softmax",
            answers="one of n_y classes",
            value=softmax,
            losses=softmax_cross_entropy,
            derivative=cross_entropy_derivative,
            labels=most_likely,
            scores=right_by(most_likely),
            score="accuracy",
            check_labels=check_distributions,
            best_constant=log_shares,
            module=partial(nn.Softmax, dim=1),
            torch_loss=partial(cross_entropy, reduction="none"),
            probabilities=class_probabilities,
            smallest_n_y=2,
        ),
        Output(
            name="identity",
            answers="n_y real numbers",
            value=identity,
            losses=squared_error,
            derivative=squared_error_derivative,
            labels=identity,
            scores=explained_variance,
            score="R2",
            check_labels=check_finite,
            best_constant=mean_label,
            module=nn.Identity,
            torch_loss=lambda Z, Y: mse_loss(Z, Y, reduction="none") / 2,
        ),
    )
}
"""Name -> output."""
