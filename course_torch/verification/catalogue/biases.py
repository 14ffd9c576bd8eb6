"""Mistakes that make a wrong db = (1/m) Σ dZ and no other tensor."""

from collections.abc import Iterator

from torch import Tensor

from course_torch.formulas.average import average
from course_torch.language import Text
from course_torch.verification.catalogue.cause import Cause, replaces
from course_torch.verification.suspects import Step

BIASES: list[Cause] = []


@replaces(
    BIASES,
    "all entries summed",
    Text(
        "all entries are summed: db sums over the examples only, and has one entry for each unit",
        "把所有元素都加了起来：db 只对样本求和，每个单元各有一个元素",
    ),
    "1.7",
    "db",
)
def all_entries(step: Step) -> Iterator[Tensor]:
    total = average(step.dZ.sum(), step.m)
    yield total
    yield total.reshape(1, 1)
    yield total.expand_as(step.reference)


@replaces(
    BIASES,
    "wrong axis",
    Text("the sum runs over the units: db sums over the examples", "求和的轴错了，对单元求了和：db 要对样本求和"),
    "1.7",
    "db",
)
def wrong_axis(step: Step) -> Iterator[Tensor]:
    yield average(step.dZ.sum(dim=1, keepdim=True), step.m)
    yield average(step.dZ.sum(dim=1), step.m)


@replaces(
    BIASES,
    "not summed",
    Text("the sum over the examples is missing: db = (1/m) Σ dZ", "没有对样本求和：db = (1/m) Σ dZ"),
    "2.5",
    "db",
)
def not_summed(step: Step) -> Iterator[Tensor]:
    yield average(step.dZ, step.m)


@replaces(
    BIASES,
    "dW for db",
    Text("db is computed from dW: db = (1/m) Σ dZ", "db 是由 dW 算出来的：db = (1/m) Σ dZ"),
    "2.5",
    "db",
)
def dW_for_db(step: Step) -> Iterator[Tensor]:
    yield step.dW.sum(dim=1)[None]
    yield average(step.dW.sum(dim=1)[None], step.dW.shape[1])


@replaces(
    BIASES,
    "db of another layer",
    Text("db of another layer is used: db[l] = (1/m) Σ dZ[l]", "用了别的层的 db：db[l] = (1/m) Σ dZ[l]"),
    "3.2",
    "db",
)
def db_of_another_layer(step: Step) -> Iterator[Tensor]:
    yield from step.others("db")
