"""Mistakes made in dW[l], without those that only multiply dW[l] by a factor."""

import torch
from torch import Tensor

from course_torch.verification.breakable import Call, Mistake
from course_torch.verification.mistakes.entry import mistake
from course_torch.verification.names import TensorName

IN_WEIGHTS: list[Mistake] = []


@mistake(IN_WEIGHTS, "L2 term in dW", "dW", "dW[L]", "L2 term")
def weight_decay(call: Call) -> Tensor:
    return call.dZ.T @ call.A_prev / call.m + 0.7 / call.m * call.W


@mistake(IN_WEIGHTS, "first example lost", "dW", "dW[L]", "an example lost")
def first_lost(call: Call) -> Tensor:
    return call.dZ[1:].T @ call.A_prev[1:] / call.m


@mistake(IN_WEIGHTS, "last example only: = for +=", "dW", "dW[L]", "one example only")
def last_only(call: Call) -> Tensor:
    dW = torch.zeros_like(call.W)
    for dz, a in zip(call.dZ, call.A_prev, strict=True):
        dW = torch.outer(dz, a)
    return dW / call.m


@mistake(IN_WEIGHTS, "dW transposed", "dW", "dW[L]", "transposed")
def transposed(call: Call) -> Tensor:
    return call.A_prev.T @ call.dZ / call.m


@mistake(IN_WEIGHTS, "dW transposed, without 1/m", "dW", "dW[L]", "transposed and no 1/m")
def transposed_sum(call: Call) -> Tensor:
    return call.A_prev.T @ call.dZ


@mistake(IN_WEIGHTS, "A[l] for A[l-1]", "dW", "dW[L]", "A[l] for A[l-1]")
def own_A(call: Call) -> Tensor:
    return call.dZ.T @ call.A / call.m


@mistake(IN_WEIGHTS, "Z_prev for A_prev", "dW", "dW[L]", "Z for A_prev")
def Z_prev(call: Call) -> Tensor:
    return call.dZ.T @ call.caches[call.l - 2].Z / call.m if call.l > 1 else call.right


@mistake(IN_WEIGHTS, "A[l-2] for A[l-1]", "dW", "dW[L]", "A of another layer", need="square")
def A_two_below(call: Call) -> Tensor:
    return call.dZ.T @ call.caches[call.l - 2].A_prev / call.m if call.l > 2 else call.right


@mistake(IN_WEIGHTS, "X for A_prev", "dW", "dW[L]", "X for A_prev")
def features(call: Call) -> Tensor:
    return call.dZ.T @ call.caches[0].A_prev / call.m


@mistake(IN_WEIGHTS, "dA for dZ in dW", "dW", "dW[L-1]", "dA for dZ")
def dW_from_dA(call: Call) -> Tensor:
    return (call.dZ if call.l == call.L else call.dA).T @ call.A_prev / call.m


@mistake(IN_WEIGHTS, "dZ of the layer above in dW", "dW", "dW[L-2]", "dZ of another layer", need="square")
def dW_from_above(call: Call) -> Tensor:
    dZ = call.made.get(TensorName("dZ", call.l + 1), call.dZ)
    return (dZ if dZ.shape == call.dZ.shape else call.dZ).T @ call.A_prev / call.m


@mistake(IN_WEIGHTS, "* for the product in dW", "dW", "dW[L]", "product entry by entry")
def entry_by_entry(call: Call) -> Tensor:
    return call.dZ[:, :1] * call.A_prev / call.m


@mistake(IN_WEIGHTS, "reshape for a transpose", "dW", "dW[L-1]", "reshape for a transpose")
def reshaped(call: Call) -> Tensor:
    return call.dZ.reshape(call.dZ.shape[1], call.m) @ call.A_prev / call.m if call.l < call.L else call.right


@mistake(IN_WEIGHTS, "dW in float32", "dW", "dW[L]", "float32", float32=False)
def narrow_dW(call: Call) -> Tensor:
    return (call.dZ.float().T @ call.A_prev.float()).double() / call.m


@mistake(IN_WEIGHTS, "dW in bfloat16", "dW", "dW[L]", "bfloat16")
def half_dW(call: Call) -> Tensor:
    return (call.dZ.bfloat16().T @ call.A_prev.bfloat16()).to(call.dZ.dtype) / call.m


def db_first(call: Call) -> Tensor:
    return call.dZ.sum(0, keepdim=True) / call.m


def dW_second(call: Call) -> Tensor:
    return call.dZ.T @ call.A_prev / call.m


IN_WEIGHTS.append(Mistake("return db, dW", {"dW": db_first, "db": dW_second}, "dW[L]", ("swapped",)))
