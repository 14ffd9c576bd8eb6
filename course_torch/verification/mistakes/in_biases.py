"""Mistakes made in db[l]."""

from torch import Tensor

from course_torch.verification.breakable import Call, Mistake
from course_torch.verification.mistakes.entry import mistake

IN_BIASES: list[Mistake] = []


@mistake(IN_BIASES, "no 1/m in db", "db", "db[L]", "no 1/m")
def db_without_m(call: Call) -> Tensor:
    return call.dZ.sum(0, keepdim=True)


@mistake(IN_BIASES, "db is the mean, then / m", "db", "db[L]", "1/m twice")
def db_divided_twice(call: Call) -> Tensor:
    return call.dZ.mean(0, keepdim=True) / call.m


@mistake(IN_BIASES, "db divided by the units", "db", "db[L]", "m of the units", "no 1/m")
def m_of_units(call: Call) -> Tensor:
    return call.dZ.sum(0, keepdim=True) / call.dZ.shape[1]


@mistake(IN_BIASES, "½ db", "db", "db[L]", "factor 0.5")
def halved(call: Call) -> Tensor:
    return call.dZ.mean(0, keepdim=True) / 2


@mistake(IN_BIASES, "last example lost in db", "db", "db[L]", "an example lost")
def last_lost(call: Call) -> Tensor:
    return call.dZ[:-1].sum(0, keepdim=True) / call.m


@mistake(IN_BIASES, "last example only in db", "db", "db[L]", "one example only")
def last_only_in_db(call: Call) -> Tensor:
    return call.dZ[-1:] / call.m


@mistake(IN_BIASES, "dA for dZ in db", "db", "db[L-1]", "dA for dZ")
def db_from_dA(call: Call) -> Tensor:
    return (call.dZ if call.l == call.L else call.dA).mean(0, keepdim=True)


@mistake(IN_BIASES, "db sums all entries", "db", "db[L-1]", "all entries summed", outputs=("sigmoid", "identity"))
def all_entries(call: Call) -> Tensor:
    return call.dZ.sum().reshape(1, 1) / call.m


@mistake(IN_BIASES, "db sums the wrong axis", "db", "db[L]", "wrong axis")
def units_summed(call: Call) -> Tensor:
    return call.dZ.sum(1, keepdim=True) / call.m


@mistake(IN_BIASES, "keepdim missing", "db", "db[L]", "keepdim missing")
def flat(call: Call) -> Tensor:
    return call.dZ.mean(0)


@mistake(IN_BIASES, "db not summed", "db", "db[L]", "not summed")
def every_row(call: Call) -> Tensor:
    return call.dZ / call.m
