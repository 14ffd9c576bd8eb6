"""The import of Lightning: it does not load scipy.signal, and it does no harm to it."""

import subprocess
import sys

LOADED = "[name for name in sys.modules if name.startswith('scipy.signal')]"


def printed(program: str) -> str:
    return subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout


def test_training_does_not_load_scipy_signal_and_a_later_import_loads_it() -> None:
    program = f"""
import sys
import course_torch.training
assert "torchmetrics" in sys.modules
print({LOADED})
import scipy.signal
print(scipy.signal.__name__, scipy.signal.windows.hamming(1), hasattr(scipy.signal, "hamming"))
"""
    assert printed(program) == "[]\nscipy.signal [1.] False\n"


def test_a_loaded_scipy_signal_stays_as_it_is() -> None:
    program = """
import sys
import scipy.signal
before = scipy.signal
import course_torch.training
print(sys.modules["scipy.signal"] is before, before.windows.hamming(1))
"""
    assert printed(program) == "True [1.]\n"
