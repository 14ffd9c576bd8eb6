"""The self-test of the gradient report: make known mistakes in the real code. The report must find and name them."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, NamedTuple

from course_torch.verification.comparison import compare_gradients
from course_torch.verification.counts import all_found_and_named, total
from course_torch.verification.judges_alone import judges_heard
from course_torch.verification.mistakes import MISTAKES, VARIANTS
from course_torch.verification.problems import NEEDS, random_problem
from course_torch.verification.scoring import Score, score, score_variant

NAMED = 0.85
"""The smallest fraction of the runs in which the right cause must be named."""
Progress = Callable[[list[Any]], Iterable[Any]]


def false_alarm(seed: int) -> bool:
    """Whether the whole report objects to a right network."""
    output = ("sigmoid", "sigmoid", "softmax", "identity")[seed % 4]
    return not compare_gradients(*random_problem(seed, NEEDS[seed % len(NEEDS)], output)).agrees


class SelfTest(NamedTuple):
    """The results of the self-test.

    mistakes, variants   scores of the mistakes and of the right variants
    false_alarms         false alarms of the whole report among `networks` right networks
    judges               judge -> whether the report says "different" if only this judge objects
    """

    mistakes: list[Score]
    variants: list[Score]
    false_alarms: int
    networks: int
    judges: dict[str, bool]

    def total(self, count: str) -> int:
        """Add up a count of Score over all mistakes."""
        return total(self.mistakes, count)

    @property
    def alarms(self) -> int:
        """All false alarms, of variants and of networks."""
        return self.false_alarms + sum(score.found for score in self.variants)

    @property
    def passed(self) -> bool:
        """Whether the report passes the self-test.

        It must find, place and report every mistake, and name NAMED of them. No diagnosis may mislead, no alarm may be
        false, and each judge must be heard.
        """
        return (
            all_found_and_named(self.mistakes, NAMED)
            and all(score.reported for score in self.mistakes)
            and self.alarms == 0
            and all(self.judges.values())
        )


def run_self_test(progress: Progress = iter, networks: int = 200) -> SelfTest:
    """Try every mistake, every variant and right networks. `progress` wraps the tasks, to show a progress bar."""
    tasks: list[Callable[[], Any]] = [
        *(partial(score, mistake) for mistake in MISTAKES),
        *(partial(score_variant, variant) for variant in VARIANTS),
        *(partial(false_alarm, seed) for seed in range(networks)),
        judges_heard,
    ]
    *results, judges = [task() for task in progress(tasks)]
    scores, alarms = results[: -networks or None], results[len(results) - networks :]
    return SelfTest(scores[: len(MISTAKES)], scores[len(MISTAKES) :], sum(alarms), networks, judges)
