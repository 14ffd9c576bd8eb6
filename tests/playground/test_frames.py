"""A frame: its layout and the numbers of the network in it; and when a session trains."""

from math import hypot, sin
from typing import Any

import pytest
import torch

from course_torch.errors import InputError
from course_torch.playground.frames import (
    PATIENCE,
    SLICE,
    FrameEncoder,
    Pace,
    as_bytes,
    as_json,
    histogram,
    input_planes,
)
from course_torch.playground.mistakes import GradientCheck
from course_torch.playground.session import Session
from course_torch.playground.settings import Examples, Settings, drawn_points
from tests.playground.conftest import Shown, decoded, session_of


def shown(session: Session, encoder: FrameEncoder | None = None, **options: Any) -> Shown:
    options = {"running": False, "point": None, "mistake": None} | options
    return decoded((encoder or FrameEncoder(session)).frame(GradientCheck(session), **options))


def test_the_header_holds_the_numbers_of_the_network() -> None:
    session = session_of(50, hidden_layers=[3, 2], initialization="lecun")
    header, _, units = shown(session, running=True)
    assert (header["step"], header["back"], header["running"], len(units)) == (50, 50, True, 5)
    for layer, W, b in zip(session.network.layers, header["W"], header["b"], strict=True):
        assert torch.equal(torch.tensor(W, dtype=torch.float64), layer.W)
        assert torch.equal(torch.tensor([b], dtype=torch.float64), layer.b)
    train = session.examples.train
    assert header["cost"][0] == pytest.approx(session.network.autograd_cost(train.X, train.Y).item(), rel=1e-12)
    right = (session.network.predict(train.X) == train.Y).double().mean().item()
    assert header["accuracy"][0] == pytest.approx(right)
    dW, W = session.network.autograd_gradients(train.X, train.Y)[1].dW, session.network.layers[1].W
    assert header["layers"][1]["ratio"] == pytest.approx((dW.norm() / W.norm()).item())


