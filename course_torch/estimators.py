"""Estimators of scikit-learn whose fit is the course's gradient descent (notes 3.2, 3.3)."""

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import Tags, check_random_state
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from course_torch.errors import one_of
from course_torch.formulas.activations import ACTIVATIONS
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.gradient_descent import Diverged, divergence, gradient_descent
from course_torch.network.parameters import INITIALIZATIONS

Numbers = NDArray[np.float64]


class CourseEstimator(BaseEstimator):
    """A DeepNetwork in float64 that full-batch gradient descent trains. Features should lie around 0: StandardScaler.

    After `fit`, `network_` is the DeepNetwork and `history_` the recorded costs.

    Args:
        hidden_layers: width of each hidden layer, or of the only one; () for logistic or linear regression
        hidden_activation: {activations}
        learning_rate: α
        iterations: number of updates
        initialization: {initializations}
        random_state: of the initial parameters, as in all estimators of scikit-learn
    """

    def __init__(
        self,
        hidden_layers: Sequence[int] | int = (16,),
        hidden_activation: str = "tanh",
        learning_rate: float = 0.2,
        iterations: int = 1000,
        initialization: str = "lecun",
        random_state: Any = None,
    ) -> None:
        self.hidden_layers = hidden_layers
        self.hidden_activation = hidden_activation
        self.learning_rate = learning_rate
        self.iterations = iterations
        self.initialization = initialization
        self.random_state = random_state

    def _descend(self, X: Numbers, Y: Numbers, output: str) -> None:
        """Train a new network on X (m, n_x) and Y (m, n_y). Raises InputError for settings out of range."""
        hidden = np.atleast_1d(np.asarray(self.hidden_layers, object)).tolist()  # object: an error shows what was given
        self.network_ = DeepNetwork(
            [X.shape[1], *hidden, Y.shape[1]],
            self.hidden_activation,
            output,
            initialization=self.initialization,
            dtype=torch.float64,
            generator=check_random_state(self.random_state),
        )
        with warnings.catch_warnings(action="ignore", category=Diverged):  # scikit-learn has a warning of its own
            self.history_ = gradient_descent(
                self.network_,
                torch.tensor(X),  # a copy: X may be read-only
                torch.tensor(Y),
                learning_rate=self.learning_rate,
                iterations=self.iterations,
            )
        self.n_iter_ = self.iterations
        if divergence(self.network_, self.history_, self.iterations) is not None:
            advice = "take a smaller learning_rate, or scale the features and real labels (StandardScaler)"
            warnings.warn(f"the cost grows without a limit: {advice}", ConvergenceWarning, stacklevel=3)

    def _outputs(self, X: ArrayLike) -> Numbers:
        """A[L] (m, n_y) of the trained network."""
        check_is_fitted(self)
        checked = torch.tensor(validate_data(self, X, dtype=np.float64, reset=False))
        with torch.no_grad():
            return self.network_(checked).numpy()


CourseEstimator.__doc__ = (CourseEstimator.__doc__ or "").format(
    activations=one_of(ACTIVATIONS).en, initializations=one_of(INITIALIZATIONS).en
)


class CourseClassifier(ClassifierMixin, CourseEstimator):
    """A classifier: sigmoid for two classes, softmax for more. `classes_` are the labels, in the order of columns."""

    def fit(self, X: ArrayLike, y: ArrayLike) -> "CourseClassifier":
        """Train on features X (m, n_x) and one label for each example."""
        features, labels = validate_data(self, X, y, dtype=np.float64)
        check_classification_targets(labels)
        self.classes_, indices = np.unique(labels, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(f"y: found 1 class, '{self.classes_[0]}', expected at least 2")
        if len(self.classes_) == 2:
            self._descend(features, indices[:, None].astype(float), "sigmoid")
        else:
            self._descend(features, np.eye(len(self.classes_))[indices], "softmax")
        return self

    def predict_proba(self, X: ArrayLike) -> Numbers:
        """P (m, number of classes): the probability of each class."""
        A = self._outputs(X)
        return np.hstack([1 - A, A]) if A.shape[1] == 1 else A

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """The most likely label of each example."""
        most_likely = self.predict_proba(X).argmax(axis=1)
        return self.classes_[most_likely]


class CourseRegressor(RegressorMixin, CourseEstimator):
    """A regressor: identity as output, squared error as loss. Labels y (m,) or (m, n_y)."""

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags

    def fit(self, X: ArrayLike, y: ArrayLike) -> "CourseRegressor":
        """Train on features X (m, n_x) and real labels."""
        features, labels = validate_data(self, X, y, dtype=np.float64, multi_output=True, y_numeric=True)
        self._single = labels.ndim == 1
        self._descend(features, labels.reshape(len(labels), -1).astype(float), "identity")
        return self

    def predict(self, X: ArrayLike) -> Numbers:
        """Ŷ in the shape of the labels of `fit`."""
        A = self._outputs(X)
        return A[:, 0] if self._single else A
