"""What is said of functions whose backward somebody wrote: what makes the wrong ones wrong."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from course_torch import explain_gradients
from course_torch.errors import InputError
from course_torch.verification.report import GradientReport
from tests.support.fixture_types import Monkeypatch
from tests.verification.functions.mistakes import CASES, made


def inputs_of(shapes: tuple[tuple[int, ...], ...], dtype: torch.dtype = torch.float64, seed: int = 0) -> list[Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return [torch.randn(shape, generator=generator, dtype=torch.float64).to(dtype) for shape in shapes]


BOTH = [torch.float64, pytest.param(torch.float32, marks=pytest.mark.slow)]


@pytest.mark.parametrize("dtype", BOTH)
@pytest.mark.parametrize("name", CASES)
def test_a_right_backward_is_equal(name: str, dtype: torch.dtype) -> None:
    case = CASES[name]
    function = made(case.forward, case.right).apply
    for seed in range(2):
        inputs = inputs_of(case.shapes, dtype, seed)
        report = explain_gradients(function, *inputs, plain=case.forward)
        assert report.agrees
        assert f"judged: {len(inputs)} by autograd, {len(inputs)} by central differences" in str(report)


WRONG = [(name, said) for name, case in CASES.items() for said in case.wrong]


@pytest.mark.parametrize("dtype", BOTH)
@pytest.mark.parametrize(("name", "said"), WRONG, ids=[f"{name}: {said[:40]}" for name, said in WRONG])
def test_a_mistake_in_a_backward_is_named(name: str, said: str, dtype: torch.dtype) -> None:
    case = CASES[name]
    report = explain_gradients(made(case.forward, case.wrong[said]).apply, *inputs_of(case.shapes, dtype))
    assert not report.agrees
    assert said in str(report)


def test_the_report_names_every_wrong_gradient_and_the_entry_that_is_off_the_most() -> None:
    function = made(lambda A, B: A * B, lambda g, A, B: (g * B, 3 * g * A)).apply
    A, B = inputs_of(((2, 2), (2, 2)))
    report = explain_gradients(function, A, B)
    assert report.named("different") == ["input 1"]
    assert report.diagnosis.wrong == ("input 1",)
    assert "in all 4 entries; the most at (" in str(report)
    assert report.as_record()["diagnosis"]["causes"] == ["it is 3 times the right one"]


# Forms of functions


def test_an_autograd_function_is_judged_as_its_apply_is() -> None:
    function = made(lambda A, B: A * B, lambda g, A, B: (g * B, 3 * g * A))
    A, B = inputs_of(((2, 2), (2, 2)))
    assert explain_gradients(function, A, B).as_record() == explain_gradients(function.apply, A, B).as_record()


def test_a_gradient_in_another_order_of_dtypes_and_layouts_is_equal() -> None:
    X = torch.randn(5, 3).T
    assert explain_gradients(lambda X, W: X @ W, X, torch.randn(1, 2).expand(5, 2)).agrees


def test_inputs_that_are_no_real_tensors_are_handed_over() -> None:
    table, index = torch.randn(4, 3, dtype=torch.float64), torch.tensor([0, 2, 2])
    report = explain_gradients(lambda table, index, factor: factor * table[index], table, index, 2.5)
    assert (report.agrees, report.named("equal")) == (True, ["table"])


def test_a_function_that_changes_its_inputs_in_place_gets_copies() -> None:
    def forward(X: Tensor, scale: Tensor, rows: Tensor) -> Tensor:
        return X.mul_(scale.mul_(2)).square()[rows.sub_(1)]

    class Doubled(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, X: Tensor, scale: Tensor, rows: Tensor) -> Tensor:
            made = forward(X, scale, rows)
            ctx.save_for_backward(X, scale, rows)
            return made

        @staticmethod
        def backward(ctx: Any, g: Tensor) -> tuple[Tensor, None, None]:
            X, scale, rows = ctx.saved_tensors
            return torch.zeros_like(X).index_add(0, rows, g) * 2 * X * scale, None, None

    inputs = torch.randn(4, 3, requires_grad=True), torch.full((3,), 1.5), torch.tensor([1, 4, 4])
    before = [each.detach().clone() for each in inputs]
    assert explain_gradients(Doubled, *inputs).agrees
    assert all(map(torch.equal, inputs, before))


def test_a_tuple_of_numbers_is_an_option_of_the_function() -> None:
    def function(X: Tensor, betas: tuple[float, ...], pads: tuple[tuple[int, ...], ...]) -> Tensor:
        return X * betas[0] ** pads[0][1]

    assert explain_gradients(function, torch.ones(3), (0.9, 0.999), ((1, 2), (0, 0))).agrees


def test_only_the_inputs_that_require_a_gradient_are_judged() -> None:
    A, B = torch.randn(3), torch.randn(3, requires_grad=True)
    assert explain_gradients(lambda A, B: A * B, A, B).named("equal") == ["B"]


class Scaled(nn.Module):
    """Multiplies by a parameter, and sets its gradient by hand."""

    def __init__(self, mistake: float = 1.0) -> None:
        super().__init__()
        self.scale, self.mistake = nn.Parameter(torch.tensor([1.5, -2.0])), mistake

    def forward(self, X: Tensor) -> Tensor:
        module = self

        class ByHand(torch.autograd.Function):
            @staticmethod
            def forward(ctx: Any, X: Tensor) -> Tensor:
                ctx.save_for_backward(X)
                return X * module.scale

            @staticmethod
            def backward(ctx: Any, g: Tensor) -> Tensor:
                (X,) = ctx.saved_tensors
                module.scale.grad = module.mistake * (g * X).sum(dim=0)
                return g * module.scale

        return ByHand.apply(X)


def test_a_module_that_sets_the_gradient_of_its_parameter_is_judged_and_kept_as_it_is() -> None:
    X = torch.randn(5, 2)
    right, wrong = Scaled(), Scaled(mistake=0.2)
    assert explain_gradients(right, X).named("equal") == ["X", "scale"]
    assert right.scale.grad is None
    assert "the gradient of scale is wrong" in str(explain_gradients(wrong, X))
    assert "0.2 times the right one, and 5 is the size of axis 0 of X" in str(explain_gradients(wrong, X))


@pytest.mark.parametrize("mistake", [1.0, 0.2])
def test_a_frozen_parameter_is_left_out_and_named(mistake: float) -> None:
    module = nn.Sequential(nn.Linear(3, 2), Scaled(mistake))
    module[0].weight.requires_grad_(False)
    report = explain_gradients(module, torch.randn(5, 3))
    assert report.named("equal", "different", "not judged") == ["input", "0.bias", "1.scale"]
    assert report.agrees == (mistake == 1)
    assert "not judged, because requires_grad is False: 0.weight" in str(report)


def forward_in_numpy(x: np.ndarray, w: np.ndarray) -> tuple[np.ndarray, tuple[np.ndarray, np.ndarray]]:
    return x @ w, (x, w)


@pytest.mark.parametrize(
    ("backward", "said"),
    [
        (lambda dout, cache: (dout @ cache[1].T, cache[0].T @ dout), "all 2 tensors are equal"),
        (lambda dout, cache: (dout @ cache[1].T, cache[0].T @ dout / 4), "0.25 times the right one, and 4 is the size"),
    ],
)
def test_a_pair_of_functions_in_numpy_is_judged(backward: Callable[..., Any], said: str) -> None:
    generator = np.random.default_rng(0)
    x, w = generator.normal(size=(4, 3)), generator.normal(size=(3, 2))
    assert said in str(explain_gradients(forward_in_numpy, x, w, backward=backward))


def test_a_backward_without_a_cache_gets_the_inputs() -> None:
    assert explain_gradients(torch.sin, torch.randn(4), backward=lambda g, x: g * x.cos()).agrees


def test_a_random_function_draws_the_same_numbers_in_each_call() -> None:
    X, before = torch.randn(6, 3), torch.get_rng_state()
    assert explain_gradients(nn.functional.dropout, X).agrees
    assert torch.equal(torch.get_rng_state(), before)


def test_a_random_function_that_draws_other_numbers_in_float64_is_not_called_wrong() -> None:
    function = made(torch.square, lambda g, X: 2 * g * X).apply
    for seed in range(4):
        X = torch.randn(5, 8, generator=torch.Generator().manual_seed(seed))
        assert explain_gradients(lambda X: function(X * (torch.rand_like(X) < 0.5)), X).named("different") == []


def test_a_float32_input_beside_a_float64_input_has_the_rounding_errors_of_float32() -> None:
    function = made(lambda A, B: A * B, lambda g, A, B: (g * B, g * A)).apply
    for seed in range(4):
        A, B = inputs_of(((4, 3), (4, 3)), seed=seed)
        assert explain_gradients(function, A, B.float()).agrees


@pytest.mark.parametrize(("mistake", "said"), [(1, "the tensor is equal"), (3, "it is 3 times the right one")])
def test_a_backward_that_runs_only_in_float32_is_judged_in_float32(mistake: int, said: str) -> None:
    def backward(g: Tensor, table: Tensor) -> Tensor:
        found = torch.zeros(table.shape)
        found[[0, 2]] = mistake * g  # raises unless g is of float32
        return found

    table = torch.randn(4, 3, generator=torch.Generator().manual_seed(0))
    assert said in str(explain_gradients(made(lambda table: table[[0, 2]], backward), table))


def test_an_output_that_is_infinite_is_not_judged() -> None:
    assert explain_gradients(torch.log, torch.tensor([0.0, 1.0, 2.0])).named("not judged") == ["input 0"]


def test_a_kink_judges_nothing_and_a_step_has_the_slope_0() -> None:
    report = explain_gradients(torch.relu, torch.tensor([-1.0, 0.0, 2.0]))
    assert (report.agrees, report.tensors[0].kinks) == (True, 1)
    assert explain_gradients(torch.sign, torch.tensor([-1.0, 3.0, 2.0])).agrees


# What else is found


def test_a_saved_tensor_that_is_changed_in_place_shows_in_a_second_backward() -> None:
    def forward(X: Tensor) -> Tensor:
        return X.square()

    class InPlace(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, X: Tensor) -> Tensor:
            ctx.slope = 2 * X
            return forward(X)

        @staticmethod
        def backward(ctx: Any, g: Tensor) -> Tensor:
            return ctx.slope.mul_(g)

    report = explain_gradients(InPlace.apply, torch.randn(5))
    assert not report.agrees
    assert "a second backward through the same graph gives other numbers" in str(report)


def test_digits_that_a_narrower_dtype_loses_are_told() -> None:
    def backward(g: Tensor, X: Tensor) -> Tensor:
        return g * ((1e6 + X) - 1e6).cos()

    function = made(torch.sin, backward).apply
    assert explain_gradients(function, torch.randn(6, dtype=torch.float64)).agrees
    assert "in float64 it is right: float32 loses the digits" in str(explain_gradients(function, torch.randn(6)))


def test_another_forward_than_the_plain_one_judges_no_gradient() -> None:
    report = explain_gradients(torch.sin, torch.randn(4), plain=torch.cos)
    assert (report.agrees, report.tensors) == (False, [])
    assert "the forward is not that of `plain`" in str(report)


def test_a_cause_that_is_not_known_is_not_guessed() -> None:
    def backward(g: Tensor, X: Tensor) -> Tensor:
        return g * (X.cos() + 0.37 * X**5)

    report = explain_gradients(made(torch.sin, backward).apply, torch.randn(3, 4, dtype=torch.float64))
    assert "no cause that is searched makes it" in str(report)


@pytest.mark.slow
def test_a_large_tensor_is_judged_by_a_sample_of_its_entries() -> None:
    function, X = made(torch.sin, lambda g, X: -g * X.cos()), torch.randn(30, 20)
    report = explain_gradients(function, X)
    assert report.tensors[0].sampled == 500
    judged = "(judged: 1 by central differences, at 500 random entries of input 0)"
    assert judged in str(report)
    assert judged in report._repr_html_()
    assert judged in report.as_record()["summary"]
    assert "random" not in explain_gradients(function, X, plain=torch.sin).coverage.en, "autograd judges all entries"
    assert "in 500 of 500 sampled entries" in str(report)
    assert "it has the wrong sign" in str(report)


def test_the_names_go_through_a_progress_bar_if_many_entries_are_judged(monkeypatch: Monkeypatch) -> None:
    seen: list[list[str]] = []

    def progress(names: list[str]) -> list[str]:
        seen.append(names)
        return names

    for most in (8, 7):
        monkeypatch.setattr("course_torch.verification.functions.explain_gradients.ENTRIES", most)
        assert explain_gradients(torch.mul, torch.randn(3, 2), torch.randn(2), progress=progress).agrees
    assert seen == [["input 0", "input 1"]]


RANDOM = np.random.default_rng(0)


@pytest.mark.parametrize(
    ("function", "argument", "line"),
    [
        (lambda x: x, 3, "inputs: found no tensor of real numbers"),
        (lambda x: x, torch.tensor([1.0, torch.nan]), "x: found nan or inf, expected numbers"),
        (lambda x: 3, torch.ones(2), "function: returns no tensor of real numbers"),
        (lambda x: x, torch.ones(0, 3), r"x: found a tensor of the shape \(0, 3\), expected at least one entry"),
        (lambda x: torch.tensor(x), [1.0, 2.0], "x: found a list, expected a tensor or an array"),
        (lambda x: x[0] * x[1], (torch.ones(2), torch.ones(2)), "x: found a tuple, expected a tensor or an array"),
        (lambda x: x * RANDOM.random(), torch.ones(2), "function: two calls with the same inputs return different"),
        (lambda x: x[: RANDOM.integers(1, 99)], torch.ones(99), "function: two calls with the same inputs return"),
    ],
)
def test_what_cannot_be_judged_is_rejected(function: Callable[..., Any], argument: Any, line: str) -> None:
    with pytest.raises(InputError, match=line):
        explain_gradients(function, argument)


def test_the_report_has_the_forms_of_every_comparison() -> None:
    function = made(lambda A, B: A * B, lambda g, A, B: (g * B, g * B)).apply
    report = explain_gradients(function, *inputs_of(((2, 2), (2, 2))))
    assert isinstance(report, GradientReport)
    assert "<th>differences</th></tr>" in report._repr_html_(), "a function trains nothing"
    assert "GradientReport: the gradient of input 1 is wrong" in repr(report)  # what pytest shows of a failed assert
    assert report.text.zh.startswith("input 1 的梯度不对")
