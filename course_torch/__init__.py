"""The course "Neural Networks and Deep Learning" as software: every gradient by hand, proved against autograd."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from course_torch.formulas.layers import LayerGradients
    from course_torch.network.deep_network import DeepNetwork
    from course_torch.network.gradient_descent import gradient_descent
    from course_torch.network.parameters import LayerParameters
    from course_torch.tracing.trace import trace
    from course_torch.training.module import NetworkModule
    from course_torch.verification.functions.explain_gradients import explain_gradients
    from course_torch.verification.networks.comparison import compare_gradients

__version__ = "0.2.0"
__all__ = ["DeepNetwork", "LayerGradients", "LayerParameters", "NetworkModule"]
__all__ += ["compare_gradients", "explain_gradients", "gradient_descent", "trace"]

MODULES = {
    "DeepNetwork": "network.deep_network",
    "LayerGradients": "formulas.layers",
    "LayerParameters": "network.parameters",
    "NetworkModule": "training.module",
    "compare_gradients": "verification.networks.comparison",
    "explain_gradients": "verification.functions.explain_gradients",
    "gradient_descent": "network.gradient_descent",
    "trace": "tracing.trace",
}


def load_ipython_extension(shell: Any) -> None:
    """`%load_ext course_torch` in a notebook: %check and %%check judge what the cells define."""
    from course_torch.exercises.magics import CheckMagics

    shell.register_magics(CheckMagics)


def __getattr__(name: str) -> Any:
    """Import a name of the package when it is first used.

    The commands import the package before they can handle Ctrl-C, so the package itself must not load torch.
    """
    if name not in MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{MODULES[name]}"), name)
