"""The record holds the network's own numbers under the names of the notes, and the recorder leaves nothing behind."""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from copy import deepcopy
from pathlib import Path
from unittest.mock import patch

import pytest
import torch
from torch import Tensor

from course_torch import DeepNetwork, LayerGradients, gradient_descent, trace
from course_torch.formulas import activations, layers
from course_torch.network.gradient_descent import Diverged
from course_torch.tracing.formula_text import CHINESE, FORMULAS, FormulaText, formula_text
from course_torch.tracing.record import Trace, TracedTensor
from course_torch.tracing.recorder import Recorder, recording
from tests.conftest import MakeProblem, assert_equal
from tests.support.fixture_types import Monkeypatch
from tests.tracing.learners import first_wrong, learner


def named(record: Trace, name: str, update: int = 1, given: bool = False) -> TracedTensor:
    """The tensor of this name that an update makes, or that is given before the first update."""
    tensors = (tensor for tensor in record.tensors if (tensor.name, tensor.update) == (name, update))
    (found,) = (tensor for tensor in tensors if (tensor.made is None) == given)
    return found


def assert_numbers(record: Trace, name: str, expected: Tensor | None, **where: object) -> None:
    assert expected is not None
    tensor = named(record, name, **where)
    assert tensor.shape == list(expected.shape)
    assert_equal(name, torch.tensor(tensor.values, dtype=torch.float64), expected.detach().double())


NETWORKS = [
    {"hidden_activation": "tanh"},
    {"hidden_activation": "relu"},
    {"hidden_activation": "sigmoid", "output": "identity"},
    {"layer_sizes": (4, 6, 3), "output": "softmax"},
    {"hidden_activation": "leaky_relu", "learn_slope": True},
    {"hidden_activation": "identity"},
    {"layer_sizes": (4, 1)},
]


@pytest.mark.parametrize("options", NETWORKS, ids=str)
def test_the_numbers_are_those_of_the_network_which_does_not_change_in_every_update(
    make_problem: MakeProblem, options: dict
) -> None:
    network, X, Y = make_problem(**options)
    before, copy = deepcopy(network.state_dict()), deepcopy(network)
    record = trace(network, X, Y, updates=2, learning_rate=0.5)
    assert_numbers(record, "X", X, given=True)
    assert_numbers(record, "Y", Y, given=True)
    for l, layer in enumerate(copy.layers, start=1):
        assert_numbers(record, f"W[{l}]", layer.W, given=True)
    for update in (1, 2):
        where = {"update": update}
        assert_numbers(record, "J", copy.cost(X, Y), **where)
        for l, cache in enumerate(copy.caches(X), start=1):
            assert_numbers(record, f"Z[{l}]", cache.Z, **where)
            if cache.A is not cache.Z:
                assert_numbers(record, f"A[{l}]", cache.A, **where)
        for l, step in enumerate(copy.backward_steps(X, Y), start=1):
            assert_numbers(record, f"dZ[{l}]", step.dZ, **where)
            assert_numbers(record, f"dW[{l}]", step.gradients.dW, **where)
            assert_numbers(record, f"db[{l}]", step.gradients.db, **where)
            if step.dA_prev is not None:
                assert_numbers(record, f"dA[{l - 1}]", step.dA_prev, **where)
            if step.gradients.dslope is not None:
                assert_numbers(record, f"dslope[{l}]", step.gradients.dslope, **where)
        gradient_descent(copy, X, Y, learning_rate=0.5, iterations=1, method="plain")
        for l, layer in enumerate(copy.layers, start=1):
            assert_numbers(record, f"W[{l}]", layer.W, **where)
            assert_numbers(record, f"b[{l}]", layer.b, **where)
    assert before.keys() == network.state_dict().keys()
    assert all(torch.equal(tensor, before[name]) for name, tensor in network.state_dict().items())


def test_a_wrong_formula_is_seen_by_autograd(make_problem: MakeProblem, monkeypatch: Monkeypatch) -> None:
    real = layers.linear_backward_input
    monkeypatch.setattr(layers, "linear_backward_input", lambda dZ, W: 2 * real(dZ, W))
    record = trace(*make_problem((2, 4, 1), m=5))
    assert named(record, "dZ[2]").verdict == "equal"
    wrong = named(record, "dA[1]")
    assert wrong.verdict == "different"
    assert wrong.autograd is not None
    assert wrong.values[0][0] == pytest.approx(2 * wrong.autograd.values[0][0])
    assert not record.agrees


