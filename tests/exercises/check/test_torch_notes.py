"""Where torch differentiates or computes the loss, a note on the right function says so, and accuses nobody else."""

from pathlib import Path

import pytest

from course_torch.exercises.check.torch_notes import with_torch_notes
from course_torch.exercises.judge.verdicts import Verdict
from course_torch.exercises.learners_file.source import Piece, Source
from course_torch.exercises.recognition.contents import Contents
from course_torch.exercises.tasks import CHAPTERS
from course_torch.language import Text

GRADIENT = "def output_gradient(AL, Y):\n    "
COST = "def compute_cost(AL, Y):\n    "
DIFFERENTIATES = {
    "autograd": f"import torch\n{GRADIENT}return torch.autograd.grad(J(AL), AL)[0]",
    "a function of autograd": f"from torch.autograd import grad\n{GRADIENT}return grad(J(AL), AL)[0]",
    "under another name": f"from torch.autograd import grad as g\n{GRADIENT}return g(J(AL), AL)[0]",
    "a module under another name": f"import torch.autograd as ag\n{GRADIENT}return ag.grad(J(AL), AL)[0]",
    "a module of torch": f"from torch import autograd\n{GRADIENT}return autograd.functional.jacobian(J, AL)",
    "a star": f"from torch.autograd import *\n{GRADIENT}return grad(J(AL), AL)[0]",
    "an import in the function": f"{GRADIENT}from torch.func import grad\n    return grad(J)(AL)",
    "torch.func": f"import torch as t\n{GRADIENT}return t.func.vmap(t.func.grad(J))(AL)",
    "an alias of the file": f"import torch\nderive = torch.func.jacrev\n{GRADIENT}return derive(J)(AL)",
    "a method": f"import torch\n{GRADIENT}L = J(AL)\n    L.backward()\n    return AL.grad",
    "a method of a call": f"import torch\n{GRADIENT}J(AL).sum().backward(retain_graph=True)\n    return AL.grad",
    "autograd.backward": f"import torch\n{GRADIENT}torch.autograd.backward(J(AL))\n    return AL.grad",
    "a helper": f"import torch\ndef of(L, A):\n    L.backward()\n    return A.grad\n{GRADIENT}return of(J(AL), AL)",
    "a function of autograd's own": "import torch\nclass S(torch.autograd.Function):\n    def backward(self, g):\n"
    f"        return g\n{GRADIENT}S.apply(AL).backward()\n    return AL.grad",
}
COMPUTES = {
    "binary_cross_entropy": f"import torch.nn.functional as F\n{COST}return F.binary_cross_entropy(AL, Y)",
    "with logits": f"from torch.nn import functional as F\n{COST}return F.binary_cross_entropy_with_logits(AL, Y)",
    "one function": f"from torch.nn.functional import binary_cross_entropy as bce\n{COST}return bce(AL, Y)",
    "a module": f"from torch import nn\n{COST}return nn.BCELoss()(AL, Y)",
    "a module of the file": f"import torch.nn as nn\nbce = nn.BCELoss()\n{COST}return bce(AL, Y)",
    "functional of the file": f"import torch\nF = torch.nn.functional\n{COST}return F.cross_entropy(AL, Y)",
    "the function itself": "import torch\ncompute_cost = torch.nn.functional.binary_cross_entropy",
}
NO_NOTE = {
    "a formula of torch": f"import torch\n{GRADIENT}return torch.sigmoid(torch.relu(torch.tanh(AL))) - Y",
    "an own function": f"import torch\ndef backward(A, Y):\n    return A - Y\n{GRADIENT}return backward(AL, Y)",
    "an own function after an import": "from torch.autograd import grad\ndef grad(A, Y):\n    return A - Y\n"
    f"{GRADIENT}return grad(AL, Y)",
    "an own variable": f"from torch.autograd import grad\n{GRADIENT}grad = AL - Y\n    return grad",
    "an argument": "from torch.autograd import grad\ndef output_gradient(AL, grad):\n    return AL - grad",
    "an own class": "import torch\nclass Layer:\n    def backward(self, A, Y):\n        return A - Y\n"
    f"{GRADIENT}return Layer().backward(AL, Y)",
    "a module of the learner": f"import torch\nimport layers\n{GRADIENT}return layers.backward(AL, Y)",
    "an object in NumPy": f"import numpy as np\nfrom layers import layer\n{GRADIENT}return layer.backward(AL, Y)",
    "without gradients": f"import torch\n{GRADIENT}with torch.no_grad():\n        return (AL - Y).requires_grad_()",
    "a loss where no cost is asked": f"import torch.nn.functional as F\n{GRADIENT}F.mse_loss(AL, Y)\n    return AL - Y",
}
HELPER = """
import torch
def relu_backward(dA, Z):
    Z.backward(dA)
    return Z.grad
def linear_activation_backward(dA, cache, activation):
    return relu_backward(dA, cache)
"""


TORCH: list[tuple[dict[str, str], dict[str, str]]] = [
    (DIFFERENTIATES, {"output_gradient": "torch differentiates"}),
    (COMPUTES, {"compute_cost": "torch computes the loss"}),
    (NO_NOTE, {}),
    ({"a helper that is judged": HELPER}, {"relu_backward": "torch differentiates"}),
]
"""Files, and the key of the note on each function that has one."""


@pytest.mark.parametrize(
    ("text", "notes"), [pytest.param(text, notes, id=name) for texts, notes in TORCH for name, text in texts.items()]
)
def test_where_torch_differentiates_or_computes_the_loss_a_note_says_so(text: str, notes: dict[str, str]) -> None:
    """The text alone decides, so the files are parsed and not run. All their functions count as right."""
    source = Source(Path("deep.py"), (Piece("deep.py", text),))
    defined = Contents(source, CHAPTERS["deep"]).defined
    assert defined
    verdicts = with_torch_notes(source, [Verdict(task, "right") for task in defined])
    found = [(verdict.task.name, finding.key) for verdict in verdicts for finding in verdict.findings]
    assert found == list(notes.items())


def test_other_notes_and_verdicts_stay() -> None:
    source = Source(Path("deep.py"), (Piece("deep.py", DIFFERENTIATES["a method"]),))
    (task,) = Contents(source, CHAPTERS["deep"]).defined
    wrong, right = Verdict(task, "wrong"), Verdict(task, "right", Text("right here, but", "在这里正确，但"))
    found = with_torch_notes(source, [wrong, right])
    assert found[0] is wrong
    assert found[1].symptom.en == "right here, but; torch differentiates here: the exercise asks for the formula"
    assert found[1].symptom.zh == "在这里正确，但；这里由 torch 求导：练习要求写出公式"
