"""Mistakes that a learner makes on purpose: which fit the network, the pass that trains with one, how one is guessed.

What trains is judged at the current parameters: by autograd in each frame, by differences on demand.
"""

import random
from collections.abc import Iterable, Sequence
from functools import cached_property
from time import monotonic
from typing import Any

import torch
from torch import Tensor

from course_torch.data.split import Batch
from course_torch.errors import InputError
from course_torch.formulas.layers import LayerGradients
from course_torch.language import NOTHING, Text, same
from course_torch.mistakes.context import TensorName
from course_torch.network.deep_network import DeepNetwork
from course_torch.playground.session import Session, StoppedError
from course_torch.playground.settings import Settings
from course_torch.tracing.trace import sentences
from course_torch.verification.comparing import difference
from course_torch.verification.comparison import by_differences, named_gradients
from course_torch.verification.diagnosis import Diagnosis
from course_torch.verification.faults import FAULTS, PLACES, Fault, broken, broken_tensors
from course_torch.verification.judges import NumericJudge
from course_torch.verification.reference import Tensors, in_order, product_eps
from course_torch.verification.right_pass import RightPass

NONE_SHOWS = Text(
    "mistake: none shows in this network now; make a step first", "错误：现在这个网络里看不出任何错误；请先走一步"
)
ANOTHER = Text("another number", "另一个数")
SHAPE = Text("{name}: shape {found}, expected {right}", "{name}：形状 {found}，应当是 {right}")
BREAKS = (RuntimeError, TypeError, IndexError, ValueError)
"""What torch and Python raise for shapes that do not fit; jaxtyping raises TypeError."""


def fits(fault: Fault, settings: Settings) -> bool:
    """Whether a network with these settings computes what the fault replaces."""
    widths, L = settings.hidden_layers, len(settings.layer_sizes) - 1
    learns = settings.hidden_activation == "leaky_relu" and settings.learn_slope
    same = len(set(widths)) == 1  # W between hidden layers is square, and a tensor of another layer has the same shape
    needs = {"any": True, "square": same and L > 2, "deep": same and L > 3, "zeros": False}
    return (
        settings.output in fault.outputs
        and (fault.float32 or settings.precision == 64)
        and needs.get(fault.need, fault.need == settings.hidden_activation)
        and ("dslope" not in fault.wrong or learns)
        and (L > 1 or not {"dZ", "dA"} & fault.wrong.keys())
    )


def group_of(fault: Fault) -> str:
    """Where the mistake is made: at the output (dZ[L]), in the tensors of one kind, or in several."""
    places = {place if place == "dZ[L]" else PLACES[place] for place in fault.wrong}
    return places.pop() if len(places) == 1 else "several"


GROUPS = [*PLACES, "several"]


def fitting(settings: Settings) -> list[Fault]:
    """The faults that fit the network, in groups by where they are made."""
    return in_groups(fault for fault in FAULTS if fits(fault, settings))


def in_groups(faults: Iterable[Fault]) -> list[Fault]:
    return sorted(faults, key=lambda fault: GROUPS.index(group_of(fault)))


def fault_named(name: object, settings: Settings) -> Fault:
    """The fault of this name. Raises InputError if there is none that fits."""
    for fault in fitting(settings):
        if fault.name == name:
            return fault
    raise InputError(
        f"mistake: found {str(name)[:60]!r}, expected the name of a mistake that fits the network",
        f"错误：得到 {str(name)[:60]!r}，应为适合这个网络的错误的名称",
    )


def fault_record(fault: Fault, m: object) -> dict[str, Any]:
    """The fault for the page."""
    sentence = fault.sentence.fill(
        number=ANOTHER, m=m, exactly=NOTHING, factor="c", calls=NOTHING, dtype="float16", sign=NOTHING, size=1
    )
    words = {"title": fault.title._asdict(), "sentences": sentence._asdict()}
    return {"name": fault.name, "group": group_of(fault), **words}


