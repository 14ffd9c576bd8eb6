"""The judges of any function: its backward, central differences, autograd, and what rounding errors explain."""

from math import inf

import torch
from torch import Tensor

from course_torch.errors import InputError, unexpected
from course_torch.float64 import exact, has_float64
from course_torch.language import Text, same
from course_torch.verification.difference import SAFETY, difference, norm, symptom, vector_of
from course_torch.verification.exceptions import Raised, tried
from course_torch.verification.finding import FormulaFinding
from course_torch.verification.functions.differences import Differences, central_differences
from course_torch.verification.functions.known import Known
from course_torch.verification.functions.subject import Function, Gradients, Named, Subject
from course_torch.verification.report import TensorReport

ROUNDED = 4
"""How many times the change by inputs that are rounded anew is the standard error of a backward."""
DRAWS = 3
VISIBLE = 1e-4
"""An entry is wrong if it is off by more than its errors and by this part of the largest entry."""
SAME_FORWARD = 64
"""How many ε of the narrower dtype two forwards may differ that compute the same."""
AN_ENTRY = Text("at least one entry", "至少有一个元素")
NOT_REPRODUCIBLE = Text(
    "function: two calls with the same inputs return different numbers; let it draw its random numbers from the "
    "generator of torch, or from one that it seeds in each call",
    "function：用同样的输入调用两次，结果不同；请用 torch 的随机数生成器，或者在每次调用时设定种子",
)
ANOTHER_FORWARD = Text("the forward is not that of `plain`, {seen}", "正向传播与 `plain` 的不同，{seen}")


