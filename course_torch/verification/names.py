"""Names of the tensors of a backward pass."""

from typing import Literal, NamedTuple

Kind = Literal["dZ", "dW", "db", "dA", "dslope"]


class TensorName(NamedTuple):
    """The name of dZ[l], dW[l], db[l], dslope[l] for l = 1 … L, or of dA[l] for l = 0 … L - 1. It prints as "dW[2]"."""

    kind: Kind
    layer: int

    def __str__(self) -> str:
        return f"{self.kind}[{self.layer}]"

    @property
    def of_loss(self) -> bool:
        """Whether the tensor is a derivative of each example's loss L. The other tensors are derivatives of J."""
        return self.kind in ("dZ", "dA")
