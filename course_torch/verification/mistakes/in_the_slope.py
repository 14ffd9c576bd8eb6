"""Mistakes made in dslope[l]."""

from torch import Tensor

from course_torch.verification.breakable import Call, Mistake
from course_torch.verification.mistakes.entry import mistake
from course_torch.verification.names import TensorName

IN_THE_SLOPE: list[Mistake] = []


@mistake(IN_THE_SLOPE, "dslope without 1/m", "dslope", "dslope[L-1]", "no 1/m", need="leaky_relu")
def slope_without_m(call: Call) -> Tensor:
    return (call.dA * call.Z * (call.Z < 0)).sum()


@mistake(IN_THE_SLOPE, "dslope from Z > 0", "dslope", "dslope[L-1]", "Z > 0 only", need="leaky_relu")
def slope_of_positive(call: Call) -> Tensor:
    return (call.dA * call.Z * (call.Z > 0)).sum() / call.m


@mistake(IN_THE_SLOPE, "dslope from all Z", "dslope", "dslope[L-1]", "all Z", need="leaky_relu")
def slope_of_all(call: Call) -> Tensor:
    return (call.dA * call.Z).sum() / call.m


@mistake(IN_THE_SLOPE, "dslope from dZ", "dslope", "dslope[L-1]", "dZ for dA in dslope", need="leaky_relu")
def slope_from_dZ(call: Call) -> Tensor:
    return (call.made[TensorName("dZ", call.l)] * call.Z * (call.Z < 0)).sum() / call.m


@mistake(IN_THE_SLOPE, "dslope without Z", "dslope", "dslope[L-1]", "no Z in dslope", need="leaky_relu")
def slope_without_Z(call: Call) -> Tensor:
    return call.dA[call.Z <= 0].sum() / call.m