def test_the_names_of_the_notes(make_problem: MakeProblem) -> None:
    record = trace(*make_problem((2, 4, 1), m=5, hidden_activation="tanh"))
    assert {tensor.name for tensor in record.tensors} == {
        *("X", "Y", "W[1]", "b[1]", "W[2]", "b[2]", "Z[1]", "A[1]", "Z[2]", "A[2]", "L", "J"),
        *("dZ[2]", "dW[2]", "db[2]", "dA[1]", "g'(Z[1])", "dZ[1]", "dW[1]", "db[1]", "total"),
    }
    assert named(record, "X", given=True).also == ["A[0]"], "dA[0] is not computed"
    inputs = ((step.source, value) for step in record.steps for value in step.inputs if value.tensor is not None)
    arguments = {(source, value.name): record.tensors[value.tensor].name for source, value in inputs}
    assert arguments["layers.activation_backward", "cache.A_prev"] == "X"
    assert arguments["activations.tanh_derivative_from_A", "A"] == "A[1]"
    assert arguments["layers.block_backward", "dA"] == "dA[1]"


@pytest.mark.parametrize("options", NETWORKS, ids=str)
def test_every_derivative_is_judged_and_every_tensor_made_before_its_use(
    make_problem: MakeProblem, options: dict
) -> None:
    record = trace(*make_problem(**options), updates=2)
    for tensor in record.tensors:
        is_derivative = re.fullmatch(r"(dZ|dA|dW|db|dslope)\[\d\]", tensor.name) is not None
        assert tensor.verdict == ("equal" if is_derivative else None)
        assert (tensor.autograd is not None) == is_derivative
    assert record.agrees
    for step in record.steps:
        for value in step.inputs:
            if value.tensor is not None:
                made = record.tensors[value.tensor].made
                assert made is None or made < step.number
        assert step.depth == (0 if step.parent is None else record.steps[step.parent].depth + 1)
    assert {step.depth for step in record.steps} >= {0, 1, 2}
    made_by = {tensor.made for tensor in record.tensors if tensor.made is not None}
    makers = {step.number for step in record.steps} - {step.parent for step in record.steps}
    assert makers - made_by <= {step.number for step in record.steps if step.source == "activations.identity"}


def test_a_large_tensor_is_cut_to_its_corner_with_statistics_of_the_whole(make_problem: MakeProblem) -> None:
    network, X, Y = make_problem((30, 8, 1), m=12)
    record = trace(network, X, Y)
    tensor = named(record, "X", given=True)
    assert tensor.place == [[0, 6], [0, 6]]
    assert tensor.values == X[:6, :6].tolist()
    whole = X.min().item(), X.max().item(), X.sum().item() / 360, X.square().sum().item() ** 0.5
    assert (tensor.minimum, tensor.maximum, tensor.mean, tensor.norm) == pytest.approx(whole)
    assert named(record, "W[1]", given=True).place == [[0, 8], [0, 6]]
    assert named(record, "dW[1]").autograd is not None
    assert named(record, "L").place == [[0, 6]]
    assert named(record, "J").place == []


def test_the_record_is_plain_json_of_ten_digits_with_null_for_nan(make_problem: MakeProblem) -> None:
    network, X, Y = make_problem((2, 3, 1), m=5, hidden_activation="relu")
    J = named(trace(network, X, Y), "J")
    assert trace(network, X, Y).as_record()["tensors"][J.id]["values"] == float(f"{J.values:.10g}")
    X[:], network.layers[0].W.data[:] = 20.0, 1e308
    network.layers[1].W.data[:] = torch.tensor([1, -1, 1])
    with pytest.warns(Diverged):
        traced = trace(network, X, Y)
    Z, record = named(traced, "Z[2]"), traced.as_record()
    back = json.loads(json.dumps(record, allow_nan=False))
    assert back == record
    assert back["tensors"][Z.id]["values"][0][0] is None, "A[1] is inf, and Z[2] = inf - inf + inf"
    assert back["tensors"][Z.id]["minimum"] is None


def test_a_right_pass_has_no_first_wrong_tensor(make_problem: MakeProblem) -> None:
    record = trace(*make_problem(), updates=2, own=learner(), own_name="mine.py")
    assert record.own is not None
    assert (record.own.file, record.own.first_wrong) == ("mine.py", None)
    assert record.agrees
    judged = [(tensor.name, tensor.own.verdict) for tensor in record.tensors if tensor.own is not None]
    names = ("J", "dW[1]", "db[1]", "dW[2]", "db[2]", "dW[3]", "db[3]")
    assert sorted(judged) == sorted(2 * [(name, "equal") for name in names])