class Mistaken:
    """The pass with a mistake: J is right, the gradients are not."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault

    @torch.no_grad()
    def __call__(self, network: DeepNetwork, batch: Batch) -> tuple[Tensor, Sequence[LayerGradients]]:
        """Raises StoppedError if a shape does not fit."""
        X, Y, m = batch
        J = network.output.cost(network.caches(X)[-1].Z, Y, m)
        with broken(network, X, Y, self.fault.wrong) as made:
            try:
                gradients = [step.gradients for step in network.backward_steps(X, Y)]
            except BREAKS as error:
                message = wrong_shape(network, len(X), made) or same(" ".join(str(error).split())[:200])
                raise StoppedError("shapes", message) from error
        hidden = wrong_shape(network, len(X), made)  # by broadcasting
        if hidden is not None:
            raise StoppedError("shapes", hidden)
        return J, gradients

    def tensors(self, network: DeepNetwork, batch: Batch) -> Tensors:
        """All tensors of the pass; those before the stop if a shape does not fit."""
        try:
            return broken_tensors(network, batch.X, batch.Y, self.fault.wrong)
        except BREAKS:
            return {}


def wrong_shape(network: DeepNetwork, m: int, made: Tensors) -> Text | None:
    """Name the first tensor whose shape is wrong, if there is one."""
    sizes = network.layer_sizes
    for name, tensor in made.items():
        n = sizes[name.layer]
        shapes = {"dZ": (m, n), "dA": (m, n), "db": (1, n), "dslope": (), "dW": (n, sizes[name.layer - 1])}
        if tensor.shape != shapes[name.kind]:
            return SHAPE.fill(name=name, found=tuple(tensor.shape), right=shapes[name.kind])
    return None


def same_numbers(one: Fault, other: Fault, network: DeepNetwork, batch: Batch, errors: Tensors) -> bool:
    """Whether two mistakes make the same tensors here: nobody can then tell them apart."""
    a, b = (Mistaken(fault).tensors(network, batch) for fault in (one, other))
    return a.keys() == b.keys() and all(difference(a[name], b[name], errors[name]).agrees for name in a)


def shows(fault: Fault, network: DeepNetwork, batch: Batch, right: Tensors, errors: Tensors) -> bool:
    """Whether the mistake makes a wrong gradient here, and lets the training go on."""
    try:
        Mistaken(fault)(network, batch)
    except StoppedError:
        return False
    made = Mistaken(fault).tensors(network, batch)
    return any(not difference(made[name], right[name], errors[name]).agrees for name in made)


def drawn(settings: Settings, network: DeepNetwork, batch: Batch, right: Tensors, errors: Tensors) -> Fault:
    """A random fault that shows. Raises InputError if none does."""
    faults = fitting(settings)
    random.shuffle(faults)
    for fault in faults:
        if shows(fault, network, batch, right, errors):
            return fault
    raise InputError(NONE_SHOWS)


GRADIENTS = ("dW", "db", "dslope")


class GradientCheck:
    """The passes on the batch of the next step.

    right     the tensors of the formulas; errors: their standard rounding errors
    found     what trains: the gradients of the formulas or of the learner, or all tensors of a mistake
    """

    def __init__(self, session: Session) -> None:
        self.network, self.batch = session.network, session.batch
        self.passes = RightPass(self.network, self.batch.X, self.batch.Y)
        self.caches, self.right, self.errors = self.passes.caches, in_order(self.passes.steps), self.passes.errors()
        self.found = found_by(session)

    @property
    def tensors(self) -> Tensors:
        """What trains, and the formulas' tensors where what trains has none."""
        return self.right | self.found

    @cached_property
    def gradients(self) -> list[dict[str, Any]]:
        """Each dW, db and dslope beside autograd's, in the order of the backward pass."""
        right = named_gradients(self.network.autograd_gradients(self.batch.X, self.batch.Y))
        return [
            {"name": str(name), **compared(self.found[name], right[name], self._error(name, right[name]))}
            for name in self.right
            if name in right and name in self.found
        ]

    def _error(self, name: TensorName, right: Tensor) -> Tensor:
        """The standard error of a gradient that trains: 1/m enters at dZ[L], and rounds there."""
        return self.errors[name] + product_eps(right) * right.abs().double()

    def differences(self) -> list[dict[str, Any]]:
        """Each dW, db and dslope beside central differences."""
        judge, autograd, rows = NumericJudge(self.network, self.batch.X, self.batch.Y), self.passes.right, []
        for name, found in self.found.items():
            if name.kind in GRADIENTS:
                seen, sampled, kinks = by_differences(name, found, autograd[name], self.errors[name], judge)
                told = {field: getattr(seen, field, None) for field in ("relative", "tolerance")}
                verdict = "not judged" if seen is None else seen.verdict  # None: every entry is at a kink
                rows.append({"name": str(name), **told, "verdict": verdict, "sampled": sampled, "kinks": kinks})
        return rows

    def diagnosis(self) -> Diagnosis | None:
        """The first wrong tensor and what explains it; None if all tensors are right."""
        return self.passes.diagnosis(self.found)


def found_by(session: Session) -> Tensors:
    """The tensors of what trains; nothing if it stops."""
    network, batch = session.network, session.batch
    if isinstance(session.used_pass, Mistaken):
        return session.used_pass.tensors(network, batch)
    try:
        return named_gradients(session.used_pass(network, batch)[1])
    except StoppedError:
        return {}


