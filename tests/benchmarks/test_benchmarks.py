"""Every contender runs, and the counts, medians, goals and ratios are right. These tests time nothing."""

from pathlib import Path

import pytest
import torch

from benchmarks import contenders, crossover, start, timing
from benchmarks.contenders import AUTO, BRIDGE, CONTENDERS, EAGER, NUMPY, Row, time_contenders
from benchmarks.pipelines import pipeline_goals
from benchmarks.timing import Goal, Limits, Workload
from tests.support.fixture_types import Monkeypatch

TINY = Workload("tiny", (3, 2, 1), "tanh", 5, 4)


def test_the_limit_is_the_slower_of_arithmetic_and_traffic() -> None:
    """m = 5: Z needs 5·(6 + 2) multiply-adds, dW the same number, and dA[1] needs 5·2: 90 in total."""
    assert TINY.entries() == 2 * 5 * 3 + 3 * (6 + 2)
    assert Limits(multiply_adds=90.0, bandwidth=1e9).seconds(TINY, torch.float64) == 1.0
    assert Limits(multiply_adds=1e9, bandwidth=54 * 8 / 2).seconds(TINY, torch.float64) == 2.0


@pytest.mark.filterwarnings("ignore:Stochastic Optimizer")  # scikit-learn has not converged, as intended
@pytest.mark.parametrize("workload", [TINY, Workload("logistic", (3, 1), "relu", 5, 4)])
def test_every_contender_runs(workload: Workload) -> None:
    X, Y = workload.examples(torch.float64)
    able = {name: make for name, make in CONTENDERS.items() if name != "PyTorch, torch.compile"}  # needs a compiler
    runs = {name: make(workload, X, Y) for name, make in able.items()}
    for run in filter(None, runs.values()):
        run(2)
    assert (runs["scikit-learn MLPClassifier"] is None) == (len(workload.layer_sizes) == 2)


def test_rounds_alternate_and_give_the_median_of_a_step(monkeypatch: Monkeypatch) -> None:
    calls: list[tuple[str, int]] = []
    clock = iter(range(10_000))
    monkeypatch.setattr(timing, "perf_counter", lambda: next(clock))
    monkeypatch.setattr(contenders, "calibrated", lambda run: 2)
    made = {
        name: lambda workload, X, Y, name=name: lambda steps: calls.append((name, steps)) for name in (AUTO, "other")
    }
    monkeypatch.setattr(contenders, "CONTENDERS", made | {"absent": lambda workload, X, Y: None})
    assert time_contenders(TINY, torch.float64, "cpu") == {AUTO: 1 / TINY.iterations, "other": 0.5}
    assert calls == [(AUTO, TINY.iterations), ("other", 2)] * contenders.ROUNDS


@pytest.mark.parametrize(("at_least", "reached"), [(False, [True, True, False]), (True, [False, True, True])])
def test_a_goal_is_reached_up_to_its_limit(at_least: bool, reached: list[bool]) -> None:
    goal = Goal("seconds", 2.0, "s", at_least)
    judged = [goal.judge("a row", measured) for measured in (1.9, 2.0, 2.1)]
    assert [record["reached"] for record in judged] == reached
    assert judged[0] == {
        **{"row": "a row", "what": "seconds", "measured": 1.9, "limit": 2.0, "unit": "s"},
        **{"at_least": at_least, "reached": reached[0]},
    }


def test_a_row_is_judged_against_eager_pytorch_and_numpy() -> None:
    seconds = {AUTO: 1.0, BRIDGE: 12.0, EAGER: 10.0, NUMPY: 54.0}
    others = Row("cats, logistic", "float32", 0.0, seconds).goals()
    *judged, numpy = Row("cats, logistic", "float64", 0.0, seconds).goals()
    assert {goal["row"] for goal in others} == {"cats, logistic, float32"}
    for goals in (others, judged):
        assert [(goal["measured"], goal["reached"]) for goal in goals] == [(1.2, False), (10.0, True), (54.0, True)]
    assert (numpy["measured"], numpy["reached"]) == (54.0, False)
    reached = [Row("cats, logistic", "float64", limit, seconds).goals()[-1]["reached"] for limit in (50.0, 60.0)]
    assert reached == [False, None], "a step of 54 s is no slower than 60 s: a cache made it possible"


