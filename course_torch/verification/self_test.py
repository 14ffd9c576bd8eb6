"""The gradient report proved: known mistakes are made in the real code, and must be found, placed and named."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, NamedTuple

from course_torch.verification.comparison import compare_gradients
from course_torch.verification.judges_alone import judges_heard
from course_torch.verification.mistakes import MISTAKES, VARIANTS
from course_torch.verification.problems import NEEDS, random_problem
from course_torch.verification.scoring import Score, score, score_variant

NAMED = 0.85
"""The part of the runs in which the right cause must be named."""
Progress = Callable[[list[Any]], Iterable[Any]]


def false_alarm(seed: int) -> bool:
    """Whether the whole report objects to a right network."""
    output = ("sigmoid", "sigmoid", "softmax", "identity")[seed % 4]
    return not compare_gradients(*random_problem(seed, NEEDS[seed % len(NEEDS)], output)).agrees


class SelfTest(NamedTuple):
    """The results of all parts of the self-test.

    mistakes, variants   scores of the mistakes and of the right variants
    false_alarms         false alarms of the whole report among `networks` right networks
    judges               judge -> whether its objection alone makes the report say "different"
    """

    mistakes: list[Score]
    variants: list[Score]
    false_alarms: int
    networks: int
    judges: dict[str, bool]

    def total(self, count: str) -> int:
        """The sum of a count of Score over all mistakes."""
        return sum(getattr(score, count) for score in self.mistakes)

    @property
    def alarms(self) -> int:
        """All false alarms, of variants and of networks."""
        return self.false_alarms + sum(score.found for score in self.variants)

    @property
    def passed(self) -> bool:
        """All mistakes found, placed and reported, NAMED of them named, none misleading, all judges heard, no alarm."""
        runs = self.total("runs")
        return (
            runs > 0
            and self.total("found") == runs
            and self.total("placed") == runs
            and self.total("named") >= NAMED * runs
            and self.total("misleading") == 0
            and all(score.reported for score in self.mistakes)
            and self.alarms == 0
            and all(self.judges.values())
        )


def run_self_test(progress: Progress = iter, networks: int = 200) -> SelfTest:
    """Make every mistake and every variant, and judge right networks; `progress` wraps the list of these tasks."""
    tasks: list[Callable[[], Any]] = [
        *(partial(score, mistake) for mistake in MISTAKES),
        *(partial(score_variant, variant) for variant in VARIANTS),
        *(partial(false_alarm, seed) for seed in range(networks)),
        judges_heard,
    ]
    *results, judges = [task() for task in progress(tasks)]
    scores, alarms = results[: -networks or None], results[len(results) - networks :]
    return SelfTest(scores[: len(MISTAKES)], scores[len(MISTAKES) :], sum(alarms), networks, judges)
