"""The terms of the glossary in both languages: the notes' own words, in the order of the notes."""

from _terms.deep_network import DEEP_NETWORK
from _terms.derivatives import DERIVATIVES
from _terms.logistic_regression import LOGISTIC_REGRESSION
from _terms.others import OTHERS
from _terms.shallow_network import SHALLOW_NETWORK
from _terms.term import Term

__all__ = ["TERMS", "Term"]

TERMS = [*LOGISTIC_REGRESSION, *DERIVATIVES, *SHALLOW_NETWORK, *DEEP_NETWORK, *OTHERS]
