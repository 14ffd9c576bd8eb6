"""When a session trains."""

import pytest

from course_torch.errors import InputError
from course_torch.playground.frames import PATIENCE, SLICE, Pace


class Clock:
    """A clock that a test sets. A step takes a millisecond."""

    now = 0.0

    def __call__(self) -> float:
        return self.now

    def step(self) -> None:
        self.now += 0.001


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pace(clock: Clock) -> Pace:
    return Pace(clock)


def test_nothing_is_due_before_run_and_after_pause(pace: Pace, clock: Clock) -> None:
    assert (pace.wait, pace.train(clock.step)) == (None, 0)
    pace.run()
    assert pace.wait == 0
    pace.pause()
    assert pace.wait is None


def test_without_a_speed_a_slice_is_full_of_steps(pace: Pace, clock: Clock) -> None:
    pace.run()
    assert pace.train(clock.step) == pytest.approx(SLICE / 0.001, abs=1)


@pytest.mark.parametrize("speed", [1, 10, 100])
def test_a_speed_is_kept_on_the_average(speed: int, pace: Pace, clock: Clock) -> None:
    pace.choose(speed)
    pace.run()
    steps = 0
    while clock.now < 5:
        steps += pace.train(clock.step)
        assert pace.wait is not None
        clock.now += max(pace.wait, 0.001)
    assert steps == pytest.approx(5 * speed, abs=2)


def test_steps_that_were_missed_are_not_made_up(pace: Pace, clock: Clock) -> None:
    pace.choose(100)
    pace.run()
    clock.now += 60
    assert pace.train(clock.step) <= 3


def test_training_waits_for_a_page_that_draws_nothing(pace: Pace, clock: Clock) -> None:
    pace.run()
    pace.shown(0)
    clock.now += PATIENCE / 2
    assert pace.wait == 0
    clock.now += PATIENCE
    assert pace.wait is None
    pace.shown(1)
    assert pace.wait == 0


def test_a_hidden_tab_waits(pace: Pace) -> None:
    pace.run()
    pace.hide(True)
    assert pace.wait is None
    pace.hide(False)
    assert pace.wait == 0


@pytest.mark.parametrize("speed", [0, True, "1", 7])
def test_a_speed_that_does_not_exist_is_an_error(speed: object, pace: Pace) -> None:
    with pytest.raises(InputError, match="speed: found"):
        pace.choose(speed)
