"""The estimators of scikit-learn: its own checks, and fits that are worked out another way."""

import subprocess
import sys

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from sklearn.datasets import make_blobs, make_moons
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from course_torch import CourseClassifier, CourseRegressor, DeepNetwork, gradient_descent
from course_torch.errors import InputError
from course_torch.formulas.activations import ACTIVATIONS
from course_torch.network.parameters import INITIALIZATIONS

CHECKS = """
from sklearn.utils.estimator_checks import check_estimator
from course_torch import CourseClassifier, CourseRegressor
from course_torch.errors import InputError

for estimator in (CourseClassifier(), CourseRegressor()):
    results = check_estimator(estimator, on_skip=None)
    print(len(results) > 50, [result["check_name"] for result in results if result["status"] != "passed"])
for hidden in (2.5, "wide", (3, "x"), None, -3):
    try:
        CourseClassifier(hidden).fit([[0, 1], [1, 0]], [0, 1])
    except InputError as error:
        print(error)
"""


@pytest.mark.slow
def test_every_check_of_scikit_learn_passes_and_a_width_that_is_no_number_is_refused_in_one_line() -> None:
    """In a process of its own: here the types of all arguments are checked, and some checks give wrong types."""
    run = subprocess.run([sys.executable, "-W", "ignore", "-c", CHECKS], capture_output=True, text=True, check=False)
    assert run.stderr == ""
    lines = run.stdout.splitlines()
    assert lines[:2] == ["True ['check_array_api_input']"] * 2  # it needs SCIPY_ARRAY_API=1
    found = ["[2, 2.5, 1]", "[2, 'wide', 1]", "[2, 3, 'x', 1]", "[2, None, 1]", "[2, -3, 1]"]
    for line, sizes in zip(lines[2:], found, strict=True):
        assert line.startswith(f"layer_sizes: found {sizes}, expected the number of features")


def moons(m: int = 200) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    return make_moons(m, noise=0.1, random_state=1)


@pytest.mark.parametrize("hidden", [(5,), 5], ids=str)
def test_fit_is_gradient_descent_on_all_examples(hidden: tuple[int, ...] | int) -> None:
    """One hidden layer may be a number."""
    X, y = moons()
    fitted = CourseClassifier(hidden, "relu", learning_rate=0.3, iterations=50, random_state=3).fit(X, y)
    network = DeepNetwork([2, 5, 1], "relu", dtype=torch.float64, generator=np.random.RandomState(3))
    gradient_descent(network, torch.from_numpy(X), torch.from_numpy(y)[:, None], learning_rate=0.3, iterations=50)
    for own, expected in zip(fitted.network_.parameters(), network.parameters(), strict=True):
        torch.testing.assert_close(own, expected)
    (_, probability) = fitted.predict_proba(X[:1])[0]
    assert probability == pytest.approx(network(torch.from_numpy(X[:1])).item())


def test_no_hidden_layer_is_linear_regression() -> None:
    generator = np.random.default_rng(1)
    X = generator.normal(size=(60, 3))
    Y = X @ [[1.0, 2.0], [0.5, -1.0], [0.0, 3.0]] + [4.0, -2.0] + 0.1 * generator.normal(size=(60, 2))
    fitted = CourseRegressor((), learning_rate=0.5, iterations=400).fit(X, Y)
    np.testing.assert_allclose(fitted.predict(X), LinearRegression().fit(X, Y).predict(X), atol=1e-6)
    assert CourseRegressor((), iterations=5).fit(X, Y[:, 0]).predict(X).shape == (60,)


@pytest.mark.parametrize("labels", [["no", "yes"], ["a", "b", "c"]])
def test_labels_may_be_words_and_the_columns_are_in_the_order_of_classes(labels: list[str]) -> None:
    X, indices = make_blobs(90, centers=len(labels), random_state=2)
    y = np.array(labels)[indices]
    model = make_pipeline(StandardScaler(), CourseClassifier(random_state=1)).fit(X, y)
    assert model.score(X, y) > 0.95
    P = model.predict_proba(X)
    np.testing.assert_allclose(P.sum(axis=1), 1)
    assert (model.classes_[P.argmax(axis=1)] == model.predict(X)).all()


def test_a_cost_that_grows_without_a_limit_is_told() -> None:
    X = np.array([[1.0], [2.0], [3.0]])
    with pytest.warns(ConvergenceWarning, match="smaller learning_rate"):
        CourseRegressor((), learning_rate=10.0).fit(X, X[:, 0])


def test_a_wrong_setting_is_named() -> None:
    with pytest.raises(InputError, match="learning_rate: found 0"):
        CourseClassifier(learning_rate=0).fit(*moons(20))
    with pytest.raises(ValueError, match="y: found 1 class, '1', expected at least 2"):
        CourseClassifier().fit([[0.0], [1.0]], [1, 1])


def test_the_docstring_names_every_activation_and_initialization() -> None:
    described = CourseClassifier.__mro__[2].__doc__ or ""
    assert f"hidden_activation: one of {', '.join(ACTIVATIONS)}\n" in described
    assert f"initialization: one of {', '.join(INITIALIZATIONS)}\n" in described
