"""The network as safetensors and a small JSON beside them."""

import json
from pathlib import Path
from typing import Any

from torch import Tensor

from course_torch.atomic import replacing
from course_torch.network.deep_network import DeepNetwork


def tensors_of(network: DeepNetwork) -> dict[str, Tensor]:
    """W[1], b[1], slope[1] (of a leaky activation), W[2], …"""
    named = (
        (name, l, getattr(layer, name)) for l, layer in enumerate(network.layers, 1) for name in ("W", "b", "slope")
    )
    return {f"{name}[{l}]": tensor.detach() for name, l, tensor in named if tensor is not None}


def write_safetensors(network: DeepNetwork, mean: Tensor | None, about: dict[str, Any], folder: Path) -> None:
    """network.safetensors, and network.json with what the tensors do not say. Raises InputError if it cannot.

    The mean of the training features, which a network may take its features minus, is the tensor X_mean.
    """
    from safetensors.torch import save

    names = {"hidden_activation": network.hidden_activation.name, "output": network.output.name}
    sizes = {"layer_sizes": network.layer_sizes} | names
    with replacing(folder / "network.safetensors") as file:
        file.write(save(tensors_of(network) | ({} if mean is None else {"X_mean": mean})))
    with replacing(folder / "network.json") as file:
        file.write(json.dumps(sizes | about, indent=1, ensure_ascii=False).encode())


def read_safetensors(folder: Path) -> tuple[DeepNetwork, Tensor | None]:
    """The network and its X_mean again."""
    from safetensors.torch import load_file

    about = json.loads((folder / "network.json").read_text(encoding="utf-8"))
    tensors = load_file(folder / "network.safetensors")
    network = DeepNetwork(
        about["layer_sizes"], about["hidden_activation"], about["output"], dtype=tensors["W[1]"].dtype
    )
    for name, tensor in tensors_of(network).items():
        tensor.copy_(tensors[name])
    return network, tensors.get("X_mean")