@pytest.mark.parametrize("changes", [{}, {"features": ["x2", "x1_squared", "sin_x1"], "learning_rate": 0.1}], ids=str)
def test_the_planes_are_the_network_at_the_centres_of_the_pixels(changes: dict[str, Any]) -> None:
    session = session_of(300, initialization="lecun", **changes)
    header, output, units = shown(session)
    low1, high1, low2, high2 = session.examples.domain
    network = session.network.double()
    for row, column in ((0, 0), (3, 97), (52, 12)):
        x = [low1 + (high1 - low1) * (column + 0.5) / 100, high2 - (high2 - low2) * (row + 0.5) / 100]
        X = torch.tensor([[x[1], x[0] ** 2, sin(x[0])] if changes else x], dtype=torch.float64)
        A = network(X).item()
        assert output[row, column].item() == pytest.approx(65535 * A, abs=0.6)
        hidden = network.caches(X)[0].A[0]
        if row % 5 == column % 5 == 2:
            byte = units[1][row // 5, column // 5].item()
            assert (byte - 128) / 127 * header["scales"][0][1] == pytest.approx(hidden[1].item(), abs=0.01)


def test_the_border_of_one_neuron_is_straight() -> None:
    """The points where the plane crosses 0.5, between two pixels of a row or of a column, lie on w x + b = 0."""
    session = session_of(200, hidden_layers=[])
    _, output, _ = shown(session)
    W, b = (each.flatten().tolist() for each in (session.network.layers[0].W, session.network.layers[0].b))
    low1, high1, low2, high2 = session.examples.domain
    crossings = []
    for i, level in enumerate((output, output.T)):
        level = level - 65535 / 2
        for row, column in (level[:, :-1] * level[:, 1:] < 0).nonzero().tolist():
            here, there = level[row, column : column + 2].tolist()
            place = (column + here / (here - there), row)
            crossings.append(place if i == 0 else place[::-1])
    assert len(crossings) > 50
    for column, row in crossings:
        x1, x2 = low1 + (high1 - low1) * (column + 0.5) / 100, high2 - (high2 - low2) * (row + 0.5) / 100
        pixels = 100 / (high1 - low1)
        assert abs(W[0] * x1 + W[1] * x2 + b[0]) / hypot(*W) * pixels < 0.05, "a twentieth of a pixel"


@pytest.mark.parametrize("changes", [{"data": "bumps"}, {"output": "identity", "learning_rate": 0.1}], ids=str)
def test_the_plane_of_values_goes_from_the_smallest_to_the_largest_label(changes: dict[str, Any]) -> None:
    session = session_of(100, **changes)
    _, output, _ = shown(session)
    low1, _, _, high2 = session.examples.domain
    width = session.examples.domain[1] - low1
    rows = [label for points in session.examples.points.values() for *_, label in points.tolist()]
    for row, column in ((10, 20), (50, 50), (80, 35)):
        x = [low1 + width * (column + 0.5) / 100, high2 - width * (row + 0.5) / 100]
        A = session.network(torch.tensor([x], dtype=torch.float64)).item()
        level = 65535 * (A - min(rows)) / (max(rows) - min(rows))
        assert output[row, column].item() == pytest.approx(min(65535, max(0, level)), abs=1)


def test_the_planes_of_the_inputs_show_their_features() -> None:
    """The features are 0 at the middle of the plane, and x1² is positive at both sides."""
    settings = Settings(data="csv", features=("x1", "x2", "x1_squared", "x1_x2"))
    examples = Examples(settings, drawn_points([[0, 0, 0], [1, 1, 1]] * 2, [-2, 2, -2, 2]))
    x1, x2, x1_squared, x1_x2 = (torch.tensor(plane).reshape(20, 20) for plane in input_planes(examples))
    assert x1[3].tolist() == sorted(x1[3].tolist())
    assert torch.equal(x1, x1[:1].expand(20, 20))
    assert torch.equal(x2, x1.T.flip(0))
    assert (x1[0, 0], x1[0, -1]) == (128 - 127, 128 + 127)
    assert torch.equal(x1_squared, x1_squared.flip(1))
    assert (x1_squared.min() >= 128, x1_squared.max()) == (True, 255)
    assert (x1_x2[0, 0] < 10, x1_x2[0, -1] > 245) == (True, True)


def test_a_histogram_counts_every_value_between_its_ends() -> None:
    values = torch.tensor([[0.0, 0.04, 0.06, 1.0], [0.99, 0.5, 0.52, 0.96]], dtype=torch.float64)
    (low, high), counts = histogram(values)
    assert (low, high) == (0.0, 1.0)
    assert counts == [2, 1, *[0] * 8, 2, *[0] * 8, 3]
    assert histogram(torch.full((3, 2), 0.5)) == [[0.5, 0.5], [6, *[0] * 19]]
    assert histogram(torch.tensor([1.0, torch.nan])) is None


def test_the_forward_pass_of_the_point_under_the_cursor() -> None:
    session = session_of(30, initialization="lecun")
    header, _, _ = shown(session, point=[1.0, -2.0])
    layer1, layer2 = session.network.layers
    Z1 = torch.tensor([[1.0, -2.0]], dtype=torch.float64) @ layer1.W.T + layer1.b
    Z2 = torch.tanh(Z1) @ layer2.W.T + layer2.b
    assert header["point"]["Z"][0] == pytest.approx(Z1[0].tolist())
    assert header["point"]["A"][1] == pytest.approx(torch.sigmoid(Z2)[0].tolist())
    assert (header["point"]["x"], header["point"]["X"]) == ([1, -2], [1, -2])
    header, _, _ = shown(session_of(features=["x2_squared", "x1_x2"]), point=[1.0, -2.0])
    assert (header["point"]["x"], header["point"]["X"]) == ([1, -2], [4, -2])


def test_a_page_gets_each_point_of_the_curve_once_and_again_after_back() -> None:
    session = session_of(25)
    encoder = FrameEncoder(session)
    first, again = (shown(session, encoder)[0] for _ in range(2))
    assert ([each[0] for each in first["costs"]], first["after"]) == ([0, 10, 20], -1)
    assert (again["costs"], again["after"]) == ([], 20)
    session.back(20)
    encoder.rewind()
    for _ in range(30):
        session.advance()
    back, _, _ = shown(session, encoder)
    assert ([each[0] for each in back["costs"]], back["after"]) == ([10, 20, 30], 0)
    assert back["costs"][0] == first["costs"][1]


def test_relu_units_that_never_fire_are_dead_and_tanh_units_with_large_Z_are_saturated() -> None:
    for activation, kind, other in (("relu", "dead", "saturated"), ("tanh", "saturated", "dead")):
        session = session_of(hidden_activation=activation, initialization="lecun")
        with torch.no_grad():
            session.network.layers[0].b[0, 1] = -100
        layers = shown(session)[0]["layers"]
        assert (layers[0][kind], layers[0][other], layers[1][kind]) == ([2], [], [])


def test_numbers_that_are_not_finite_become_null_and_dark_pixels() -> None:
    session = session_of(1)
    with torch.no_grad():
        session.network.layers[0].W[0, 0] = torch.nan
    header, output, _ = shown(session)
    assert header["W"][0][0][0] is None
    assert header["cost"] == [None, None]
    assert output.unique().tolist() == [0]
    assert as_json({"a": (float("inf"), 1)}) == b'{"a":[null,1]}'
    assert as_bytes(torch.tensor([torch.inf, -torch.inf, 127.6])) == bytes([255, 0, 128])


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
    pace.choose(None)
    pace.run()
    assert pace.wait == 0
    assert pace.train(clock.step) == pytest.approx(SLICE / 0.001, abs=1), "without a speed a slice is full of steps"
    pace.pause()
    assert pace.wait is None


def steps_in_5_seconds(pace: Pace, clock: Clock) -> int:
    pace.run()
    steps = 0
    while clock.now < 5:
        steps += pace.train(clock.step)
        assert pace.wait is not None
        clock.now += max(pace.wait, 0.001)
    return steps


def test_the_first_speed_lets_one_see_the_first_steps(pace: Pace, clock: Clock) -> None:
    """A screen shows 60 pictures a second: every step is seen, and the flower's petals come after some 250 steps."""
    assert 100 < steps_in_5_seconds(pace, clock) < 300


@pytest.mark.parametrize("speed", [1, 10, 30, 300])
def test_a_speed_is_kept_on_the_average(speed: int, pace: Pace, clock: Clock) -> None:
    pace.choose(speed)
    steps = steps_in_5_seconds(pace, clock)
    assert steps == pytest.approx(5 * speed, abs=2)
    clock.now += 60
    assert pace.train(clock.step) <= 3 + 2 * SLICE * speed, "steps that were missed are not made up"


def test_training_waits_for_a_page_that_draws_nothing_or_is_hidden(pace: Pace, clock: Clock) -> None:
    pace.run()
    pace.shown(0)
    clock.now += PATIENCE / 2
    assert pace.wait == 0
    clock.now += PATIENCE
    assert pace.wait is None
    pace.shown(1)
    assert pace.wait == 0
    for hidden, wait in ((True, None), (False, 0)):
        pace.hide(hidden)
        assert pace.wait == wait


@pytest.mark.parametrize("speed", [0, True, "1", 7])
def test_a_speed_that_does_not_exist_is_an_error(speed: object, pace: Pace) -> None:
    with pytest.raises(InputError, match="speed: found"):
        pace.choose(speed)
