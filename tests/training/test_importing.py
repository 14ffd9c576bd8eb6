"""What a fresh process of train.py loads and shows. The tests read it from one process: such a process takes seconds.

The import of Lightning does not load scipy.signal, and it does no harm to it.
"""

import json
import subprocess
import sys
from typing import Any

import pytest
import scipy.signal

from course_torch.training import import_lightning

PROGRAM = """
import io, json, sys
from contextlib import redirect_stdout, suppress
from dataclasses import replace

import course_torch.commands.main
facts = {"torch with the command": "torch" in sys.modules}

from course_torch.formulas.activations import ACTIVATIONS
ACTIVATIONS["elu"] = replace(ACTIVATIONS["tanh"], name="elu")
from course_torch.training.cli import main
facts["exercises"] = "course_torch.exercises" in sys.modules
facts["torchmetrics"] = "torchmetrics" in sys.modules
facts["scipy.signal"] = [name for name in sys.modules if name.startswith("scipy.signal")]
with redirect_stdout(io.StringIO()) as shown, suppress(SystemExit):
    main(["--help"])
facts["help"] = shown.getvalue()

import scipy.signal
facts["names"] = sorted(dir(scipy.signal))
facts["convolved"] = scipy.signal.convolve([1, 2], [3, 4]).tolist()
print(json.dumps(facts))
"""


@pytest.fixture(scope="module")
def facts() -> dict[str, Any]:
    done = subprocess.run([sys.executable, "-c", PROGRAM], check=True, capture_output=True, text=True, timeout=120)
    return json.loads(done.stdout)


@pytest.mark.slow
def test_the_command_alone_loads_no_torch_and_training_loads_no_checker(facts: dict[str, Any]) -> None:
    assert not facts["torch with the command"]
    assert not facts["exercises"]


@pytest.mark.slow
def test_training_does_not_load_scipy_signal_and_a_later_import_loads_all_of_it(facts: dict[str, Any]) -> None:
    """torchmetrics adds the name hamming to the module that it imports."""
    assert facts["torchmetrics"]
    assert facts["scipy.signal"] == []
    assert facts["names"] == sorted({*dir(scipy.signal)} - {"hamming"})
    assert facts["convolved"] == [3, 10, 8]


def test_a_loaded_scipy_signal_stays_as_it_is() -> None:
    before = scipy.signal
    import_lightning()
    assert sys.modules["scipy.signal"] is before
    assert before.windows.hamming(1) == [1.0]


@pytest.mark.slow
def test_an_activation_that_is_added_to_the_table_is_listed_in_the_help(facts: dict[str, Any]) -> None:
    """The help is made when the training is imported, after the table."""
    shown = " ".join(facts["help"].split())
    assert "one of sigmoid, tanh, relu, leaky_relu, identity, elu" in shown
    assert "one of sigmoid (n_y yes-or-no answers), softmax (one of n_y classes), identity (n_y real numbers)" in shown