def test_the_first_wrong_tensor_is_marked_with_the_cause(make_problem: MakeProblem) -> None:
    def no_mean(l: int, each: LayerGradients) -> LayerGradients:
        return each._replace(dW=7 * each.dW) if l <= 2 else each

    record = trace(*make_problem(m=7), updates=2, own=learner(no_mean), own_line=lambda name: {"code": f"{name} = ..."})
    wrong = first_wrong(record)
    tensor = record.tensors[wrong.tensor]
    assert (tensor.name, tensor.update) == ("dW[2]", 1)
    assert record.steps[wrong.step].source == "layers.linear_backward", "the formula of dW, not the mean inside"
    assert tensor.id in [value.tensor for value in record.steps[wrong.step].outputs]
    assert wrong.line == {"code": "dW[2] = ..."}
    assert wrong.causes == ["no 1/m"]
    assert wrong.sentences["en"] == ["the sum over the examples is not divided by m (notes 1.5)"]
    assert "笔记 1.5" in wrong.sentences["zh"][0]
    assert "7 times the right one" in wrong.symptom["en"]
    assert "是正确值的 7 倍" in wrong.symptom["zh"]
    assert not record.agrees


def test_a_wrong_cost_comes_first(make_problem: MakeProblem) -> None:
    record = trace(*make_problem(), own=learner(lambda l, each: each._replace(dW=2 * each.dW), factor=2))
    wrong = first_wrong(record)
    J = record.tensors[wrong.tensor]
    assert J.name == "J"
    assert record.steps[wrong.step].source == "costs.cost"
    assert wrong.symptom["en"] == f"found {2 * J.values:.6g}, expected {J.values:.6g}"
    assert wrong.symptom["zh"] == f"得到 {2 * J.values:.6g}，应当是 {J.values:.6g}"
    assert (wrong.causes, wrong.sentences) == ([], {"en": [], "zh": []})


def test_a_pass_in_float32_and_slope_1_of_relu_at_0_are_right(make_problem: MakeProblem) -> None:
    def rounded(l: int, gradients: LayerGradients) -> LayerGradients:
        return LayerGradients(gradients.dW.float().double(), gradients.db.float().double())

    assert trace(*make_problem(), own=learner(rounded)).agrees
    network, X, Y = make_problem((4, 3, 1), hidden_activation="relu")
    network.layers[0].W.detach()[0], network.layers[0].b.detach()[0, 0] = 0, 0

    def with_slope_1(network: DeepNetwork, X: Tensor, Y: Tensor) -> tuple[Tensor, Sequence[LayerGradients]]:
        above = deepcopy(network)
        above.layers[0].b.detach()[0, 0] = 1e-30
        return above.cost(X, Y), above.manual_gradients(X, Y)

    assert trace(network, X, Y, own=with_slope_1).agrees


WORDS = "exp log max min cosh var if else in tanh sigmoid relu leaky_relu slope dslope dg mean total score table rows "
WORDS += "nudge alpha prev out grad_input"
"""Words that a formula may contain beside symbols."""
SHALLOW = """
forward 1 block
forward 1   linear
forward 1   tanh
forward 2 linear
forward 2 sigmoid
forward 2 sigmoid_cross_entropy
forward 2 cost
forward 2   average
backward 2 cross_entropy_derivative
backward 2 linear_step
backward 2   linear_backward
backward 2     average
backward 2     average
backward 2   linear_backward_input
backward 1 block_backward
backward 1   activation_backward
backward 1     tanh_derivative_from_A
backward 1   linear_step
backward 1     linear_backward
backward 1       average
backward 1       average
update 1 update
update 1 update
update 2 update
update 2 update
"""


def test_every_formula_of_both_passes_and_the_update_with_its_source(make_problem: MakeProblem) -> None:
    assert hasattr(layers.linear, "__wrapped__"), "without the checks of shapes no function would be decorated here"
    record = trace(*make_problem((2, 4, 1), m=5, hidden_activation="tanh"))
    calls = [f"{step.phase} {step.layer} {'  ' * step.depth}{step.source.split('.')[1]}" for step in record.steps]
    assert calls == SHALLOW.split("\n")[1:-1]
    source = record.sources["layers.linear_backward_input"]
    assert source.file == "formulas/layers.py"
    assert source.text.startswith("def linear_backward_input(dZ")
    assert source.text.endswith("return dZ @ W")
    unseen = {"outputs.check_probabilities", "activations.value", "outputs.cost"}
    assert not unseen & {step.source for step in trace(*make_problem((2, 4, 1), m=5), updates=2).steps}


