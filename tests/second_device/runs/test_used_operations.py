"""Every operation that the tests before this one ran on the device has a kernel for mps and for cuda, or is composed.

torch's wheel holds the table of its operations, with the kernels of each device.
"""

from pathlib import Path

import torchgen
import yaml

from tests.second_device import device, machine

TABLE = Path(torchgen.__file__).parent / "packaged/ATen/native/native_functions.yaml"
DEVICES = ("MPS", "CUDA")


def test_every_operation_has_a_kernel_or_is_composed() -> None:
    table = yaml.load(TABLE.read_text(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    entries = {entry["func"].partition("(")[0]: entry for entry in table}
    missing = {f"{name} on {kind}" for name in device.ran for kind in DEVICES if not runs_on(kind, name, entries)}
    assert missing == set()
    assert not machine.PRETENDS or len(device.ran) > 60


def runs_on(kind: str, name: str, entries: dict[str, dict]) -> bool:
    entry = entries[name.removeprefix("aten::")]
    if "structured_delegate" in entry:
        return runs_on(kind, entry["structured_delegate"], entries)
    if kind == "CUDA" and "ufunc_inner_loop" in entry:  # torch generates the kernels of CUDA from such an entry
        return True
    kernels = ",".join(entry.get("dispatch", {"CompositeImplicitAutograd": ""}))
    return kind in kernels.replace(" ", "").split(",") or "Composite" in kernels
