"""Training through Lightning, and nothing else that knows Lightning."""

import importlib
import sys
from types import ModuleType


def import_lightning() -> None:
    """Import Lightning without scipy.signal, which would take a fifth of the start of train.py.

    Lightning imports torchmetrics, which imports scipy.signal only to add an old name to it: `hamming`. An empty module
    stands in its place until torchmetrics is loaded. A later `import scipy.signal` loads the real module.
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


import_lightning()