class Judge:
    """The judges of one function.

    own    the variables in their dtype
    wide   the variables in float64, or as they are if the function does not run in float64
    narrow whether the backward does not run in float64, although the forward does
    """

    def __init__(self, subject: Subject, plain: Function | None, seed: int) -> None:
        if not subject.variables:
            raise InputError(
                "inputs: found no tensor of real numbers, whose gradient could be judged",
                "inputs：没有实数张量，没有可以检查的梯度",
            )
        for name, each in subject.variables.items():
            if not each.numel():
                raise unexpected(name, f"a tensor of the shape {tuple(each.shape)}", AN_ENTRY)
            if not each.isfinite().all():
                raise InputError(
                    f"{name}: found nan or inf, expected numbers", f"{name}：含有 nan 或 inf，应为有限的数"
                )
        self.subject, self.seed = subject, seed
        self.own = subject.variables
        outputs = subject.outputs(self.own)
        if not outputs:
            raise InputError("function: returns no tensor of real numbers", "function：没有返回实数张量")
        if are_others(outputs, subject.outputs(self.own)):
            raise InputError(NOT_REPRODUCIBLE)
        generator = torch.Generator().manual_seed(seed)
        self.weights = [readout(each.shape, generator) for each in outputs]
        self.wide = self.in_float64()
        self.narrow = False
        self.narrow = isinstance(tried(lambda: self.gradients(self.wide, self.weights)), Raised)
        self.plain = None if plain is None else Subject(plain, subject.arguments)
        self._numeric: dict[str, Differences] = {}

    def in_float64(self) -> Named:
        """The variables in float64, on their device if it has float64.

        They stay as they are if the function does not run in float64, or computes something else there: a random
        function may draw other numbers.
        """
        wide = {name: each.double() if has_float64(each.device) else exact(each) for name, each in self.own.items()}
        ran = tried(lambda: self.subject.outputs(wide))
        if isinstance(ran, Raised) or are_others(self.subject.outputs(self.own), ran):
            return self.own
        return wide

    def parts(self, values: Named, weights: list[Tensor]) -> Tensor:
        """Σ v · output of each output, in float64."""
        outputs = self.subject.outputs(values)
        pairs = zip(weights, outputs, strict=True)
        return torch.stack([(weight * exact(each)).sum() for weight, each in pairs])

    def numeric(self, name: str) -> Differences:
        """The central differences of one variable."""
        if name not in self._numeric:
            self._numeric[name] = self.differences(name, self.weights)
        return self._numeric[name]

    def differences(self, name: str, weights: list[Tensor]) -> Differences:
        """The central differences of one variable for these grad_outputs."""
        generator = torch.Generator().manual_seed(self.seed)
        return central_differences(lambda x: self.parts(self.wide | {name: x}, weights), self.wide[name], generator)

    def gradients(self, values: Named, weights: list[Tensor]) -> Gradients:
        """The gradients of all variables by the backward, in the dtype of these values if it runs there."""
        if self.narrow:
            values = {name: each.to(self.own[name]) for name, each in values.items()}
        some = next(iter(values.values()))
        return self.subject.gradients(values, [each.to(some) for each in weights])

    def of(self, name: str, weights: list[Tensor]) -> Tensor | None:
        """The gradient of a variable by the backward, in float64, for other grad_outputs."""
        made = self.gradients(self.wide, weights).first[name]
        return None if made is None else exact(made)

    def errors(self) -> Named:
        """The standard rounding error of each gradient: how much inputs that are rounded anew change it."""
        eps = max(torch.finfo(each.dtype).eps for each in self.own.values())
        size = max(eps, 1e-9)
        right = self.gradients(self.wide, self.weights).first
        generator = torch.Generator().manual_seed(self.seed)
        errors = {name: eps * exact(each).abs() for name, each in right.items() if each is not None}
        for _ in range(DRAWS):
            rounded = {name: each * (1 + size * signs(each, generator)) for name, each in self.wide.items()}
            weights = [each * (1 + size * signs(each, generator)) for each in self.weights]
            for name, each in self.gradients(rounded, weights).first.items():
                before = right[name]
                if each is not None and before is not None:
                    errors[name] += eps / size * (exact(each) - exact(before)).abs()
        return {name: ROUNDED * error for name, error in errors.items()}

    def plain_gradients(self) -> dict[str, Tensor]:
        """The gradients of `plain` by autograd. Empty without it."""
        if self.plain is None:
            return {}
        renamed = dict(zip(self.plain.variables, self.own.values(), strict=False))
        some = next(iter(self.own.values()))
        made = self.plain.gradients(renamed, [each.to(some) for each in self.weights]).first
        return {name: filled(each, self.own[name].shape) for name, each in zip(self.own, made.values(), strict=False)}

    def wrong_forward(self) -> FormulaFinding | None:
        """The finding about outputs that are not those of `plain`."""
        if self.plain is None:
            return None
        outputs = self.subject.outputs(self.wide)
        renamed = dict(zip(self.plain.variables, self.wide.values(), strict=False))
        for k, (own, plain) in enumerate(zip(outputs, self.plain.outputs(renamed), strict=False)):
            if is_another(own, plain):
                return FormulaFinding(same(f"output {k}"), "forward", ANOTHER_FORWARD.fill(seen=symptom(own, plain)))
        return None

    def row(self, name: str, found: Tensor | None, error: Tensor | None, autograd: Tensor | None) -> TensorReport:
        """The verdicts on one gradient. An input without a gradient has the gradient 0."""
        shape = self.own[name].shape
        gradient = filled(found, shape)
        error = torch.zeros(shape, dtype=torch.float64) if error is None else error
        numeric = self.numeric(name)
        at = numeric.indices[numeric.fair]
        a, b = gradient.flatten()[at], numeric.total[numeric.fair]
        off = numeric.errors.sum(dim=1)[numeric.fair] + error.flatten()[at]
        return TensorReport(
            name=name,
            shape=tuple(shape),
            norm=norm(vector_of(b)),
            formulas=None if autograd is None else difference(gradient, autograd, error),
            numeric=difference(a, b, off) if len(at) else None,
            sampled=len(numeric.indices),
            kinks=int((~numeric.fair).sum()),
        )

    def known(self, name: str, found: Tensor, right: Tensor, errors: Tensor, weights: list[Tensor]) -> Known:
        """What is known of a wrong gradient. `right` and `errors` are those of the sampled entries."""
        numeric = self.numeric(name)
        indices, right, errors = numeric.indices[numeric.fair], right[numeric.fair], errors[numeric.fair]
        outputs = [exact(each) for each in self.subject.outputs(self.wide)]
        number = "{}" if len(outputs) > 1 else ""
        outer = {f"grad_output{number.format(k)}": each for k, each in enumerate(weights) if each.any()}
        tensors = {each: exact(tensor) for each, tensor in self.wide.items()}
        tensors |= {f"output{number.format(k)}": each for k, each in enumerate(outputs)} | outer
        at = found.flatten()[indices]
        if self.narrow:
            errors = errors + torch.finfo(self.own[name].dtype).eps * at.abs()
        size = max(each[each.isfinite()].abs().amax().item() if each.isfinite().any() else 0.0 for each in (right, at))
        off = (at - right).abs().nan_to_num(nan=inf)
        shape, others = self.own[name].shape, {}
        for other, tensor in self.own.items():
            if other != name and tensor.shape == shape and self.numeric(other).whole(tensor):
                others[other] = self.numeric(other).total.reshape(shape)
        return Known(
            name,
            found,
            right,
            indices,
            error=errors.norm().item(),
            wrong=off > SAFETY * errors + VISIBLE * size,
            tensors=tensors,
            outer=[*outer],
            numbers=self.subject.numbers,
            others=others,
        )


def are_others(some: list[Tensor], others: list[Tensor]) -> bool:
    """Whether two lists of outputs differ by more than rounding errors."""
    return len(some) != len(others) or any(map(is_another, some, others))


def is_another(a: Tensor, b: Tensor) -> bool:
    """Whether two outputs differ by more than the rounding errors of the narrower dtype. A nan is like a nan."""
    if a.shape != b.shape:
        return True
    rounding = SAME_FORWARD * max(torch.finfo(each.dtype).eps for each in (a, b))
    x, y = exact(a).nan_to_num(), exact(b).nan_to_num()
    return (x - y).norm().item() > rounding * (x.norm() + y.norm()).item()


def filled(gradient: Tensor | None, shape: torch.Size) -> Tensor:
    """A gradient in float64 on the CPU. An input that gets none has the gradient 0."""
    return torch.zeros(shape, dtype=torch.float64) if gradient is None else exact(gradient)


def readout(shape: torch.Size, generator: torch.Generator) -> Tensor:
    """Random numbers ± from 0.5 to 1.5 in float64: none is near 0, which would hide an entry."""
    return (0.5 + torch.rand(shape, generator=generator, dtype=torch.float64)) * signs(torch.empty(shape), generator)


def signs(tensor: Tensor, generator: torch.Generator) -> Tensor:
    """-1 or 1 at random, in the shape and the dtype and on the device of a tensor."""
    made = 2 * torch.randint(0, 2, tensor.shape, generator=generator, dtype=torch.float64) - 1
    return made.to(tensor)
