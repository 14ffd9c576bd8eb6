"""The learner's own forward and backward pass, as the gradients of a network of this project.

`train` trains with it, `compare` judges it, and `trace` shows it, with the line of the file that computes a tensor.
"""

import ast
import weakref
from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor

from course_torch.errors import InputError
from course_torch.exercises.check.answer import message
from course_torch.exercises.check.checking import check_file
from course_torch.exercises.check.whole_pass import NAME, run_pass, with_pass
from course_torch.exercises.judge.sentences import not_loaded
from course_torch.exercises.judge.verdicts import STATES, Verdict
from course_torch.exercises.learners_file.problems import line_of
from course_torch.exercises.learners_file.source import Source, read_source
from course_torch.exercises.learners_file.syntax import nodes_of, used_by
from course_torch.exercises.recognition.chapters import chapters_of, for_chapter
from course_torch.exercises.recognition.stand_ins import helpers_for
from course_torch.exercises.sandbox.client import Learner
from course_torch.exercises.tasks.cases import course_parameters
from course_torch.exercises.tasks.task import Chapter
from course_torch.formulas.average import average
from course_torch.formulas.layers import LayerGradients
from course_torch.language import LANGUAGES, NOTHING, Text, same
from course_torch.network.config import FLOWER_NETWORK, NetworkConfig
from course_torch.network.deep_network import DeepNetwork
from course_torch.verification.difference import difference
from course_torch.verification.finding import FormulaFinding
from course_torch.verification.networks.parameters import RANDOM_B, with_random_b

NEAR, ULPS = 1e-6, 20
"""J is right within this relative difference, or so many ε of its dtype: an epsilon may be in the logarithms."""
J_FOUND = Text("found {found}, expected {right}{how}", "得到 {found}，应当是 {right}{how}")
ANOTHER_PASS = Text("The forward pass of this file is another one", "这个文件的正向传播是另一种计算")
ANOTHER_COST = Text("The cost of this file is another one", "这个文件的成本是另一种计算")
EACH_ALONE = Text(
    "Each function alone is right: look at their calls, and at what is done with X before",
    "每个函数单独看都正确：请检查对它们的调用，以及之前对 X 做了什么",
)
OF_FILE = Text("{file}: {why}", "{file}：{why}")
NOT_RIGHT = Text("{name} is {state}", "{name}：{state}")
TOO_MANY = Text(
    "{file}: found {m} examples of {n_x} features, {error}; use fewer at a time",
    "{file}：得到 {m} 个样本，每个 {n_x} 个特征，{error}；请减少样本数",
)
NO_PASS = Text(
    "{path}: found chapter {chapter}, which has no backward pass", "{path}：得到 {chapter} 章，这一章没有反向传播"
)
LAYERS, ANY_LAYERS = Text("{n} layers", "{n} 层"), Text("any number of layers", "任意多层")
OTHER_NETWORK = Text(
    "{path}: chapter {chapter} has {sizes}, {g} in hidden layers and one sigmoid output, found {L} layers, "
    "{hidden} and {n_y} {output}",
    "{path}：{chapter} 章的网络有{sizes}，隐层用 {g}，输出是一个 sigmoid；得到 {L} 层、{hidden} 和 {n_y} 个 {output}",
)

NAMES = {"J": ("J", "cost"), "dW": ("dW", "dw")}
"""Kind of a tensor -> what learners call it. Other tensors have the name of the kind."""


class WrongCost(NamedTuple):
    """The finding about a wrong J, and whether only the cost is wrong; otherwise the forward pass is another one."""

    finding: FormulaFinding
    only_cost: bool


