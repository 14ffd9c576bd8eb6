"""The pictures of the lessons. A picture is a function that yields SVG elements."""

from _pictures import deep_network, logistic_regression, shallow_network
from _pictures.frame import PICTURES

__all__ = ["PICTURES", "deep_network", "logistic_regression", "shallow_network"]
