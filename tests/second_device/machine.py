"""The second device of this process, which the environment variable COURSE_TORCH_DEVICE names.

pretend      the device of `device.py` without float64, as Apple's mps
pretend64    the same with float64, as CUDA
cuda, mps    an accelerator of this machine: `COURSE_TORCH_DEVICE=cuda python -m pytest tests/second_device/runs`
"""

import os

import torch
from lightning.fabric.accelerators import MPSAccelerator as FabricMPS
from lightning.pytorch.accelerators import MPSAccelerator
from lightning.pytorch.plugins import MixedPrecision

from tests.second_device import device

VARIABLE = "COURSE_TORCH_DEVICE"
DEVICE = os.environ.get(VARIABLE, "")
PRETENDS = DEVICE.startswith(device.NAME)
NAME = device.NAME if PRETENDS else DEVICE
HAS_FLOAT64 = DEVICE not in (device.NAME, "mps")
SCALES = DEVICE != device.NAME
"""Whether torch's GradScaler works: it computes in float64 on each device but the one that is called mps."""


def switch_on() -> None:
    """Give this process the pretended device. Lightning takes it for Apple's mps, so `--accelerator auto` finds it."""
    device.register(HAS_FLOAT64)
    FabricMPS.is_available = staticmethod(lambda: True)
    MPSAccelerator.get_parallel_devices = staticmethod(lambda devices: [torch.device(device.NAME, 0)])
    MPSAccelerator.setup_device = lambda self, given: None
    MixedPrecision.autocast_context_manager = autocast


def autocast(plugin: MixedPrecision) -> torch.autocast:
    """Lightning's context of mixed precision, on the pretended device instead of mps."""
    kind = device.NAME if plugin.device == "mps" else plugin.device
    dtype = torch.bfloat16 if plugin.precision == "bf16-mixed" else torch.float16
    return torch.autocast(kind, dtype=dtype, cache_enabled=False)
