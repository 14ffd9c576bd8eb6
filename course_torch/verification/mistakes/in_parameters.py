"""Mistakes made in dW[l] and db[l]."""

import torch
from torch import Tensor

from course_torch.verification.breakable import Call, Mistake
from course_torch.verification.mistakes.entry import mistake
from course_torch.verification.names import TensorName

IN_PARAMETERS: list[Mistake] = []


@mistake(IN_PARAMETERS, "no 1/m in dW", "dW", "dW[L]", "no 1/m")
def dW_without_m(call: Call) -> Tensor:
    return call.dZ.T @ call.A_prev


@mistake(IN_PARAMETERS, "no 1/m in db", "db", "db[L]", "no 1/m")
def db_without_m(call: Call) -> Tensor:
    return call.dZ.sum(0, keepdim=True)


@mistake(IN_PARAMETERS, "1/m twice in dW", "dW", "dW[L]", "1/m twice")
def dW_divided_twice(call: Call) -> Tensor:
    return call.dZ.T @ call.A_prev / call.m**2


@mistake(IN_PARAMETERS, "db is the mean, then / m", "db", "db[L]", "1/m twice")
def db_divided_twice(call: Call) -> Tensor:
    return call.dZ.mean(0, keepdim=True) / call.m


@mistake(IN_PARAMETERS, "-dW", "dW", "dW[L]", "sign")
def negative_dW(call: Call) -> Tensor:
    return -call.dZ.T @ call.A_prev / call.m


@mistake(IN_PARAMETERS, "-dW without 1/m", "dW", "dW[L]", "sign and no 1/m")
def negative_sum(call: Call) -> Tensor:
    return -call.dZ.T @ call.A_prev


@mistake(IN_PARAMETERS, "-dW with 1/m twice", "dW", "dW[L]", "sign and 1/m twice")
def negative_divided_twice(call: Call) -> Tensor:
    return -call.dZ.T @ call.A_prev / call.m / call.m


@mistake(IN_PARAMETERS, "m of another data set", "dW", "dW[L]", "another m")
def m_of_another_set(call: Call) -> Tensor:
    return call.dZ.T @ call.A_prev / 209


@mistake(IN_PARAMETERS, "dW divided by m - 1", "dW", "dW[L]", "m - 1")
def m_minus_1(call: Call) -> Tensor:
    return call.dZ.T @ call.A_prev / (call.m - 1)


@mistake(IN_PARAMETERS, "dW divided by the features", "dW", "dW[L]", "m of the features")
def m_of_features(call: Call) -> Tensor:
    return call.dZ.T @ call.A_prev / call.A_prev.shape[1]


@mistake(IN_PARAMETERS, "db divided by the units", "db", "db[L]", "m of the units", "no 1/m")
def m_of_units(call: Call) -> Tensor:
    return call.dZ.sum(0, keepdim=True) / call.dZ.shape[1]


@mistake(IN_PARAMETERS, "3 dW", "dW", "dW[L]", "factor 3")
def tripled(call: Call) -> Tensor:
    return 3 * call.dZ.T @ call.A_prev / call.m


@mistake(IN_PARAMETERS, "½ db", "db", "db[L]", "factor 0.5")
def halved(call: Call) -> Tensor:
    return call.dZ.mean(0, keepdim=True) / 2


@mistake(IN_PARAMETERS, "learning rate in dW", "dW", "dW[L]", "factor 0.075")
def learning_rate(call: Call) -> Tensor:
    return 0.075 * call.dZ.T @ call.A_prev / call.m


@mistake(IN_PARAMETERS, "1 - β in dW", "dW", "dW[L]", "factor 0.1")
def momentum(call: Call) -> Tensor:
    return (1 - 0.9) * call.dZ.T @ call.A_prev / call.m


@mistake(IN_PARAMETERS, "L2 term in dW", "dW", "dW[L]", "L2 term")
def weight_decay(call: Call) -> Tensor:
    return call.dZ.T @ call.A_prev / call.m + 0.7 / call.m * call.W


@mistake(IN_PARAMETERS, "first example lost", "dW", "dW[L]", "an example lost")
def first_lost(call: Call) -> Tensor:
    return call.dZ[1:].T @ call.A_prev[1:] / call.m


@mistake(IN_PARAMETERS, "last example lost in db", "db", "db[L]", "an example lost")
def last_lost(call: Call) -> Tensor:
    return call.dZ[:-1].sum(0, keepdim=True) / call.m


@mistake(IN_PARAMETERS, "last example only: = for +=", "dW", "dW[L]", "one example only")
def last_only(call: Call) -> Tensor:
    dW = torch.zeros_like(call.W)
    for dz, a in zip(call.dZ, call.A_prev, strict=True):
        dW = torch.outer(dz, a)
    return dW / call.m


