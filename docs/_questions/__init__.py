"""The questions with numbers of the pages: "PAGE-what" -> question."""

from _questions.deep_network import DEEP_NETWORK
from _questions.derivatives import DERIVATIVES
from _questions.logistic_regression import LOGISTIC_REGRESSION
from _questions.question import Question
from _questions.shallow_network import SHALLOW_NETWORK
from _questions.start import START
from _questions.vectorization import VECTORIZATION

__all__ = ["QUESTIONS", "Question"]

QUESTIONS: dict[str, Question] = {
    **START,
    **DERIVATIVES,
    **LOGISTIC_REGRESSION,
    **VECTORIZATION,
    **SHALLOW_NETWORK,
    **DEEP_NETWORK,
}
