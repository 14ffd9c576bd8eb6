"""The names of the notes for the tensors of an update."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from course_torch.formulas.layers import LayerCache
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.propagation import in_order
from course_torch.tracing.recorder import Call, Key, Snapshot, key_of, tensors_of

OF_A_LAYER = re.compile(r"(\w+)\[(\d+)\]")


class Names:
    """The names of the notes for the tensors of one update, such as "dZ[2]", "A[1]", "W[1]", "J", and their makers.

    A tensor has a name by its identity: the network, the caches and the backward steps hold nearly all of them. Only
    the derivative of the output is multiplied by dJ = 1 before it is kept, so it is found by its equal values.

    made   key of a tensor -> number of the call that makes it
    """

    def __init__(
        self, network: DeepNetwork, X: Tensor, Y: Tensor, passes: Mapping[str, Any], calls: Sequence[Call]
    ) -> None:
        caches: Sequence[LayerCache] = passes["forward"]
        self._backward = in_order(passes["backward"])
        named: list[tuple[str, Tensor | None]] = [("X", X), ("A[0]", X), ("Y", Y)]
        for l, (layer, cache) in enumerate(zip(network.layers, caches, strict=True), start=1):
            named += [(f"W[{l}]", layer.W), (f"b[{l}]", layer.b), (f"slope[{l}]", layer.slope)]
            named += [(f"Z[{l}]", cache.Z), (f"A[{l}]", cache.A)]
        self._by_id: dict[int, list[str]] = {}
        for name, tensor in [*named, *((str(name), tensor) for name, tensor in self._backward.items())]:
            if tensor is not None:
                self._by_id.setdefault(id(tensor), []).append(name)
        self._keys: dict[Key, Key] = {}
        self.made: dict[Key, int] = {}
        for call in calls:
            given = {argument.key for _, argument in tensors_of(call.inputs)}
            for symbol, result in call.outputs:
                self._keys[result.key] = self._kept(result, symbol)
                if result.key not in given:  # the innermost call comes last
                    self.made[self.key(result)] = call.number

    def of(self, key: Key) -> list[str]:
        """All names of a tensor; none if the notes do not name it."""
        return self._by_id.get(key[0], [])

    def key(self, snapshot: Snapshot) -> Key:
        """The key under which a tensor is stored."""
        return self._keys.get(snapshot.key, snapshot.key)

    def _kept(self, result: Snapshot, symbol: str) -> Key:
        """The key of a result. An unnamed result gets the key of the tensor of this symbol with equal values."""
        if not self.of(result.key):
            for name, tensor in self._backward.items():
                if name.kind == symbol and torch.equal(tensor, result.values):
                    return key_of(tensor)
        return result.key

    def layer_of(self, call: Call) -> int | None:
        """The layer whose step computes the last named result: dA[l-1] and dZ[l] belong to layer l."""
        names = [name for _, result in call.outputs for name in self.of(result.key)[-1:]]
        layers = [int(found[2]) + (found[1] == "dA") for name in names if (found := OF_A_LAYER.fullmatch(name))]
        return layers[-1] if layers else None
