"""Every update and every recorded J of a loop is judged, and what a loop keeps from one update to the next is named."""

from collections.abc import Callable
from inspect import getsource

import pytest

from course_torch import compare_gradients
from course_torch.network import gradient_descent
from course_torch.network.gradient_descent import METHODS
from tests.conftest import Problem

MakeProblem = Callable[..., Problem]
UPDATE = "update(parameter, gradient, learning_rate)"
RECORD = "            costs.append(network.output.cost(caches[-1].Z, Y).item())\n"
LOOP = "        for layer, step in zip(network.layers, steps, strict=True):"
OF_BEFORE = "these are exactly the gradients of the update before, and update 1 is right"


def break_plain(monkeypatch: pytest.MonkeyPatch, *edits: tuple[str, str]) -> None:
    """Edit the loop of the lecture. It may keep tensors in `kept`."""
    text = getsource(gradient_descent.plain)
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    made: dict[str, Callable] = {}
    exec(text, gradient_descent.__dict__ | {"kept": {}}, made)
    monkeypatch.setitem(METHODS, "plain", made["plain"])


def reported(make_problem: MakeProblem, **options: object) -> str:
    return str(
        compare_gradients(*make_problem([4, 6, 3, 1], m=30, hidden_activation="tanh", **options), method="plain")
    )


def scaled(factor: str) -> tuple[str, str]:
    return UPDATE, f"update(parameter, {factor} * gradient, learning_rate)"


ONE_UPDATE = [
    ("0 if iteration == {n} else 1", "The parameter W[3] did not change: this update was not made"),
    ("-1 if iteration == {n} else 1", "the step is -1 times the right one, and update 1 is right"),
    ("2 if iteration == {n} else 1", "the step is 2 times the right one, and update 1 is right"),
]


@pytest.mark.parametrize("n", [1, 2])
@pytest.mark.parametrize(("factor", "sentence"), ONE_UPDATE)
def test_one_wrong_update_is_found(
    n: int, factor: str, sentence: str, make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_plain(monkeypatch, scaled(f"({factor.format(n=n)})"))
    text = reported(make_problem)
    assert text.startswith("as trained (plain): first wrong: dW[3] (")
    assert f", in update {n + 1} with α = " in text
    assert sentence in text


def test_a_bias_that_only_the_second_update_leaves_out_is_found(
    make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_plain(monkeypatch, ("if parameter.requires_grad", "if iteration != 1 or parameter is not layer.b"))
    assert "db[3] (relative error 1.0e+00, 0 times" in (text := reported(make_problem))
    assert "in update 2" in text


@pytest.mark.parametrize("method", ["fused", "gram"])
def test_the_second_update_of_a_fast_loop_is_judged(
    method: str, make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run of three iterations trains as it should, a run of two makes one update."""
    right = METHODS[method]

    def wrong(*arguments: object) -> list[float]:
        *others, iterations, every = arguments
        return right(*others, 1 if iterations == 2 else iterations, every) + [0.0] * (iterations == 2)

    monkeypatch.setitem(METHODS, method, wrong)
    report = compare_gradients(*make_problem(), method=method)
    assert ", in update 2 with α = " in report.diagnosis.symptom


KEPT_SUM = "kept.setdefault(id(parameter), torch.zeros_like(gradient)).mul_({}).add_(gradient)"
ADDED = f"update(parameter, {KEPT_SUM}, learning_rate)"
KEPT = {
    "momentum": ((UPDATE, ADDED.format(0.9)), "the step is the right step plus 0.9 times the step before, as by mom"),
    "added up": ((UPDATE, ADDED.format(1)), "the step is the right step plus the step before, as by momentum or by"),
    "a rate that falls": (scaled("1 / (1 + iteration)"), "the step is 0.5 times the right one, and update 1 is right"),
    "step before": ((LOOP, "        steps, kept['last'] = kept.get('last') if iteration else steps, steps\n" + LOOP),
                    OF_BEFORE),
    "first caches": (("        caches = network.caches(X)\n",
                      "        caches = caches if iteration else network.caches(X)\n"),
                     "these are exactly the numbers before W or b changed"),
    "first W": (("network.layers, caches,", "[layer()._replace(W=kept.setdefault((id(network), l), layer().W.clone()))"
                 " for l, layer in enumerate(network.layers)], caches,"),
                "W is that of before the first update, and update 1 is right: dA_prev = dZ W uses the numbers of now"),
}  # fmt: skip


@pytest.mark.parametrize(("edit", "sentence"), KEPT.values(), ids=KEPT)
def test_what_a_loop_keeps_is_named(
    edit: tuple[str, str], sentence: str, make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_plain(monkeypatch, edit)
    text = reported(make_problem)
    assert ", in update 2 with α = " in text
    assert sentence in text.replace("These", "these")


COSTS = {
    "doubled at iteration 1": ((".item())", ".item() * (2 if iteration == 1 else 1))"), "J is 2 times the right one"),
    "of before at iteration 1": ((RECORD, f"{RECORD}            costs[-1] = costs[-2 if iteration == 1 else -1]\n"),
                                 "this is the J recorded before"),
    "after the update": ((RECORD, ""), "this is the J after the update: record it before the update"),
    "one iteration too few": (("range(iterations)", "range(max(1, iterations - 1))"),
                              "the last iteration is missing: the loop ends too early"),
    "every cost": (("iteration % record_every == 0", "True"), "3 costs recorded, 2 expected, in update 3 with α"),
    "no cost": (("iteration % record_every == 0", "False"), "0 costs recorded, 1 expected, in update 1 with α"),
}  # fmt: skip


@pytest.mark.parametrize("name", COSTS)
def test_every_recorded_cost_is_judged(name: str, make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch) -> None:
    edit, sentence = COSTS[name]
    late = (
        "    return costs",
        "        if iteration % record_every == 0:\n    "
        + RECORD.replace("caches[", "network.caches(X)[")[4:]
        + "    return costs",
    )
    edits = [("        if iteration % record_every == 0:\n", ""), edit, late] if name == "after the update" else [edit]
    break_plain(monkeypatch, *edits)
    text = reported(make_problem)
    assert text.startswith("first wrong: J, recorded by gradient_descent(method='plain') (")
    assert sentence in text
    assert "The formula is" not in text
    if name == "one iteration too few":
        assert "(1 cost recorded, 2 expected, in update 2 with α = " in text
        assert "Then as trained (plain): first wrong: dW[3]" in text


def test_a_layer_that_is_updated_twice_is_named(make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another m would be that of all layers."""
    break_plain(
        monkeypatch,
        ("zip(network.layers, steps, strict=True)", "zip([*network.layers, network.layers[0]], [*steps, steps[0]])"),
    )
    text = reported(make_problem)
    assert ", in update 1 with α = " in text
    assert ", only in layer 1)" in text
    assert "exactly 2 times the right tensor" in text
    assert "instead of m" not in text
    assert text.count("exactly 2 times") == 1