def test_a_pipeline_is_judged_by_its_overhead_and_its_ratios() -> None:
    """0.9 - 0.5 = 0.4 ms for a step; 1.2 s for an epoch: 3 times 0.4 s, and a third of 3.6 s."""
    step = {"Lightning": 0.0009, "bare loop": 0.0005}
    epoch = {"data module": 1.2, "usual pipeline": 3.6, "bare loop": 0.4}
    judged = pipeline_goals({"a step": step, "an epoch": epoch})
    assert [goal["row"] for goal in judged] == ["a step", "an epoch", "an epoch"]
    assert [goal["measured"] for goal in judged] == pytest.approx([0.4, 3, 3])
    assert [goal["limit"] for goal in judged] == [0.5, 2.2, 3]
    assert [goal["at_least"] for goal in judged] == [False, False, True]


@pytest.mark.parametrize(("iterations", "chosen", "ratio"), [(1, "fused", 1.0), (10_000, "gram", 1.5)])
def test_the_ratio_is_the_chosen_forms_time_over_the_shorter_time(iterations: int, chosen: str, ratio: float) -> None:
    """fused takes 2 s and gram 3 s."""
    row = crossover.compare(100, 1000, 20, iterations, fused=2.0, gram=3.0)
    assert row == (100, 1000, 20, iterations, 2.0, 3.0, chosen, ratio)


def test_seconds_of_many_iterations_are_the_first_and_the_further_steps(monkeypatch: Monkeypatch) -> None:
    """5 s for the set-up with the first step of fused and 2 s for each further step; 1 s and 3 s of gram."""
    for name, values in {"EXAMPLES": (3,), "FEATURES": (4,), "UNITS": (1,), "ITERATIONS": (1, 4)}.items():
        monkeypatch.setattr(crossover, name, values)
    monkeypatch.setattr(crossover, "time_forms", lambda *sizes: {"fused": (5.0, 2.0), "gram": (1.0, 3.0)})
    assert [(row.fused, row.gram) for row in crossover.measure_crossover()] == [(5, 1), (11, 10)]


def test_the_clock_gives_first_and_further_steps_of_both_forms(monkeypatch: Monkeypatch) -> None:
    """A clock that counts 3 s for the set-up and 2 s for a step of fused; 10 s and 1 s of gram."""
    seconds = {"fused": (3.0, 2.0), "gram": (10.0, 1.0)}
    now = 0.0

    def descend(*arguments: object, iterations: int, method: str, **options: object) -> None:
        nonlocal now
        now += seconds[method][0] + iterations * seconds[method][1]

    monkeypatch.setattr(crossover, "gradient_descent", descend)
    monkeypatch.setattr(crossover, "perf_counter", lambda: now)
    assert crossover.time_forms(3, 4, 2) == {"fused": (5.0, 2.0), "gram": (11.0, 1.0)}


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The arguments of each process, which is not started."""
    started: list[list[str]] = []
    monkeypatch.setattr(start, "finish", started.append)
    return started


def test_predict_gets_the_checkpoint_of_a_training_that_ran_before(tmp_path: Path, started: list[list[str]]) -> None:
    commands = start.starts(tmp_path)
    assert {start.IMPORT, *start.GOALS} == set(commands)
    (training,) = started
    assert training[-2:] == ["--max_steps", "1"]
    assert str(tmp_path) in training
    assert Path(commands["course-torch predict"][3]).is_relative_to(tmp_path)


def test_a_start_is_judged_by_its_ratio_or_by_the_seconds_beyond_the_import() -> None:
    """`import torch` takes 2 s, every program 4 s."""
    judged = start.start_goals({start.IMPORT: 2.0} | dict.fromkeys(start.GOALS, 4.0))
    assert {(goal["what"], goal["measured"]) for goal in judged} == {(start.RATIO, 2.0), (start.BEYOND, 2.0)}
    reached = [goal["row"] for goal in judged if goal["reached"]]
    assert reached == ["course-torch check, a whole chapter", "train.py, to its first step"]
