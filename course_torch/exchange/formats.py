"""A network in the formats of others: modules of torch.nn, a safetensors file, an ONNX graph."""

import json
from pathlib import Path
from typing import Any

from torch import Tensor, nn

from course_torch.atomic import replacing
from course_torch.errors import InputError
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.dimensions import named_parameters


def as_sequential(network: DeepNetwork) -> nn.Sequential:
    """Build nn.Sequential(nn.Linear, activation, …, nn.Linear, module of the output) with copies of the parameters.

    Raises InputError for an activation or an output without a module.
    """
    modules: list[nn.Module] = []
    state: dict[str, Tensor] = {}
    for l, layer in enumerate(network.layers, start=1):
        n_out, n_in = layer.W.shape
        g = network.output if l == len(network.layers) else network.hidden_activation
        if g.module is None:
            raise InputError(
                f"nn.Sequential: found '{g.name}', which has no `module`",
                f"nn.Sequential：得到 '{g.name}'，它没有 `module`",
            )
        state |= {f"{len(modules)}.weight": layer.W.detach(), f"{len(modules)}.bias": layer.b.detach().flatten()}
        if layer.slope is not None:
            state[f"{len(modules) + 1}.weight"] = layer.slope.detach().reshape(1)
        modules += [nn.Linear(n_in, n_out), g.module()]
    sequential = nn.Sequential(*modules).to(network.layers[0].W.dtype)
    sequential.load_state_dict(state)
    return sequential


def write_safetensors(network: DeepNetwork, mean: Tensor | None, about: dict[str, Any], folder: Path) -> None:
    """Write the tensors to network.safetensors, and sizes, names and `about` to network.json.

    If the network takes centred features, the tensor X_mean is their training mean. Raises InputError if a file cannot
    be written.
    """
    from safetensors.torch import save

    names = {"hidden_activation": network.hidden_activation.name, "output": network.output.name}
    sizes = {"layer_sizes": network.layer_sizes} | names
    with replacing(folder / "network.safetensors") as file:
        file.write(save(named_parameters(network.layers) | ({} if mean is None else {"X_mean": mean})))
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
    for name, tensor in named_parameters(network.layers).items():
        tensor.copy_(tensors[name])
    return network, tensors.get("X_mean")


OPSET = 17


def as_onnx(network: DeepNetwork, mean: Tensor | None = None) -> Any:
    """Convert the network to a graph that maps X (m, n_x) to A[L] (m, n_y) for any m. Tensors have the course's names.

    If a mean is given, the first node subtracts it, so the graph takes features that are not centred.
    """
    from onnx import checker, helper, numpy_helper

    nodes, initializers = [], []
    A = "X"
    if mean is not None:
        initializers.append(numpy_helper.from_array(mean.numpy(), "X_mean"))
        nodes.append(helper.make_node("Sub", ["X", "X_mean"], ["X_centered"]))
        A = "X_centered"
    parameters = named_parameters(network.layers)
    initializers += [numpy_helper.from_array(tensor.numpy(), name) for name, tensor in parameters.items()]
    for l in range(1, len(network.layers) + 1):
        W, b, slope, Z, A_prev, A = f"W[{l}]", f"b[{l}]", f"slope[{l}]", f"Z[{l}]", A, f"A[{l}]"
        nodes.append(helper.make_node("Gemm", [A_prev, W, b], [Z], transB=1))
        g = network.output if l == len(network.layers) else network.hidden_activation
        # The slope is a tensor, as W and b are: an attribute of ONNX is a float32 number.
        nodes.append(helper.make_node(g.onnx, [Z, slope] if slope in parameters else [Z], [A]))
    dtype = helper.np_dtype_to_tensor_dtype(network.layers[0].W.detach().numpy().dtype)
    X, output = (
        helper.make_tensor_value_info(name, dtype, ["m", n])
        for name, n in (("X", network.layer_sizes[0]), (A, network.layer_sizes[-1]))
    )
    graph = helper.make_graph(nodes, "course_torch", [X], [output], initializers)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8)
    checker.check_model(model)
    return model
