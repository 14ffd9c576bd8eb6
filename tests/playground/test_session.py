"""A session trains as the course's loop does, and goes back to the same numbers."""

import pytest
import torch

from course_torch import gradient_descent
from course_torch.data.csv_file import parse_table
from course_torch.errors import InputError
from course_torch.playground.session import RING, Session, StoppedError
from course_torch.playground.settings import Settings
from tests.conftest import assert_equal


def session_of(steps: int = 0, **changes: object) -> Session:
    session = Session(Settings().changed(changes))
    for _ in range(steps):
        session.advance()
    return session


def test_full_batches_train_as_the_course_s_loop_does() -> None:
    session, network = session_of(200), Settings().model_config().network().double()
    X, Y, _ = session.examples.train
    gradient_descent(network, X, Y, learning_rate=1.2, iterations=200, method="plain")
    for name, expected in network.state_dict().items():
        assert_equal(name, session.network.state_dict()[name], expected, rtol=1e-9)


def test_a_minibatch_epoch_uses_every_example_once() -> None:
    examples = session_of(batch_size=64).examples
    assert examples.batches == 7
    rows = torch.cat([examples.batch(step).X for step in range(7)])
    assert sorted(rows.tolist()) == sorted(examples.train.X.tolist())
    assert examples.batch(6).m == 400 - 6 * 64
    assert not torch.equal(examples.batch(0).X, examples.batch(7).X)


@pytest.mark.parametrize("optimizer", ["gradient_descent", "momentum", "adam"])
@pytest.mark.parametrize("batch_size", [None, 32])
def test_back_and_forward_reach_the_same_numbers(optimizer: str, batch_size: int | None) -> None:
    session = session_of(25, optimizer=optimizer, batch_size=batch_size, learning_rate=0.1)
    there = [each.detach().clone() for each in session.parameters]
    costs = session.costs
    for steps in (1, 10, 25):
        session.back(steps)
        assert session.step == 25 - steps
        for _ in range(steps):
            session.advance()
        assert all(map(torch.equal, session.parameters, there))
        assert session.costs == costs
    session.back(25)
    fresh = session_of(optimizer=optimizer, batch_size=batch_size, learning_rate=0.1)
    assert all(map(torch.equal, session.parameters, fresh.parameters))


def test_back_goes_as_far_as_the_ring() -> None:
    session = session_of(RING + 20)
    assert session.steps_back == RING >= 200
    session.back(10_000)
    assert (session.step, session.steps_back) == (20, 0)
    session.back(1)
    assert session.step == 20


def test_the_curve_has_a_point_every_ten_steps() -> None:
    session = session_of(25)
    assert [each.step for each in session.costs] == [0, 10, 20]
    assert session.costs[0].train == pytest.approx(torch.tensor(2.0).log().item(), abs=1e-3)
    session.back(8)
    assert [each.step for each in session.costs] == [0, 10]


def test_a_cost_that_is_not_finite_stops_before_the_step() -> None:
    session = session_of(3)
    with torch.no_grad():
        session.network.layers[1].W.fill_(torch.nan)
    with pytest.raises(StoppedError, match="J = nan at step 3") as stopped:
        session.advance()
    assert (stopped.value.reason, session.step) == ("diverged", 3)


def test_no_hidden_layer_is_logistic_regression() -> None:
    session = session_of(10, hidden_layers=[])
    assert [tuple(layer.W.shape) for layer in session.network.layers] == [(1, 2)]


def test_zeros_keep_the_units_of_a_layer_equal() -> None:
    session = session_of(50, initialization="zeros", hidden_layers=[3])
    W = session.network.layers[0].W
    assert torch.equal(W, W[:1].expand(3, 2))


def test_own_points_need_a_file_and_name_the_axes() -> None:
    with pytest.raises(InputError, match="data: found csv, expected a CSV file of points first"):
        session_of(data="csv")
    table = parse_table("width,height,kind\n" + "1,20,a\n3,40,b\n" * 10, "points")
    session = Session(Settings(data="csv"), table)
    assert session.examples.axes == ["width", "height"]
    assert session.examples.domain == pytest.approx([0.9, 3.1, 19, 41])
    assert len(session.examples.train.X) == 14


def test_the_plane_of_a_drawn_set_is_a_square_around_all_points() -> None:
    examples = session_of(data="moons").examples
    low1, high1, low2, high2 = examples.domain
    assert high1 - low1 == pytest.approx(high2 - low2)
    X = torch.cat([examples.train.X, examples.held_out.X])
    assert low1 < X[:, 0].min() < X[:, 0].max() < high1
    assert low2 < X[:, 1].min() < X[:, 1].max() < high2


def test_float32_is_a_choice() -> None:
    assert {each.dtype for each in session_of(3, precision=32).parameters} == {torch.float32}
