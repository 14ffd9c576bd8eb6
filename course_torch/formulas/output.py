"""The class Output: the function of the output layer, its loss, and the score of its predictions."""

from collections.abc import Callable
from dataclasses import dataclass

from jaxtyping import Float, Num
from torch import Tensor, nn

from course_torch.formulas.costs import cost


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
    onnx            the ONNX operator that computes g
    module          makes torch's own module of g: the reference that judges `value`, and the module of nn.Sequential.
                    None if torch has none
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
    onnx: str
    module: Callable[[], nn.Module] | None
    torch_loss: Callable[..., Tensor] | None = None
    probabilities: Callable[[Tensor], Tensor] | None = None
    smallest_n_y: int = 1

    def cost(self, Z: Float[Tensor, "m n_y"], Y: Num[Tensor, "m n_y"], m: float | None = None) -> Float[Tensor, ""]:
        """J = (1/m) Σ_i L_i from the logits. m is the number of examples unless it is given."""
        return cost(self.losses(Z, Y), len(Y) if m is None else m)
