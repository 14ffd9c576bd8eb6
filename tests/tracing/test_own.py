"""A learner's pass beside the reference: the first wrong tensor, and its cause."""

from collections.abc import Callable, Sequence
from copy import deepcopy

import pytest
from torch import Tensor

from course_torch import DeepNetwork, LayerGradients, trace
from course_torch.tracing.judging import OwnGradients
from course_torch.tracing.record import FirstWrong, Trace
from tests.conftest import Problem

Change = Callable[[int, LayerGradients], LayerGradients]


def learner(change: Change = lambda l, each: each, factor: float = 1.0) -> OwnGradients:
    """A learner whose gradients of layer l are changed and whose J is multiplied."""

    def own(network: DeepNetwork, X: Tensor, Y: Tensor) -> tuple[Tensor, Sequence[LayerGradients]]:
        gradients = network.manual_gradients(X, Y)
        return factor * network.cost(X, Y), [change(l, each) for l, each in enumerate(gradients, start=1)]

    return own


def first_wrong(record: Trace) -> FirstWrong:
    assert record.own is not None
    assert record.own.first_wrong is not None
    return record.own.first_wrong


def test_a_right_pass_has_no_first_wrong_tensor(make_problem: Callable[..., Problem]) -> None:
    record = trace(*make_problem(), updates=2, own=learner(), own_name="mine.py")
    assert record.own is not None
    assert (record.own.file, record.own.first_wrong) == ("mine.py", None)
    assert record.agrees
    judged = [each.name for each in record.tensors if each.own is not None]
    assert sorted(judged) == sorted(2 * ["J", "dW[1]", "db[1]", "dW[2]", "db[2]", "dW[3]", "db[3]"])
    assert all(each.own is None or each.own.verdict == "equal" for each in record.tensors)


def test_the_first_wrong_tensor_is_marked_with_the_cause(make_problem: Callable[..., Problem]) -> None:
    def no_mean(l: int, each: LayerGradients) -> LayerGradients:
        return each._replace(dW=7 * each.dW) if l <= 2 else each

    record = trace(*make_problem(m=7), updates=2, own=learner(no_mean))
    wrong = first_wrong(record)
    tensor = record.tensors[wrong.tensor]
    assert (tensor.name, tensor.update) == ("dW[2]", 1)
    assert wrong.step == tensor.made
    assert record.steps[wrong.step].source == "average.average"
    assert wrong.causes == ["no 1/m"]
    assert wrong.sentences["en"] == ["the sum over the examples is not divided by m (notes 1.5)"]
    assert "笔记 1.5" in wrong.sentences["zh"][0]
    assert "7 times the right one" in wrong.symptom["en"]
    assert "是正确值的 7 倍" in wrong.symptom["zh"]
    assert not record.agrees


def test_both_values_are_in_the_record(make_problem: Callable[..., Problem]) -> None:
    record = trace(*make_problem(), own=learner(lambda l, each: each._replace(db=each.db + 1)))
    tensor = next(each for each in record.tensors if each.name == "db[3]")
    assert tensor.own is not None
    assert tensor.own.verdict == "different"
    assert tensor.own.values[0][0] == pytest.approx(tensor.values[0][0] + 1)
    assert tensor.own.largest == pytest.approx(1)
    assert tensor.verdict == "equal"


def test_a_wrong_cost_comes_first(make_problem: Callable[..., Problem]) -> None:
    record = trace(*make_problem(), own=learner(lambda l, each: each._replace(dW=2 * each.dW), factor=2))
    wrong = first_wrong(record)
    J = record.tensors[wrong.tensor]
    assert J.name == "J"
    assert wrong.symptom["en"] == f"found {2 * J.values:.6g}, expected {J.values:.6g}"
    assert wrong.symptom["zh"] == f"得到 {2 * J.values:.6g}，应当是 {J.values:.6g}"
    assert (wrong.causes, wrong.sentences) == ([], {"en": [], "zh": []})


def test_a_pass_that_computes_in_float32_is_right(make_problem: Callable[..., Problem]) -> None:
    def rounded(l: int, each: LayerGradients) -> LayerGradients:
        return LayerGradients(each.dW.float().double(), each.db.float().double())

    assert trace(*make_problem(), own=learner(rounded)).agrees


def test_slope_1_of_relu_at_0_is_right(make_problem: Callable[..., Problem]) -> None:
    network, X, Y = make_problem((4, 3, 1), hidden_activation="relu")
    network.layers[0].W.detach()[0], network.layers[0].b.detach()[0, 0] = 0, 0

    def with_slope_1(network: DeepNetwork, X: Tensor, Y: Tensor) -> tuple[Tensor, Sequence[LayerGradients]]:
        above = deepcopy(network)
        above.layers[0].b.detach()[0, 0] = 1e-30
        return above.cost(X, Y), above.manual_gradients(X, Y)

    assert trace(network, X, Y, own=with_slope_1).agrees