@mistake(IN_PARAMETERS, "last example only in db", "db", "db[L]", "one example only")
def last_only_in_db(call: Call) -> Tensor:
    return call.dZ[-1:] / call.m


@mistake(IN_PARAMETERS, "dW transposed", "dW", "dW[L]", "transposed")
def transposed(call: Call) -> Tensor:
    return call.A_prev.T @ call.dZ / call.m


@mistake(IN_PARAMETERS, "dW transposed, without 1/m", "dW", "dW[L]", "transposed and no 1/m")
def transposed_sum(call: Call) -> Tensor:
    return call.A_prev.T @ call.dZ


@mistake(IN_PARAMETERS, "A[l] for A[l-1]", "dW", "dW[L]", "A[l] for A[l-1]")
def own_A(call: Call) -> Tensor:
    return call.dZ.T @ call.A / call.m


@mistake(IN_PARAMETERS, "Z_prev for A_prev", "dW", "dW[L]", "Z for A_prev")
def Z_prev(call: Call) -> Tensor:
    return call.dZ.T @ call.caches[call.l - 2].Z / call.m if call.l > 1 else call.right


@mistake(IN_PARAMETERS, "A[l-2] for A[l-1]", "dW", "dW[L]", "A of another layer", need="square")
def A_two_below(call: Call) -> Tensor:
    return call.dZ.T @ call.caches[call.l - 2].A_prev / call.m if call.l > 2 else call.right


@mistake(IN_PARAMETERS, "X for A_prev", "dW", "dW[L]", "X for A_prev")
def features(call: Call) -> Tensor:
    return call.dZ.T @ call.caches[0].A_prev / call.m


@mistake(IN_PARAMETERS, "dA for dZ in dW", "dW", "dW[L-1]", "dA for dZ")
def dW_from_dA(call: Call) -> Tensor:
    return (call.dZ if call.l == call.L else call.dA).T @ call.A_prev / call.m


@mistake(IN_PARAMETERS, "dA for dZ in db", "db", "db[L-1]", "dA for dZ")
def db_from_dA(call: Call) -> Tensor:
    return (call.dZ if call.l == call.L else call.dA).mean(0, keepdim=True)


@mistake(IN_PARAMETERS, "dZ of the layer above in dW", "dW", "dW[L-2]", "dZ of another layer", need="square")
def dW_from_above(call: Call) -> Tensor:
    dZ = call.made[TensorName("dZ", min(call.L, call.l + 1))]
    return (dZ if dZ.shape == call.dZ.shape else call.dZ).T @ call.A_prev / call.m


@mistake(IN_PARAMETERS, "* for the product in dW", "dW", "dW[L]", "product entry by entry")
def entry_by_entry(call: Call) -> Tensor:
    return call.dZ[:, :1] * call.A_prev / call.m


@mistake(IN_PARAMETERS, "reshape for a transpose", "dW", "dW[L-1]", "reshape for a transpose")
def reshaped(call: Call) -> Tensor:
    return call.dZ.reshape(call.dZ.shape[1], call.m) @ call.A_prev / call.m if call.l < call.L else call.right


@mistake(IN_PARAMETERS, "db sums all entries", "db", "db[L-1]", "all entries summed", outputs=("sigmoid", "identity"))
def all_entries(call: Call) -> Tensor:
    return call.dZ.sum().reshape(1, 1) / call.m


@mistake(IN_PARAMETERS, "db sums the wrong axis", "db", "db[L]", "wrong axis")
def units_summed(call: Call) -> Tensor:
    return call.dZ.sum(1, keepdim=True) / call.m


@mistake(IN_PARAMETERS, "keepdim missing", "db", "db[L]", "keepdim missing")
def flat(call: Call) -> Tensor:
    return call.dZ.mean(0)


@mistake(IN_PARAMETERS, "db not summed", "db", "db[L]", "not summed")
def every_row(call: Call) -> Tensor:
    return call.dZ / call.m


@mistake(IN_PARAMETERS, "dW in float32", "dW", "dW[L]", "float32", float32=False)
def narrow_dW(call: Call) -> Tensor:
    return (call.dZ.float().T @ call.A_prev.float()).double() / call.m


@mistake(IN_PARAMETERS, "dW in bfloat16", "dW", "dW[L]", "bfloat16")
def half_dW(call: Call) -> Tensor:
    return (call.dZ.bfloat16().T @ call.A_prev.bfloat16()).to(call.dZ.dtype) / call.m


@mistake(IN_PARAMETERS, "dW divided by m + 1e-8", "dW", "dW[L]", "epsilon", float32=False)
def epsilon(call: Call) -> Tensor:
    return call.dZ.T @ call.A_prev / (call.m + 1e-8)
