"""Training through Lightning, and nothing else that knows Lightning: options go in, a run folder comes out.

cli                 one training from its command line to its results
options             its options and their help; allowed: what a config may name without --allow-code
settings            the settings of the Trainer that fit the data, and those that are rejected
data_module         the batches of the data set, for each rank
module              the network with its optimizer and metrics
callbacks/          what every run does beside: save, stop, warn, show
compare_gradients   the gradient report during a training
run_folder          its number, lock and logs, and what a run that is resumed must have in common with it
results             what a run prints and draws at its end
lightning_private   all that depends on private names of Lightning
"""

import importlib
import sys
from types import ModuleType


def import_lightning() -> None:
    """Import Lightning without scipy.signal: `course-torch train --help` then takes 4.5 s of CPU instead of 5.6 s.

    Lightning imports torchmetrics, which imports scipy.signal only to add an old name to it: `hamming`. An empty module
    stands in its place until torchmetrics is loaded. A later `import scipy.signal` loads the real module. The call
    stands in this file because every file of the package imports Lightning, and any may be imported first.
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