@pytest.mark.slow
def test_the_calls_are_the_same_without_the_checks_of_shapes(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "course_torch", "trace", "--updates", "2", "--json", str(tmp_path / "t.json")]
    subprocess.run(command, check=True, capture_output=True)
    steps = json.loads((tmp_path / "t.json").read_text())["steps"]
    functions = [line.split()[2] for line in SHALLOW.split("\n")[1:-1]]
    assert [step["source"].split(".")[1] for step in steps] == functions * 2


def test_every_step_names_the_line_that_calls_it(make_problem: MakeProblem) -> None:
    record = trace(*make_problem((2, 4, 3, 1), m=5, hidden_activation="leaky_relu", learn_slope=True))
    files = ("network/propagation.py", "network/gradient_descent.py", "formulas/layers.py", "formulas/costs.py")
    assert {record.sources[step.called_from.source].file for step in record.steps} == set(files)
    for step in record.steps:
        caller, line = record.sources[step.called_from.source], step.called_from.line
        text = caller.text.split("\n")[line - caller.first_line]
        function = step.source.split(".")[1]
        words = {"leaky_relu": "activation.value", "leaky_relu_derivative": "activation.backward"}
        words |= {"sigmoid": "output.value", "sigmoid_cross_entropy": "output.cost"}
        words |= {"cross_entropy_derivative": "output.derivative"}
        words |= {"leaky_relu_slope_derivative": "activation.slope_derivative"}
        assert words.get(function, f"{function}(") in text


def test_the_previous_profiler_is_back_also_after_an_exception(make_problem: MakeProblem) -> None:
    def profiler(*event: object) -> None: ...

    before = sys.getprofile()
    try:
        sys.setprofile(profiler)
        with pytest.raises(ZeroDivisionError), recording(Recorder()):
            1 / 0  # noqa: B018
        assert sys.getprofile() is profiler
        with patch.object(layers, "linear_backward_input", side_effect=OverflowError), pytest.raises(OverflowError):
            trace(*make_problem((2, 4, 1), m=5))
        assert sys.getprofile() is profiler
    finally:
        sys.setprofile(before)


@pytest.mark.parametrize("function", FORMULAS.values(), ids=lambda function: function.__name__)
def test_the_first_line_is_a_formula_and_prose(function: Callable) -> None:
    formula, prose = formula_text(function)
    words = {word.removesuffix("_prev") for word in re.findall(r"[A-Za-z][A-Za-z_]{2,}|(?<=_)[a-z]{2,}", formula)}
    symbols = {word for word in words if re.fullmatch(r"d?[A-Za-zŷ]{1,2}(_[a-z])?", word)}
    assert words - symbols <= {*WORDS.split()}
    assert re.fullmatch(r"[^:]+\.", prose), "sentences without a second colon"


def test_every_public_function_is_a_formula() -> None:
    names = {function.__name__ for function in FORMULAS.values()}
    assert {"linear", "block", "tanh", "cost", "average", "update", "forward", "slope_by_nudge", "softmax"} <= names
    assert not {"<lambda>", "value", "derivative", "time_steps"} & names


def test_the_formula_the_prose_and_the_symbols_of_the_results() -> None:
    formula, prose = "dW = (1/m) dZᵀ A_prev, db = (1/m) Σ_i dZ", "the derivatives of the cost J by W and b."
    assert formula_text(layers.linear_backward) == FormulaText(formula, prose)
    assert formula_text(layers.linear).symbols == ["Z"]
    assert formula_text(layers.block_backward).symbols == ["dZ", "dW", "db", "dA_prev"]
    assert formula_text(activations.tanh_derivative_from_A).symbols == ["g'(Z)"]
    assert formula_text(activations.leaky_relu_slope_derivative).symbols == ["dg/dslope"]


def test_the_chinese_prose_of_a_formula_names_the_same_sections_of_the_notes() -> None:
    assert set(CHINESE) <= {formula_text(function).prose for function in FORMULAS.values()}
    assert all(re.search(r"[\u4e00-\u9fff]", prose) and prose.endswith("。") for prose in CHINESE.values())
    for prose, translated in CHINESE.items():
        english = re.findall(r"\d\.\d", " ".join(re.findall(r"notes [\d., and]+", prose)))
        chinese = re.findall(r"\d\.\d", " ".join(re.findall(r"笔记 [\d.]+", translated)))
        assert english == chinese, prose


def test_a_formula_without_chinese_prose_is_traced_in_english(
    make_problem: MakeProblem, monkeypatch: Monkeypatch
) -> None:
    prose = formula_text(layers.linear).prose
    monkeypatch.delitem(CHINESE, prose)
    assert trace(*make_problem((2, 1), m=5)).sources["layers.linear"].prose == {"en": prose, "zh": prose}