class LearnersPass:
    """J and the gradients of a network, computed by a learner's file in its own process.

    Raises InputError if the file cannot be read, or if its chapter has another kind of network.
    """

    def __init__(self, path: Path, network: DeepNetwork) -> None:
        source = read_source(path)
        self.chapter = chapters_of(source)[0]
        check_network(self.chapter, network, path)
        source = for_chapter(source, self.chapter)
        self.helpers = helpers_for(source, self.chapter)
        self.source = with_pass(source, self.chapter)
        self._learner: Learner | None = None

    def check(self) -> None:
        """Reject a file whose pass is wrong. Raises InputError with the checker's answer."""
        if (verdict := self.wrong_function()) is not None:
            why = words_on(verdict)
            if why == NOTHING:  # a function that is not written
                why = NOT_RIGHT.fill(name=verdict.task.name, state=STATES[verdict.state])
            raise InputError(OF_FILE.fill(file=self.source.path, why=why))

    def wrong_function(self) -> Verdict | None:
        """The checker's verdict on the first function of the pass that is not right. Raises InputError."""
        check = check_file(self.source.path).first
        if (failure := check.failure) is not None:
            raise InputError(OF_FILE.fill(file=self.source.path, why=not_loaded(failure)))
        used = used_by(self.source.functions, NAME)
        return next((one for one in check.verdicts if one.task.name in used and one.state != "right"), None)

    @torch.no_grad()
    def wrong_cost(self, network: DeepNetwork, X: Tensor, Y: Tensor) -> WrongCost | None:
        """What is wrong with J of the learner's forward pass; None if J is right.

        If J is wrong, the forward pass or its cost is another one, which the checker finds in the functions of the
        file. Before the first update b is 0, so that b may be left out: J is judged with random b too.
        """
        near = max(NEAR, ULPS * torch.finfo(X.dtype).eps)
        for given, how in ((network, NOTHING), (with_random_b(network, 0), RANDOM_B)):
            found, right = self(given, X, Y)[0], given.cost(X, Y)
            if not difference(found, right, right * near).agrees:
                wrong = self.wrong_function()
                is_cost = wrong is not None and wrong.task.gives_cost
                function, said = (wrong.task.name, words_on(wrong)) if wrong else (NAME, EACH_ALONE)
                seen = J_FOUND.fill(found=f"{found:.6g}", right=f"{right:.6g}", how=how)
                cause = ANOTHER_COST if is_cost else ANOTHER_PASS
                said = Text(*(each.rstrip(".。") for each in said))
                return WrongCost(
                    FormulaFinding(same("J"), function, seen, sentences=(cause,), right=said, certain=True), is_cost
                )
        return None

    def __call__(self, network: DeepNetwork, X: Tensor, Y: Tensor) -> tuple[Tensor, list[LayerGradients]]:
        """J and the gradients of layers 1 to L. Raises InputError if the learner's code fails.

        A pass that fails in columns may be one in rows, if the file does not say its layout.
        """
        if self._learner is None:
            self._learner = Learner(self.source, self.helpers, processor_seconds=None)
            weakref.finalize(self, self._learner.close)
        try:
            found = run_pass(self._learner, X.detach(), Y.to(X.dtype), course_parameters(network))
        except ValueError as error:
            many = TOO_MANY.fill(file=self.source.path, m=len(X), n_x=X.shape[1], error=error)
            raise InputError(many) from error
        if isinstance(found, Text):
            failed = InputError(OF_FILE.fill(file=self.source.path, why=found))
            if not self.source.may_be_in_rows:
                raise failed
            self._learner.close()
            self.source, self._learner = replace(self.source, in_rows=True), None
            try:
                return self(network, X, Y)
            except InputError:
                raise failed from None
        gradients = [
            LayerGradients(found[f"dW{l}"].to(layer.W), found[f"db{l}"].to(layer.b))
            for l, layer in enumerate(network.layers, start=1)
        ]
        return found["cost"].to(X), gradients

    def cost(self, network: DeepNetwork, X: Tensor, Y: Tensor, m: float | None = None) -> Tensor:
        """J by the learner's forward pass: J.backward() gives the gradients of the learner's backward pass.

        The learner divides by the number of examples. `m` replaces it, as in `DeepNetwork.cost`.
        """
        J, gradients = self(network, X, Y)
        share = average(float(len(X)), len(X) if m is None else m)
        tensors = [gradient for layer in gradients for gradient in (layer.dW, layer.db)]
        parameters = [parameter for layer in network.layers for parameter in (layer.W, layer.b)]
        return share * LearnersCost.apply(J, tensors, *parameters)

    def line(self, tensor: str) -> dict[str, Any] | None:
        """The learner's line that computes a tensor such as "dW[2]"."""
        return learners_line(self.source, used_by(self.source.functions, NAME), tensor)


