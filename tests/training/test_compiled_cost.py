"""Training runs the compiled cost if network.cost is replaced by it."""

import json
import subprocess
import sys

import pytest

PROGRAM = """
import json, sys, torch
from torch._dynamo.testing import CompileCounter
from lightning import Trainer
from course_torch.training.settings import quiet_lightning
from course_torch.training.data_module import CourseData
from course_torch.training.module import NetworkModule

def trained(prepare):
    frames, module = CompileCounter(), NetworkModule([64, 8, 10], "tanh", "softmax")
    prepare(module.network, frames)
    Trainer(
        accelerator="cpu", precision=64, max_epochs=1, limit_val_batches=0, logger=False, enable_checkpointing=False,
        enable_progress_bar=False, enable_model_summary=False,
    ).fit(module, CourseData("digits", batch_size=64))
    return frames.frame_count, torch.cat([each.detach().flatten() for each in module.network.parameters()])

def compile_cost(network, frames):
    network.cost = torch.compile(network.cost, fullgraph=True, backend=frames)

quiet_lightning()
plain, compiled, module_alone = (
    trained(prepare) for prepare in (
        lambda network, frames: None, compile_cost, lambda network, frames: network.compile(backend=frames)
    )
)
print(json.dumps([compiled[0], module_alone[0], ((compiled[1] - plain[1]).norm() / plain[1].norm()).item()]))
"""


@pytest.mark.slow
def test_training_runs_a_compiled_cost_but_not_a_compiled_module() -> None:
    """The smaller last batch needs a second compiled frame. Training never calls the module's forward."""
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=500)
    assert done.returncode == 0, done.stderr[-3000:]
    compiled, module_alone, apart = json.loads(done.stdout.splitlines()[-1])
    assert (compiled, module_alone) == (2, 0)
    assert apart < 1e-12
