"""A judged pass or update beside the right tensors of its network, and what a loop of updates records and keeps."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial

import numpy as np
import torch

from course_torch.formulas.costs import cost
from course_torch.language import NOTHING, Text, joined, same
from course_torch.mistakes import MISTAKES
from course_torch.mistakes.context import BackwardContext, TensorName
from course_torch.mistakes.record import Mistake, sentence
from course_torch.verification.comparing import SAFETY, Difference, Vector, difference, norm, symptom, vector_of
from course_torch.verification.diagnosis import Diagnosis, diagnose
from course_torch.verification.forward_findings import causes_of_cost
from course_torch.verification.judges import BACKWARD, TrainedGradients
from course_torch.verification.pass_failure import Finding, formula_text
from course_torch.verification.reference import Tensors, exact, total
from course_torch.verification.right_pass import Reference
from course_torch.verification.statements import said, short


@dataclass(frozen=True)
class JudgedPass:
    """The tensors of one pass or update, beside the right passes of its network.

    errors   the standard rounding error of each entry
    update   which update of training it is, or which copy of the network
    by_loop  whether a loop of gradient descent subtracts the tensors
    """

    reference: Reference
    found: Tensors
    errors: Tensors
    update: Text = NOTHING
    by_loop: bool = False

    @cached_property
    def differences(self) -> dict[TensorName, Difference]:
        """How far each tensor is from the right one."""
        right, errors = self.reference.right, self.errors
        return {name: difference(tensor, right[name], errors[name]) for name, tensor in self.found.items()}

    @cached_property
    def agrees(self) -> bool:
        """Whether all tensors are right."""
        return all(each.agrees for each in self.differences.values())

    def diagnosis(self, earlier: Sequence["JudgedPass"] = (), later: Sequence["JudgedPass"] = ()) -> Diagnosis | None:
        """The first wrong tensor and its causes. `earlier` and `later` are the passes or updates before and after."""
        right, given = self.reference, self.reference.forward
        if self.agrees or (seen := diagnose(self.found, right.right, self.errors, given)) is None:
            return None
        name, update, causes = seen.tensor, self.update, seen.explanations
        if self.by_loop and not self.found[name].any():
            causes = ((said("not updated", parameter=f"{name.kind.removeprefix('d')}[{name.layer}]"),),)
        elif earlier and earlier[0].reference is not right:
            cause = self.changed_later(earlier, later, name)
            if cause is None and seen.causes == ("unknown",) and self.by_loop:
                cause = said("later updates")
            causes = ((cause,),) if cause else causes
        elif self.by_loop and (layer := {each.layer for each in seen.wrong}) == {name.layer} and len(given.W) > 1:
            update = Text("{update}, only in layer {l}", "{update}，只在第 {l} 层").fill(update=update, l=layer.pop())
            causes = tuple(each for each in causes if each[0].key != "another m") or causes  # m is that of all layers
        return replace(seen, explanations=causes).at(update)

    def changed_later(
        self, earlier: Sequence["JudgedPass"], later: Sequence["JudgedPass"], name: TensorName
    ) -> Mistake | None:
        """What a pass takes from those before it, which are right."""
        first, before = earlier[0].reference, earlier[-1].reference
        if self.by_loop and before is not first and self.gives(before.right, name):
            return said("of the update before")
        if self.gives(first.right, name):
            if self.by_loop and later and later[0].by_loop and later[0].gives(self.reference.right, name):
                return said("of the update before")
            return said("of before")
        if not self.by_loop:
            return None
        return self.of_two_steps(before.right) or next(
            (
                said("stale operand", operand=operand, formula=formula)
                for operand, formula in OPERANDS.items()
                for made in [stale_backward(self.reference, first, operand)]
                if all(self.gives(made, each) for each in self.found if each in made)
            ),
            None,
        )

    def gives(self, made: Tensors, name: TensorName) -> bool:
        """Whether the tensor of this name is that of other right tensors."""
        return difference(self.found[name], made[name], self.errors[name]).agrees

    def of_two_steps(self, before: Tensors) -> Mistake | None:
        """The statement that an update subtracts a multiple of the right step plus one of the step before."""

        def flat(tensors: Tensors) -> Vector:
            return np.concatenate([vector_of(tensors[name]) for name in self.found])

        found, now, old, noise = map(flat, (self.found, self.reference.right, before, self.errors))
        apart = norm(old - (now @ old) / (now @ now) * now)
        tolerance = SAFETY * norm(noise)
        if not apart or tolerance > FAINT * apart:
            return None
        a, b = np.linalg.lstsq(np.stack([now, old], axis=1), found)[0].tolist()
        a, b = (round(c) if abs(c - round(c)) <= tolerance / apart else float(f"{c:.3g}") for c in (a, b))
        if norm(found - a * now - b * old) > tolerance * max(1, abs(a) + abs(b)):
            return None
        if b == 0:
            return said("rate changed", factor=short(a))
        terms = ((a, Text("the right step", "正确的一步")), (b, Text("the step before", "上一步")))
        return said("steps added", sum=joined(PLUS, (TIMES.fill(c=short(c), step=step) for c, step in terms if c != 0)))


OPERANDS = {"W": "dA_prev = dZ W", "A_prev": "dW = (1/m) dZᵀ A_prev", "Z": "dZ = dA * g'(Z)"}
"""What a backward pass may keep from before an update, and where it is used."""
PLUS = Text(" plus ", "加")
TIMES = Text("{c} times {step}", "{c} 倍的{step}")
FAINT = 0.01
"""Two steps are told apart if the rounding errors are smaller than this fraction of what they differ by."""


def stale_backward(now: Reference, first: Reference, operand: str) -> Tensors:
    """dW and db of a backward pass in which W, A_prev or Z is that of an earlier pass."""
    forward, L = now.forward, len(now.caches)
    if operand == "W":
        forward = replace(forward, W=first.forward.W)
    else:
        pairs = zip(now.caches, first.caches, strict=True)
        forward = replace(forward, caches=[one._replace(**{operand: getattr(old, operand)}) for one, old in pairs])
    made: Tensors = {TensorName("dZ", L): now.right[TensorName("dZ", L)]}
    for name in now.right:
        step = BackwardContext(name, made, forward)
        if name.kind != "dslope" and step.before in made:
            made[name] = step.handed_on(made[step.before])
    return {name: tensor for name, tensor in made.items() if name.kind in ("dW", "db")}


@torch.no_grad()
def wrong_cost(trained: TrainedGradients, passes: Reference, method: str) -> Finding | None:
    """The finding about the J that training computes or records. Z and the losses are right: they are judged before.

    `passes` are those of the network before the update.
    """
    finding = partial(Finding, same("J"), "network.cost", right=formula_text(cost))
    if method != BACKWARD:
        finding = partial(Finding, same("J"), f"gradient_descent(method={method!r})", of="loop")
    if len(trained.costs) != trained.expected:
        seen, sentences = wrong_count(trained)
        return finding(joined(NOTHING, (seen, trained.update)), sentences)
    losses = exact(trained.network.output.losses(passes.caches[-1].Z, passes.Y))
    found = torch.tensor(len(losses) * trained.J, dtype=torch.float64)
    right, error = total(losses, trained.slack)
    if not right.isfinite() or difference(found, right, error).agrees:
        return None
    seen = joined(NOTHING, (symptom(found, right), trained.update))
    causes = causes_of_record(trained, right.item() / len(losses), passes) or causes_of_cost(
        found, right, error, len(losses)
    )
    return finding(seen, tuple(causes))


RECORDED = Text("{number} cost{s} recorded, {expected} expected", "记录了 {number} 个成本，应当是 {expected} 个")
OF_BEFORE = Text("this is the J recorded before", "这是上一次记录的 J")
ADDED_TO_BEFORE = Text("J is added to the J recorded before", "J 加到了上一次记录的 J 上")
MEAN_WITH_BEFORE = Text("this is the mean of J and the J recorded before", "这是 J 与上一次记录的 J 的平均值")


def wrong_count(trained: TrainedGradients) -> tuple[Text, tuple[Text, ...]]:
    """How many costs a loop records, and why it records too few or too many of them."""
    number, expected = len(trained.costs), trained.expected
    ends_early = number < expected and not any(each.any() for each in trained.tensors.values())
    cause = MISTAKES["iteration missing" if ends_early else "record_every"]
    return RECORDED.fill(number=number, s="s" * (number != 1), expected=expected), (sentence((cause,)),)


@torch.no_grad()
def causes_of_record(trained: TrainedGradients, right: float, passes: Reference) -> list[Text]:
    """The sentence about a J of a loop that depends on the J before, or on the update. `right` is the right J."""
    readings: list[tuple[float, Text]] = []
    if trained.after is not None:
        after = trained.after.output.cost(trained.after.caches(passes.X)[-1].Z, passes.Y).item()
        readings.append((after, sentence((MISTAKES["J after the update"],))))
    for before in trained.costs[:-1][-1:]:
        readings += [(before, OF_BEFORE), (before + right, ADDED_TO_BEFORE), ((before + right) / 2, MEAN_WITH_BEFORE)]
    tolerances = [min(10 * trained.slack * abs(made), abs(made - right) / 100) for made, _ in readings]
    return [text for (made, text), near in zip(readings, tolerances, strict=True) if abs(trained.J - made) <= near]
