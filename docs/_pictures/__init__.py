"""The pictures that open the start page and the lessons. A picture is a function that yields SVG elements."""

from _pictures import deep_network, logistic_regression, shallow_network, start
from _pictures.frame import PICTURES

__all__ = ["PICTURES", "deep_network", "logistic_regression", "shallow_network", "start"]
