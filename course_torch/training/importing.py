"""Import Lightning without the slowest of the libraries that it does not need."""

import importlib
import sys
from types import ModuleType


def import_lightning() -> None:
    """Import Lightning, but not scipy.signal.

    Lightning imports torchmetrics, and torchmetrics imports scipy.signal only to add an old name to it: `hamming`, for
    a metric of sounds. That import takes up to half the time of `import torch`. An empty module stands in its place
    until torchmetrics is loaded. A later `import scipy.signal` loads the real module.
    """
    name = "scipy.signal"
    if name in sys.modules:
        return
    sys.modules[name] = ModuleType(name)
    sys.modules[name].hamming = None  # type: ignore[attr-defined]
    try:
        importlib.import_module("lightning")
    finally:
        del sys.modules[name]
