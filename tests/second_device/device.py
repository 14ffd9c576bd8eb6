"""A second device, made in Python: what a machine without an accelerator can try of one.

Its tensors hold tensors of the CPU, on which the CPU's kernels compute. It differs from the CPU as accelerators do:

- An operation takes no tensor of the CPU, except numbers (rank 0), and the copies between the devices.
- `numpy()` of its tensors fails.
- It draws with no generator of the CPU.
- On request it has no float64, as Apple's mps has none.

Registration holds for the whole process, so the device belongs into a process of its own. It needs torch 2.9 or later.
"""

from collections import Counter
from functools import partial
from typing import Any, NoReturn

import torch
from torch import Tensor
from torch.library import Library, fallthrough_kernel
from torch.utils._pytree import tree_leaves, tree_map_only
from torch.utils.backend_registration import _setup_privateuseone_for_python_backend

NAME = "pretend"
CPU = torch.device("cpu")
aten = torch.ops.aten
COPIES = {"aten::copy_", "aten::_to_copy", "aten::_copy_from"}
"""The operations that move a tensor from one device to another."""

LIBRARY, EVERYTHING = Library("aten", "IMPL"), Library("_", "IMPL")
ran: Counter[str] = Counter()
"""How often each operation ran on the device."""


class OnDevice(Tensor):
    """A tensor of the device, with its values on the CPU."""

    values: Tensor
    float64 = True
    __torch_function__ = torch._C._disabled_torch_function_impl

    @staticmethod
    def __new__(cls, values: Tensor) -> "OnDevice":
        if values.dtype == torch.float64 and not cls.float64:
            raise TypeError(f"cannot make a tensor of float64 on {NAME}, which has none; use float32")
        form = {"dtype": values.dtype, "layout": values.layout, "device": torch.device(NAME, 0)}
        made = torch.Tensor._make_wrapper_subclass(cls, values.shape, values.stride(), values.storage_offset(), **form)
        made.values = values
        return made

    @classmethod
    def __torch_dispatch__(cls, operation: Any, types: Any, given: tuple = (), options: Any = None) -> Any:
        return run(operation, *given, **options or {})

    def __reduce_ex__(self, protocol: Any) -> Any:
        return self.values.__reduce_ex__(protocol)  # a file holds plain tensors

    def __repr__(self) -> str:
        return f"{self.values!r} on {NAME}"

    def tolist(self) -> Any:
        return self.values.tolist()

    def numpy(self, **options: Any) -> NoReturn:
        raise TypeError(f"cannot convert a tensor on {NAME} to numpy; use .cpu() first")


def run(operation: Any, *given: Any, **options: Any) -> Any:
    """Run an operation on the CPU, and return its tensors on the device that it asks for."""
    name, copies = operation.name(), operation._schema.name in COPIES
    ran[name] += 1
    for tensor in tree_leaves((given, options)):
        if isinstance(tensor, Tensor) and not isinstance(tensor, OnDevice) and tensor.ndim > 0 and not copies:
            raise RuntimeError(f"{name}: expected all tensors on {NAME}, found one of {tuple(tensor.shape)} on cpu")
    if options.get("generator") is not None:
        raise RuntimeError(f"{name}: expected a generator of {NAME}, found one of the CPU")
    plain = tree_map_only(OnDevice, lambda tensor: tensor.values, (given, options))
    arguments, keywords = tree_map_only(torch.device, lambda device: CPU, plain)
    result = operation(*arguments, **keywords)
    changed = [each for each, argument in zip(given, operation._schema.arguments, strict=False) if argument.is_write]
    if changed and result is not None:
        return changed[0]
    return result if options.get("device") == CPU else tree_map_only(Tensor, OnDevice, result)


def register(float64: bool) -> None:
    """Let torch know the device, with float64 or without."""
    OnDevice.float64 = float64
    _setup_privateuseone_for_python_backend(NAME, backend_module=Module())
    torch.accelerator.synchronize = lambda *device: None  # nothing runs in the background
    LIBRARY.impl("empty.memory_format", partial(run, aten.empty.memory_format), "PrivateUse1")
    LIBRARY.impl("empty_strided", partial(run, aten.empty_strided.default), "PrivateUse1")
    LIBRARY.impl("_copy_from", copied, "PrivateUse1")
    EVERYTHING.fallback(fallthrough_kernel, "AutocastPrivateUse1")
    for operation in (aten.mm, aten.addmm):
        LIBRARY.impl(operation.default.name(), partial(narrow, operation.default), "AutocastPrivateUse1")


def copied(source: Tensor, target: Tensor, non_blocking: bool = False) -> Tensor:
    """Copy for `torch.tensor(…, device=…)`, which does not ask the class of a tensor."""
    return run(aten.copy_.default, target, source)


def narrow(operation: Any, *given: Any) -> Tensor:
    """A product of matrices under autocast: in the dtype of autocast."""
    dtype = torch.get_autocast_dtype(NAME)
    with torch.autocast(NAME, enabled=False):
        return operation(*tree_map_only(Tensor, lambda each: each.to(dtype), given))


class Module:
    """What torch asks of a device, as `torch.cuda` is for CUDA."""

    def is_initialized(self) -> bool:
        return True

    def is_available(self) -> bool:
        return True

    def current_device(self) -> int:
        return 0

    def device_count(self) -> int:
        return 1

    def _is_in_bad_fork(self) -> bool:
        return False

    def manual_seed_all(self, seed: int) -> None:
        pass

    def get_amp_supported_dtype(self) -> list[torch.dtype]:
        return [torch.bfloat16, torch.float16]