def words_on(verdict: Verdict) -> Text:
    """What the checker says about a function."""
    return Text(*(message(verdict, language) for language in LANGUAGES))


class LearnersCost(torch.autograd.Function):
    """J, whose backward pass hands out gradients that are computed already."""

    @staticmethod
    def forward(ctx: Any, J: Tensor, gradients: list[Tensor], *parameters: Tensor) -> Tensor:
        ctx.save_for_backward(*gradients)
        return J.clone()

    @staticmethod
    def backward(ctx: Any, dJ: Tensor) -> tuple[Tensor | None, ...]:
        return None, None, *(dJ * gradient for gradient in ctx.saved_tensors)


def check_has_pass(chapter: Chapter, path: Path | str) -> None:
    """Reject a chapter without a backward pass. Raises InputError."""
    if not chapter.whole_pass:
        raise InputError(NO_PASS.fill(path=path, chapter=chapter.name))


def check_network(chapter: Chapter, network: DeepNetwork, path: Path) -> None:
    """Reject a network that the functions of the chapter do not compute. Raises InputError."""
    L, hidden = len(network.layers), network.hidden_activation.name
    check_has_pass(chapter, path)
    layers_fit = chapter.layers in (None, L)
    hidden_fits = L == 1 or hidden == chapter.hidden_activation
    if not (layers_fit and hidden_fits and network.output.name == "sigmoid" and network.layer_sizes[-1] == 1):
        sizes = LAYERS.fill(n=chapter.layers) if chapter.layers else ANY_LAYERS
        wanted = {"chapter": chapter.name, "sizes": sizes, "g": chapter.hidden_activation}
        found = {"L": L, "hidden": hidden, "n_y": network.layer_sizes[-1], "output": network.output.name}
        raise InputError(OTHER_NETWORK.fill(path=path, **wanted, **found))


def network_for(mine: str) -> NetworkConfig:
    """The flower's network in the form of the file's chapter. Raises InputError if the file cannot be read."""
    chapter = chapters_of(read_source(Path(mine)))[0]
    check_has_pass(chapter, mine)
    sizes = (2, 1) if chapter.layers == 1 else FLOWER_NETWORK.layer_sizes
    return replace(FLOWER_NETWORK, layer_sizes=sizes, hidden_activation=chapter.hidden_activation)


def learners_line(source: Source, functions: Collection[str], tensor: str) -> dict[str, Any] | None:
    """The line that computes a tensor such as "dW[2]", with the function around it; None if no line assigns to it.

    functions   the functions of the file that may compute it
    A name with the number of the layer, as in `dW2`, comes before a name without one.
    """
    kind, _, layer = tensor.rstrip("]").partition("[")
    names = NAMES.get(kind, (kind,))
    for wanted in ([f"{name}{layer}" for name in names], names):
        for function in (name for name in source.functions if name in functions):
            for statement in assignments(source, function):
                if any(name in wanted for name in targets(statement)):
                    label, first_line, text = source.text_of(function)
                    line = statement.lineno
                    code = text.split("\n")[line - first_line].strip()
                    place = line_of(label, line)._asdict()
                    return {"place": place, "line": line, "code": code, "first_line": first_line, "text": text}
    return None


def assignments(source: Source, function: str) -> Iterator[ast.Assign | ast.AugAssign]:
    """The statements that compute what they assign: no number alone, and no call of another function of the file."""
    for node in nodes_of(source.functions[function], ast.stmt):
        if isinstance(node, ast.Assign | ast.AugAssign) and not isinstance(node.value, ast.Constant):
            called = node.value.func if isinstance(node.value, ast.Call) else None
            if not (isinstance(called, ast.Name) and called.id in source.functions):
                yield node


def targets(statement: ast.Assign | ast.AugAssign) -> Iterator[str]:
    """The names and the keys to which a statement assigns: dW2, grads["dW2"], grads["dW" + str(l)] and dW[j]."""
    found = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    for node in (inner for target in found for inner in ast.walk(target)):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Constant):
            yield str(node.value)
