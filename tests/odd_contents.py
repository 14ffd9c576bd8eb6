"""Checkpoints with odd contents: entries that are missing, renamed, or replaced by values of another kind."""

import copy
import random
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

NESTED: list[Any] = []
for _ in range(100):  # torch.save cannot write much deeper lists
    NESTED = [NESTED]
ODD: list[Any] = [
    *(None, True, False, 0, 1, -1, 2, 10**6, 10**12, 2**63, 10**400, 0.5, 1e300, float("nan"), float("inf"), 1j),
    *("", "sigmoid", "softmax", "adam", "2.0", "\x1b[31m", "\ud800", "[red]", b"bytes", bytearray(3), {1, 2}),
    *((), [], [1], [1, 2, 3], [10**9, 10**9], [[2, 4, 1]], {}, {"a": {"a": 1}}, {0: [1]}, [{}], NESTED),
    *(torch.zeros(()), torch.ones(2, 3), torch.zeros(1, dtype=torch.int64), torch.full((1, 2), float("nan"))),
    *(torch.zeros(1).expand(10**12), torch.eye(3).to_sparse(), torch.empty(2, 2, device="meta"), torch.zeros(0)),
    *(torch.zeros(2, dtype=torch.complex64), torch.float32, torch.Size([2]), torch.nn.Parameter(torch.ones(2))),
]
CHANGES: list[Callable[[Tensor], Tensor]] = [
    lambda tensor: tensor.double(),
    lambda tensor: tensor.half(),
    lambda tensor: tensor.long(),
    lambda tensor: tensor.flatten(),
    lambda tensor: tensor.T.contiguous() if tensor.ndim == 2 else tensor[None],
    lambda tensor: tensor * float("nan"),
    lambda tensor: -tensor,
    lambda tensor: tensor[..., :1] if tensor.ndim else tensor.expand(3),
    lambda tensor: tensor.expand(1000, *tensor.shape),
]


def odd_contents(checkpoint: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """Return a copy of the checkpoint with one to three odd entries."""
    changed = copy.deepcopy(checkpoint)
    for _ in range(chance.choice([1, 1, 1, 2, 3])):
        change_one(changed, chance)
    return changed


def change_one(container: Any, chance: random.Random) -> None:
    """Descend to a random entry of nested dicts and lists, and change the entry."""
    keys = list(container) if isinstance(container, dict) else list(range(len(container)))
    key = chance.choice(keys)
    value = container[key]
    if isinstance(value, dict | list) and value and chance.random() < 0.85:
        change_one(value, chance)
        return
    match chance.randrange(8):
        case 0:
            del container[key]
        case 1 if isinstance(container, dict):
            container[chance.choice(["other", 0, None, key])] = container.pop(key)
        case 2 if isinstance(value, Tensor):
            container[key] = chance.choice(CHANGES)(value)
        case 3 if isinstance(value, dict):
            value[chance.choice(["other", "reset", 0])] = chance.choice(ODD)
        case 4 if isinstance(value, int):
            container[key] = value + chance.choice([-1, 1, 10, 1000])
        case _:
            container[key] = chance.choice(ODD)
