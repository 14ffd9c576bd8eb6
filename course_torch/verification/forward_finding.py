"""What is wrong in a forward pass, in words."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ForwardFinding:
    """The first wrong tensor of the forward pass, the formula that computes it, and what is seen of it.

    seen        in numbers how the tensor differs, or what the formula raises or returns instead of a tensor
    sentences   the probable causes; empty if the pass breaks off or no known mistake makes the tensor
    right       what the formula must compute
    stops       whether the tensor ends every pass: the formula raises, or returns another type, shape or dtype
    """

    tensor: str
    formula: str
    seen: str
    sentences: tuple[str, ...]
    right: str
    breaks_off: bool = False
    stops: bool = False

    def __str__(self) -> str:
        right = f" {self.right}." if self.right else ""
        if self.breaks_off:
            return f"the forward pass breaks off at {self.tensor}: {self.formula} {self.seen}.{right}"
        causes = "; or: ".join(self.sentences) or "no known mistake makes exactly this tensor"
        return (
            f"first wrong: {self.tensor} in the forward pass, computed by {self.formula} ({self.seen}). "
            f"Probably {causes}.{right}"
        )

    def as_record(self) -> dict[str, object]:
        """The finding as strings and a list of strings."""
        return {
            "tensor": self.tensor,
            "formula": self.formula,
            "symptom": self.seen,
            "sentences": list(self.sentences),
            "breaks_off": self.breaks_off,
        }
