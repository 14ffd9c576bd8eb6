"""A goal is reached up to its limit, and each row of the benchmark is judged by its own goals."""

import pytest
import torch

from benchmarks.contenders import bridge, descent, eager, empty_function, numpy_columns
from benchmarks.pipelines import pipeline_goals
from benchmarks.rounds import AUTO, BRIDGE, EAGER, EMPTY, NUMPY, TIMES_NUMPY, Row
from benchmarks.timing import Goal
from benchmarks.workloads import WORKLOADS, Workload


@pytest.mark.parametrize(("at_least", "reached"), [(False, [True, True, False]), (True, [False, True, True])])
def test_a_goal_is_reached_up_to_its_limit(at_least: bool, reached: list[bool]) -> None:
    goal = Goal("seconds", 2.0, "s", at_least)
    judged = [goal.judge("a row", measured) for measured in (1.9, 2.0, 2.1)]
    assert [each.reached for each in judged] == reached
    assert judged[0].as_record() == {
        **{"row": "a row", "what": "seconds", "measured": 1.9, "limit": 2.0, "unit": "s"},
        **{"at_least": at_least, "applies": True, "reached": reached[0]},
    }


def test_the_judged_contenders_are_those_that_are_timed() -> None:
    workload = Workload("tiny", (3, 2, 1), "tanh", 5, 4)
    X, Y = workload.examples(torch.float64)
    timed = [descent(workload, X, Y, "auto", 2)]
    timed += [make(workload, X, Y, 2) for make in (bridge, empty_function, eager, numpy_columns)]
    assert [each.name for each in timed] == [AUTO, BRIDGE, EMPTY, EAGER, NUMPY]
    assert {name.rpartition(", ")[0] for name in TIMES_NUMPY} <= {each.name for each in WORKLOADS}


def test_a_row_is_judged_against_eager_pytorch_and_the_cats_against_numpy() -> None:
    seconds = {AUTO: 1.0, BRIDGE: 12.0, EAGER: 10.0, NUMPY: 54.0}
    (other,) = Row("cats, logistic", "float32", 0.0, seconds).goals()
    function, numpy = Row("cats, logistic", "float64", 0.0, seconds).goals()
    assert other.row == "cats, logistic, float32"
    assert (other.measured, other.reached) == (function.measured, function.reached) == (1.2, False)
    assert (numpy.measured, numpy.reached) == (54.0, False)


def test_numpy_is_a_goal_only_where_the_memory_limits_it() -> None:
    """A step of 54 s is slower than the direct limit of 50 s, but not than one of 60 s, which a cache made possible."""
    seconds = {AUTO: 1.0, BRIDGE: 1.0, EAGER: 1.0, NUMPY: 54.0}
    reached = [Row("cats, logistic", "float64", limit, seconds).goals()[1].reached for limit in (50.0, 60.0)]
    assert reached == [False, None]


def test_an_accelerator_has_no_numpy_to_be_compared_with() -> None:
    assert len(Row("cats, logistic", "float64", 0.0, {AUTO: 1.0, BRIDGE: 1.0, EAGER: 1.0}).goals()) == 1


def test_a_pipeline_is_judged_by_its_overhead_and_its_ratios() -> None:
    """0.9 - 0.5 = 0.4 ms for a step; 1.2 s for an epoch: 3 times 0.4 s, and a third of 3.6 s."""
    step = {"Lightning": 0.0009, "bare loop": 0.0005}
    epoch = {"data module": 1.2, "usual pipeline": 3.6, "bare loop": 0.4}
    judged = pipeline_goals({"a step": step, "an epoch": epoch})
    assert [each.row for each in judged] == ["a step", "an epoch", "an epoch"]
    assert [each.measured for each in judged] == pytest.approx([0.4, 3, 3])
    assert [each.limit for each in judged] == [0.5, 2.2, 3]
    assert [each.at_least for each in judged] == [False, False, True]
