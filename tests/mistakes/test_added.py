"""One record is enough: compare, check, trace, the tests and the page of the mistakes use it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from torch import Tensor

from course_torch import compare_gradients
from course_torch.commands.main import main
from course_torch.formulas import layers
from course_torch.lessons import cited
from course_torch.mistakes import BACKWARD, MISTAKES
from course_torch.mistakes.faults import faults_of
from course_torch.mistakes.record import Edit, Mistake, mistake
from course_torch.mistakes.solution import solution
from course_torch.network.deep_network import DeepNetwork
from course_torch.tracing.trace import trace
from tests.conftest import Problem
from tests.verification.networks.self_test.scores import problem_with_reference, score
from tools.build_mistakes_page import page

CUBED = mistake(
    "A_prev cubed",
    "A_prev 的立方",
    "2.5",
    "A_prev is cubed: dW = (1/m) dZᵀ A_prev",
    "A_prev 被取了立方：dW = (1/m) dZᵀ A_prev",
    Edit("dW", "A_prev", "A_prev**3"),
    Edit("linear_backward", "@ A_prev /", "@ A_prev**3 /"),
)


@pytest.fixture
def _wrong_formula(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody makes the mistake in a formula of the package."""
    right = layers.linear_backward

    def cubed(dZ: Tensor, A_prev: Tensor, m: float) -> tuple[Tensor, Tensor]:
        return dZ.T @ (A_prev * A_prev * A_prev) / m, right(dZ, A_prev, m)[1]

    monkeypatch.setattr(layers, "linear_backward", cubed)


@pytest.fixture
def added(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mistake]:
    """The record stands in the list of the backward pass, as if it were written there."""
    problem_with_reference.cache_clear()  # it remembers what the records before would have computed
    monkeypatch.setitem(MISTAKES, CUBED.key, CUBED)
    BACKWARD.append(CUBED)
    yield CUBED
    BACKWARD.remove(CUBED)
    problem_with_reference.cache_clear()


@pytest.mark.usefixtures("_wrong_formula")
def test_without_the_record_the_mistake_has_no_name(make_problem: Callable[..., Problem]) -> None:
    diagnosis = compare_gradients(*make_problem(hidden_activation="tanh")).diagnosis
    assert diagnosis.causes == ("unknown",)


@pytest.mark.usefixtures("_wrong_formula")
def test_the_diagnosis_names_the_mistake(added: Mistake, make_problem: Callable[..., Problem]) -> None:
    report = compare_gradients(*make_problem(hidden_activation="tanh"))
    assert report.diagnosis.causes == (added.key,)
    assert f"Probably {added.sentence.en} (notes 2.5)" in str(report)


@pytest.mark.slow
def test_check_names_the_mistake_in_a_learners_file(
    added: Mistake, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, right = tmp_path / "deep.py", solution("deep", "numpy", "rows")
    file.write_text(right.replace("dZ.T @ A_prev /", "dZ.T @ (A_prev * A_prev * A_prev) /"), encoding="utf-8")
    assert main(["check", str(file)]) == 1
    said = capsys.readouterr().out
    assert f"Probably: {added.sentence.en} (notes 2.5)" in said


def test_trace_names_the_mistake_in_a_pass_of_the_learner(added: Mistake, make_problem: Callable[..., Problem]) -> None:
    def own(network: DeepNetwork, X: Tensor, Y: Tensor) -> tuple[Tensor, list[layers.LayerGradients]]:
        steps = zip(network.backward_steps(X, Y), network.caches(X), strict=True)
        return network.cost(X, Y), [
            step.gradients._replace(dW=step.dZ.T @ (cache.A_prev * cache.A_prev * cache.A_prev) / len(X))
            for step, cache in steps
        ]

    record = trace(*make_problem(hidden_activation="tanh"), own=own, own_name="own.py").own
    assert record.first_wrong.causes == [added.key]


def test_the_tests_make_the_mistake_in_the_real_code(added: Mistake) -> None:
    (fault,) = faults_of(added)
    assert (fault.title, fault.sentence) == (added.title, cited(added.sentence, "2.5"))
    result = score(fault)
    assert result.found == result.placed == result.named == result.runs > 0
    assert result.reported


def test_the_page_shows_the_mistake_in_both_languages(added: Mistake) -> None:
    counts = [(0,) * 7] * 2
    formula = "\n- `dW = dZ.T @ A_prev**3 / m`"
    assert f"{formula}: {added.sentence.en} (2.5)\n" in page(counts, "en")
    assert f"{formula}：{added.sentence.zh}（2.5）\n" in page(counts, "zh")
