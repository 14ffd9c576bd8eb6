"""Write a network to a safetensors file and a JSON file, and read it."""

import json
from pathlib import Path
from typing import Any

from torch import Tensor

from course_torch.atomic import replacing
from course_torch.network.deep_network import DeepNetwork


def tensors_of(network: DeepNetwork) -> dict[str, Tensor]:
    """Return name -> tensor: W[1], b[1], slope[1] (only of an activation that has a slope), W[2], …"""
    named = (
        (name, l, getattr(layer, name)) for l, layer in enumerate(network.layers, 1) for name in ("W", "b", "slope")
    )
    return {f"{name}[{l}]": tensor.detach() for name, l, tensor in named if tensor is not None}


def write_safetensors(network: DeepNetwork, mean: Tensor | None, about: dict[str, Any], folder: Path) -> None:
    """Write the tensors to network.safetensors, and sizes, names and `about` to network.json.

    If the network takes centred features, the tensor X_mean is their training mean. Raises InputError if a file cannot
    be written.
    """
    from safetensors.torch import save

    names = {"hidden_activation": network.hidden_activation.name, "output": network.output.name}
    sizes = {"layer_sizes": network.layer_sizes} | names
    with replacing(folder / "network.safetensors") as file:
        file.write(save(tensors_of(network) | ({} if mean is None else {"X_mean": mean})))
    with replacing(folder / "network.json") as file:
        file.write(json.dumps(sizes | about, indent=1, ensure_ascii=False).encode(errors="backslashreplace"))


def read_safetensors(folder: Path) -> tuple[DeepNetwork, Tensor | None]:
    """Read the network, and its X_mean or None."""
    from safetensors.torch import load

    about = json.loads((folder / "network.json").read_text(encoding="utf-8"))
    tensors = load((folder / "network.safetensors").read_bytes())
    network = DeepNetwork(
        about["layer_sizes"], about["hidden_activation"], about["output"], dtype=tensors["W[1]"].dtype
    )
    for name, tensor in tensors_of(network).items():
        tensor.copy_(tensors[name])
    return network, tensors.get("X_mean")