def compared(found: Tensor, right: Tensor, error: Tensor) -> dict[str, Any]:
    """A gradient beside autograd's: how far they are apart, and the two numbers that are farthest apart."""
    seen = difference(found, right, error)
    row = {
        "norm": found.norm().item(),
        "entry": None,
        "found": None,
        "autograd": None,
        "largest": seen.largest,
        "relative": seen.relative,
        "tolerance": seen.tolerance,
        "verdict": seen.verdict,
    }
    if found.shape != right.shape:
        return row
    place = int((found - right).abs().argmax())
    columns = right.shape[1] if right.ndim == 2 else 1
    entry = [place // columns, place % columns] if right.ndim == 2 else []
    return row | {"entry": entry, "found": found.flatten()[place].item(), "autograd": right.flatten()[place].item()}


def as_record(diagnosis: Diagnosis | None, *, told: bool = True) -> dict[str, Any] | None:
    """The diagnosis for the page; the sentences, which name the cause, only if it may be told."""
    if diagnosis is None:
        return None
    return {
        "tensor": str(diagnosis.tensor),
        "wrong": [str(name) for name in diagnosis.wrong],
        "symptom": diagnosis.seen._asdict(),
        "sentences": sentences(diagnosis) if told else None,
    }


NOTHING_HIDDEN = Text(
    "{asked}: found no mistake to guess, expected 'guessing' first", "{asked}：没有要猜的错误，应当先发送 'guessing'"
)
RENEWED = 0.5
"""Seconds between two diagnoses of a running training: a diagnosis takes longer than a frame."""


class ChosenMistake:
    """The mistake that trains, if there is one. `guesses` counts the guesses at an unnamed mistake."""

    def __init__(self) -> None:
        self.mistake: Fault | None = None
        self.guesses: int | None = None
        self._seen: Diagnosis | None = None
        self._seen_at: tuple[float, int] | None = None

    def choose(self, mistake: Fault | None, session: Session) -> None:
        """Switch a mistake on, or all mistakes off."""
        self.mistake, self.guesses, self._seen_at = mistake, None, None
        session.used_pass = Mistaken(mistake) if mistake is not None else session.right_pass

    def look_again(self) -> None:
        """Let the next frame have a new diagnosis."""
        self._seen_at = None

    def keep(self, session: Session) -> None:
        """Make the mistake in a new session too, if it fits."""
        self._seen_at = None
        if self.mistake is not None:
            guesses = self.guesses
            try:
                self.choose(fault_named(self.mistake.name, session.settings), session)
                self.guesses = guesses
            except InputError:
                self.choose(None, session)

    def hide(self, session: Session) -> None:
        """Switch a random mistake on, which the learner has to find. Raises InputError if none shows."""
        check = GradientCheck(session)
        self.choose(drawn(session.settings, session.network, session.batch, check.right, check.errors), session)
        self.guesses = 0

    def guess(self, name: object, session: Session) -> dict[str, Any]:
        """Answer a guess. A mistake that makes the same numbers is right too. Raises InputError."""
        if self.mistake is None or self.guesses is None:
            raise InputError(NOTHING_HIDDEN.fill(asked="guess"))
        other = fault_named(name, session.settings)
        same = other is not self.mistake and same_numbers(
            other, self.mistake, session.network, session.batch, GradientCheck(session).errors
        )
        self.guesses += 1
        right = other is self.mistake or same
        answer = {"right": right, "same": same, "guess": other.name}
        return answer | (self.reveal(session) if right else {})

    def give_up(self, session: Session) -> dict[str, Any]:
        """Name the mistake. Raises InputError if there is none to guess."""
        if self.guesses is None:
            raise InputError(NOTHING_HIDDEN.fill(asked="give_up"))
        return {"right": False, "same": False, "guess": None, **self.reveal(session)}

    def reveal(self, session: Session) -> dict[str, Any]:
        """The name of the mistake, which is no secret any more."""
        assert self.mistake is not None
        self.guesses = None
        return fault_record(self.mistake, len(session.examples.train.X))

    def seen(self, check: GradientCheck, session: Session, *, running: bool) -> dict[str, Any] | None:
        """What a frame shows of the mistake. A learner's wrong pass is a mistake without a name."""
        if self.mistake is None and all(row["verdict"] != "different" for row in check.gradients):
            return None
        now = monotonic()
        last = self._seen_at
        if last is None or (last[1] != session.step and (not running or now - last[0] >= RENEWED)):
            self._seen, self._seen_at = check.diagnosis(), (now, session.step)
        hidden = self.guesses is not None
        name = None if hidden or self.mistake is None else self.mistake.name
        return {"name": name, "guesses": self.guesses, "diagnosis": as_record(self._seen, told=not hidden)}
