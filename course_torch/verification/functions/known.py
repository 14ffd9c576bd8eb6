"""What a judge knows of one wrong gradient, and what is said of it."""

from dataclasses import dataclass, field

from torch import Tensor

from course_torch.language import SEMICOLON, Text, joined

FIRST_WRONG = Text("the gradient of {name} is wrong {place}. {causes}", "{name} 的梯度不对，{place}。{causes}")
SEEN = Text("What is seen: {causes}.", "看到的是：{causes}。")


@dataclass(frozen=True)
class Known:
    """What a judge knows of one wrong gradient.

    name       of the variable
    found      the gradient, in all entries
    right      the right numbers of the entries in `indices` of the flattened tensor
    error      the norm of the errors of these numbers
    wrong      which of them are wrong
    tensors    name -> tensor: the variables, the outputs and the gradients of the outputs
    outer      the names of the latter
    numbers    name -> number among the inputs
    others     name -> right gradient of another variable, in all entries
    """

    name: str
    found: Tensor
    right: Tensor
    indices: Tensor
    error: float
    wrong: Tensor
    tensors: dict[str, Tensor]
    outer: list[str]
    numbers: dict[str, float] = field(default_factory=dict)
    others: dict[str, Tensor] = field(default_factory=dict)

    @property
    def at(self) -> Tensor:
        """The gradient at the judged entries."""
        return self.found.flatten()[self.indices]

    @property
    def whole(self) -> bool:
        """Whether all entries are judged."""
        return len(self.indices) == self.found.numel()


@dataclass(frozen=True)
class FunctionDiagnosis:
    """What is wrong with a backward.

    tensor   the variable of the first wrong gradient; None if all gradients are right
    wrong    the variables of all wrong gradients
    place    where the first wrong gradient is wrong
    causes   what makes it wrong, or what the backward does that it must not do
    """

    tensor: str | None
    wrong: tuple[str, ...]
    place: Text
    causes: tuple[Text, ...]

    @property
    def text(self) -> Text:
        """The place and the causes in sentences."""
        causes = SEEN.fill(causes=joined(SEMICOLON, self.causes))
        return FIRST_WRONG.fill(name=self.tensor, place=self.place, causes=causes) if self.tensor else causes

    def as_record(self) -> dict[str, object]:
        """The diagnosis as strings and lists of strings."""
        causes = [cause.en for cause in self.causes]
        return {"tensor": self.tensor, "wrong": [*self.wrong], "place": self.place.en, "causes": causes}
