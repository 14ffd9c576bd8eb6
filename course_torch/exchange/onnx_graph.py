"""The network as an ONNX graph: a Gemm and an activation for each layer."""

from typing import Any

from torch import Tensor

from course_torch.network.deep_network import DeepNetwork

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
    for l, layer in enumerate(network.layers, start=1):
        W, b, Z, A_prev, A = f"W[{l}]", f"b[{l}]", f"Z[{l}]", A, f"A[{l}]"
        initializers += [
            numpy_helper.from_array(tensor.detach().numpy(), name) for tensor, name in ((layer.W, W), (layer.b, b))
        ]
        nodes.append(helper.make_node("Gemm", [A_prev, W, b], [Z], transB=1))
        if l == len(network.layers):
            nodes.append(helper.make_node(network.output.onnx, [Z], [A]))
        else:
            nodes.append(helper.make_node(network.hidden_activation.onnx, [Z], [A]))
            if layer.slope is not None:
                nodes[-1].attribute.append(helper.make_attribute("alpha", layer.slope.item()))
    dtype = helper.np_dtype_to_tensor_dtype(network.layers[0].W.detach().numpy().dtype)
    X, output = (
        helper.make_tensor_value_info(name, dtype, ["m", n])
        for name, n in (("X", network.layer_sizes[0]), (A, network.layer_sizes[-1]))
    )
    graph = helper.make_graph(nodes, "course_torch", [X], [output], initializers)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8)
    checker.check_model(model)
    return model
