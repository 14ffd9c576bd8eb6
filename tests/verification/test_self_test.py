"""The report is itself proved: mistakes made on purpose are found, placed and explained; right code is not blamed."""

import pytest
import torch

from course_torch.verification.breakable import RIGHT, Mistake, Variant, backward
from course_torch.verification.causes import CAUSES
from course_torch.verification.comparison import forward_pass
from course_torch.verification.diagnosis import diagnose
from course_torch.verification.judges import by_autograd, in_order
from course_torch.verification.mistakes import MISTAKES, VARIANTS
from course_torch.verification.rounding import rounding_errors
from course_torch.verification.self_test import (
    diagnosis_of,
    false_alarm,
    random_problem,
    run_self_test,
    score,
    score_variant,
)


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_a_mistake_is_found_placed_and_explained(mistake: Mistake) -> None:
    result = score(mistake)
    assert result.found == result.placed == result.runs
    assert result.explained >= result.runs - 1


def test_nearly_all_causes_are_right() -> None:
    scores = [score(mistake) for mistake in MISTAKES]
    assert len(scores) >= 20
    assert sum(each.explained for each in scores) >= 0.95 * sum(each.runs for each in scores)


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
def test_right_code_written_otherwise_raises_no_alarm(variant: Variant) -> None:
    assert score_variant(variant).found == 0


def test_two_hundred_right_networks_raise_no_alarm() -> None:
    assert not any(false_alarm(seed) for seed in range(200))


@pytest.mark.parametrize("need", ["tanh", "relu", "leaky_relu", "square", "zeros"])
def test_the_steps_without_a_mistake_are_right(need: str) -> None:
    assert all(diagnosis_of(RIGHT, random_problem(seed, need)) is None for seed in range(6))


def test_problems_can_hide_nothing() -> None:
    for seed in range(12):
        network, X, Y = random_problem(seed)
        widths = network.layer_sizes[1:-1]
        assert len(network.layers) >= 3
        assert len(set(widths)) == len(widths)
        assert len(X) not in network.layer_sizes
        assert 0 < Y.sum() < len(Y)
        assert all((layer.b != 0).all() for layer in network.layers)


def test_every_cause_has_its_words() -> None:
    assert {mistake.cause for mistake in MISTAKES} <= set(CAUSES)


def test_gradients_alone_are_diagnosed_too() -> None:
    """A learner hands in dW and db only: a missing g' shows in dW[L-1] as what it hands on."""
    by_name = {mistake.name: mistake for mistake in MISTAKES}
    network, X, Y = random_problem(2, "tanh")
    with torch.no_grad():
        caches = network.caches(X)
    steps = network.backward_steps(X, Y, input_derivative=True)
    errors = in_order(rounding_errors(network, caches, Y, steps, torch.finfo(X.dtype).eps))
    forward, L = forward_pass(network, caches, Y), len(network.layers)
    for name, first, causes in (
        ("no g' in hidden layers", f"dW[{L - 1}]", {"no g'"}),
        ("squared error", f"dW[{L}]", {"squared error"}),
        ("1/m in hidden dZ", f"dW[{L - 1}]", {"1/m twice", "1/m in dZ", "1/m in dA"}),  # cannot be told apart
        ("Y - A", f"dW[{L}]", {"sign", "sign at the output"}),
    ):
        tensors = backward(by_name[name].steps, forward)
        given = {key: tensor for key, tensor in tensors.items() if key.kind in ("dW", "db")}
        diagnosis = diagnose(given, by_autograd(network, X, Y), errors, forward)
        assert str(diagnosis.tensor) == first
        assert set(diagnosis.causes) == causes


def test_the_whole_self_test_counts_what_it_ran() -> None:
    seen: list = []

    def watch(tasks: list) -> list:
        seen.extend(tasks)
        return tasks[:1] + tasks[len(MISTAKES) : len(MISTAKES) + 1] + tasks[-1:]

    result = run_self_test(watch, networks=3)
    assert len(seen) == len(MISTAKES) + len(VARIANTS) + 3
    assert result.networks == 3
    assert result.false_alarms == 0
