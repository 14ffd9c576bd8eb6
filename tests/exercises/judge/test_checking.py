"""The check of a whole file: the flower at the end, and the second judge."""

from collections.abc import Callable
from pathlib import Path

import pytest
from torch import Tensor

from course_torch.errors import InputError
from course_torch.exercises.judge.answer import second_judge, trained
from course_torch.exercises.judge.checking import check_file
from course_torch.mistakes.solution import solution
from tests.exercises.judged import written


@pytest.mark.parametrize(("chapter", "lowest"), [("logistic", 0.45), ("shallow", 0.88), ("deep", 0.88)])
@pytest.mark.parametrize("layout", ["rows", "columns"])
def test_a_right_file_separates_the_flower(tmp_path: Path, chapter: str, layout: str, lowest: float) -> None:
    check = check_file(written(tmp_path, solution(chapter, "numpy", layout)), show=True)
    assert check.passed
    assert check.trained is not None
    assert check.trained.accuracy > lowest
    assert check.trained.after < check.trained.before
    (line,) = trained(check)
    assert "on the flower" in line


def test_gradients_of_a_wrong_cost_are_told_from_wrong_gradients(tmp_path: Path) -> None:
    """J without 1/m whose gradients have no 1/m either, against J without 1/m above right gradients."""
    summed = solution("deep", "numpy", "columns").replace("np.log(1 - AL)) / m", "np.log(1 - AL))")
    both = summed.replace("A_prev.T / m", "A_prev.T").replace("keepdims=True) / m", "keepdims=True)")
    assert both != summed != solution("deep", "numpy", "columns")
    check = check_file(written(tmp_path, both))
    assert check.derives is True
    assert list(second_judge(check)) == [
        "Your gradients are the derivatives of your own cost: it is the cost that is wrong."
    ]
    check = check_file(written(tmp_path, summed))
    assert check.derives is False
    assert not list(second_judge(check))


def linear(A_prev: Tensor, W: Tensor, b: Tensor) -> Tensor:
    """Z = A_prev Wᵀ + b: broken, it leaves b out."""
    return A_prev @ W.T


def linear_backward(dZ: Tensor, A_prev: Tensor, m: float) -> tuple[Tensor, Tensor]:
    """dW = (1/m) dZᵀ A_prev: broken, it is transposed."""
    return A_prev.T @ dZ / m, dZ.sum(dim=0, keepdim=True) / m


@pytest.mark.parametrize(
    ("broken", "named"), [(linear, "first wrong: Z[1] in the forward pass"), (linear_backward, "first wrong: dW[2]")]
)
def test_a_broken_formula_of_the_package_is_named_in_place_of_a_verdict(
    broken: Callable[..., object], named: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise a right file would be called wrong, or the judge would end in a traceback."""
    for module in ("formulas.layers", "network.propagation", "network.autograd_bridge"):
        monkeypatch.setattr(f"course_torch.{module}.{broken.__name__}", broken, raising=False)
    with pytest.raises(InputError, match=r"^course_torch: a formula of the package itself is wrong") as caught:
        check_file(written(tmp_path, solution("deep", "numpy", "rows")))
    assert named in str(caught.value)
    assert "\n" not in str(caught.value)
