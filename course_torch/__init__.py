"""The course "Neural Networks and Deep Learning" as software: every gradient by hand, proved against autograd."""

from course_torch.formulas.layers import LayerGradients
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.gradient_descent import gradient_descent
from course_torch.network.parameters import LayerParameters
from course_torch.verification.comparison import compare_gradients

__version__ = "0.1.0"
__all__ = ["DeepNetwork", "LayerGradients", "LayerParameters", "compare_gradients", "gradient_descent"]
