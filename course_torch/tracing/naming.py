"""The names of the notes for the tensors of one parameter update: "dZ[2]", "A[1]", "W[1]", "J".

A tensor has a name by its identity: the network, the caches and the backward steps hold nearly all of them. Only the
derivative of the output is multiplied by dJ = 1 before it is kept, so it is found by its equal values.
"""

import re
from collections.abc import Sequence

import torch
from torch import Tensor

from course_torch.formulas.layers import BackwardStep, LayerCache
from course_torch.network.deep_network import DeepNetwork
from course_torch.tracing.recorder import Call, Key, Snapshot, key_of
from course_torch.verification.backward_tensors import in_order

GIVEN = re.compile(r"X|Y|(W|b|slope)\[\d+\]")
"""Names of tensors that no formula of the first update computes."""
OF_A_LAYER = re.compile(r"(\w+)\[(\d+)\]")


class Names:
    """The names of tensors by identity, for one update."""

    def __init__(
        self,
        network: DeepNetwork,
        X: Tensor,
        Y: Tensor,
        caches: Sequence[LayerCache],
        steps: Sequence[BackwardStep],
    ) -> None:
        self._backward = {str(name): tensor for name, tensor in in_order(steps).items()}
        named: list[tuple[str, Tensor | None]] = [("X", X), ("A[0]", X), ("Y", Y)]
        for l, (layer, cache) in enumerate(zip(network.layers, caches, strict=True), start=1):
            named += [(f"W[{l}]", layer.W), (f"b[{l}]", layer.b), (f"slope[{l}]", layer.slope)]
            named += [(f"Z[{l}]", cache.Z), (f"A[{l}]", cache.A)]
        self._by_id: dict[int, list[str]] = {}
        for name, tensor in [*named, *self._backward.items()]:
            if tensor is not None:
                self._by_id.setdefault(id(tensor), []).append(name)

    def of(self, key: Key) -> list[str]:
        """All names of a tensor; none if the notes do not name it."""
        return self._by_id.get(key[0], [])

    def key(self, snapshot: Snapshot, symbol: str) -> Key:
        """The key of a result. An unnamed result gets the key of a tensor `symbol[l]` with equal values."""
        if not self.of(snapshot.key):
            for name, tensor in self._backward.items():
                same_shape = name.startswith(f"{symbol}[") and tensor.shape == snapshot.values.shape
                if same_shape and torch.equal(tensor, snapshot.values):
                    return key_of(tensor)
        return snapshot.key


def layer_of(names: Sequence[str]) -> int | None:
    """The layer whose step computes the last of these tensors: dA[l-1] and dZ[l] belong to layer l."""
    for name in reversed(names):
        if match := OF_A_LAYER.fullmatch(name):
            return int(match[2]) + (match[1] == "dA")
    return None


def layers_of(calls: Sequence[Call], names: Names, L: int) -> list[int]:
    """The layer of each call: that of its results, otherwise that of the call from which it comes, otherwise L."""
    layers: list[int] = []
    for call in calls:
        own = layer_of([name for _, each in call.outputs for name in names.of(each.key)[-1:]])
        layers.append(own or (L if call.parent is None else layers[call.parent - calls[0].number]))
    return layers
