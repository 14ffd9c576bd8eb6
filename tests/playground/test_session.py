"""The settings of a session, which trains as the course's loop does and goes back to the same numbers."""

import json
from dataclasses import fields
from math import sin
from typing import Any

import pytest
import torch

from course_torch import gradient_descent
from course_torch.data.csv_file import parse_table
from course_torch.data.planar import NOISE
from course_torch.errors import InputError
from course_torch.formulas.activations import ACTIVATIONS
from course_torch.playground.session import RING, Session, StoppedError
from course_torch.playground.settings import CHOICES, Settings, described, drawn_points
from tests.conftest import assert_equal
from tests.playground.conftest import session_of


def test_the_defaults_are_those_of_the_flower() -> None:
    model, data = Settings().model_config(), Settings().data_config()
    assert (model.layer_sizes, model.hidden_activation, model.initialization) == ((2, 4, 1), "tanh", "small")
    assert (model.learning_rate, data.name, data.points, data.batch_size) == (1.2, "planar", 400, None)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("data", "pictures", "data: found pictures, expected one of planar, moons, circles"),
        ("points", 401, "points: found 401, expected one of 20, 50"),
        ("noise", -1, "noise: found -1, expected one of null, 0, 0.05"),
        ("noise", False, "noise: found false"),
        ("data_seed", -1, "data_seed: found -1, expected 0 to 2147483647"),
        ("model_seed", 1.5, "model_seed: found 1.5, expected 0 to 2147483647"),
        ("model_seed", True, "model_seed: found true"),
        (
            "features",
            [],
            r"features: found \[\], expected a list of some of x1, x2, x1_squared, x2_squared, x1_x2, sin_x1",
        ),
        ("features", ["x1", "x3"], r"features: found \['x1', 'x3'\]"),
        ("features", ["x1", ["x2"]], "features: found"),
        ("features", "x1", "features: found x1"),
        ("hidden_layers", [4] * 7, r"hidden_layers: found \[4, 4, 4, 4, 4, 4, 4\], expected at most 6 widths"),
        ("hidden_layers", [13], "hidden_layers: .*expected at most 6 widths from 1 to 12"),
        ("hidden_layers", [0], "hidden_layers"),
        ("hidden_layers", [True], "hidden_layers"),
        ("hidden_layers", "4", "hidden_layers: found 4"),
        ("hidden_activation", "gelu", "hidden_activation: found gelu, expected one of sigmoid, tanh"),
        ("hidden_activation", ["tanh"], "hidden_activation"),
        ("slope", 2, "slope: found 2"),
        ("learn_slope", 1, "learn_slope: found 1, expected true or false"),
        ("output", "softmax", "output: found softmax, expected one of sigmoid, identity"),
        ("initialization", None, "initialization: found null"),
        ("optimizer", "sgd", "optimizer: found sgd, expected one of gradient_descent, momentum, adam"),
        ("learning_rate", 7, "learning_rate: found 7, expected one of 0.0001"),
        ("learning_rate", "x" * 1000, "learning_rate: found x{60}…, expected one of"),
        ("batch_size", True, "batch_size: found true"),
        ("precision", 16, "precision: found 16, expected one of 64, 32"),
        ("layers", 3, "settings: found 'layers', expected one of data, points"),
    ],
)
def test_a_value_that_is_not_allowed_is_one_line(name: str, value: Any, message: str) -> None:
    with pytest.raises(InputError, match=message) as raised:
        Settings().changed({name: value})
    assert "\n" not in str(raised.value)


def test_every_value_of_a_table_is_taken_as_the_page_sends_it() -> None:
    for name, allowed in CHOICES.items():
        for value in allowed:
            assert getattr(Settings().changed({name: json.loads(json.dumps(value))}), name) == value
    settings = Settings().changed({"noise": 0, "learning_rate": 3, "batch_size": 4.0})
    assert [type(each) for each in (settings.noise, settings.learning_rate, settings.batch_size)] == [float, float, int]
    settings = Settings().changed({"hidden_layers": [3, 12], "data_seed": 0, "learn_slope": True})
    assert (settings.layer_sizes, settings.data_seed, settings.learn_slope) == ((2, 3, 12, 1), 0, True)
    settings = Settings().changed({"features": ["sin_x2", "x1", "x1_squared"]})
    assert (settings.features, settings.layer_sizes) == (("x1", "x1_squared", "sin_x2"), (3, 4, 1))


def test_the_page_gets_every_setting_with_its_values() -> None:
    names = {each["name"]: each for each in described()}
    assert list(names) == [field.name for field in fields(Settings)]
    assert names["hidden_activation"]["choices"] == tuple(ACTIVATIONS)
    assert set(NOISE) <= set(names["data"]["choices"])
    assert 1.2 in names["learning_rate"]["choices"]


def test_full_batches_train_as_the_course_s_loop_does() -> None:
    session, network = session_of(200), Settings().model_config().network().double()
    X, Y, _ = session.examples.train
    gradient_descent(network, X, Y, learning_rate=1.2, iterations=200, method="plain")
    for name, expected in network.state_dict().items():
        assert_equal(name, session.network.state_dict()[name], expected, rtol=1e-9)


def test_a_set_of_heights_has_the_output_identity_and_classes_may_have_it() -> None:
    heights = Settings().changed({"data": "bumps"})
    assert heights.output == "identity"
    assert heights.changed({"output": "sigmoid"}).output == "identity", "a height is no probability"
    assert heights.changed({"data": "moons"}).output == "sigmoid"
    assert heights.changed({"data": "moons", "output": "identity"}).output == "identity"
    classes = Settings().changed({"output": "identity"})
    assert (classes.changed({"data": "moons"}).output, classes.changed({"points": 50}).output) == (
        "identity",
        "identity",
    )


@pytest.mark.parametrize("changes", [{"data": "slanted_plane"}, {"data": "bumps"}, {"output": "identity"}], ids=str)
def test_the_squared_error_trains_as_the_course_s_loop_does(changes: dict[str, Any]) -> None:
    session = session_of(100, learning_rate=0.3, **changes)
    network = session.settings.model_config().network().double()
    X, Y, _ = session.examples.train
    gradient_descent(network, X, Y, learning_rate=0.3, iterations=100, method="plain")
    for name, expected in network.state_dict().items():
        assert_equal(name, session.network.state_dict()[name], expected, rtol=1e-9)
    A, cost = network(X).detach(), session.cost(session.examples.train)
    assert cost == pytest.approx(((A - Y) ** 2).mean().item() / 2)
    assert session.result(session.examples.train).score == pytest.approx(1 - 2 * cost / Y.var(correction=0).item())
    labels = torch.cat([Y, session.examples.held_out.Y])
    assert session.examples.labels == [labels.min().item(), labels.max().item()]


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


def test_an_edit_is_rounded_to_float32_and_back_undoes_it() -> None:
    session = session_of(10)
    session.advance()
    session.back(1)
    before, curve = [each.detach().clone() for each in session.parameters], session.costs
    session.edit(1, 2, 1, -0.1)
    session.edit(2, 0, None, 3)
    assert session.network.layers[0].W[2, 1] == torch.tensor(-0.1, dtype=torch.float32).item() != -0.1
    assert session.network.layers[1].b.item() == 3
    assert (session.step, session.steps_back, session.as_exported) == (10, 12, False)
    edited = session.cost(session.examples.train)
    session.advance()
    assert session.costs[-1] == (10, edited, session.costs[-1].held_out)
    session.back(2)
    assert (session.step, session.network.layers[1].b.item() == 3, session.as_exported) == (10, False, False)
    session.back(1)
    assert all(map(torch.equal, session.parameters, before))
    assert (session.step, session.as_exported, session.costs) == (10, True, curve)
    session.advance()
    assert session.costs[-1].train != edited


@pytest.mark.parametrize("value", [None, "1", True, [1], float("nan"), float("-inf"), 1_000_001, 10**400])
def test_a_weight_that_is_no_number_or_too_large_is_refused_in_both_languages(value: object) -> None:
    session = session_of(1)
    with pytest.raises(InputError, match=r"value: found .*, expected a number from -1000000 to 1000000") as raised:
        session.edit(1, 0, 0, value)
    assert raised.value.text.zh.startswith("值：得到")
    assert (session.steps_back, session.as_exported) == (1, True)


def test_a_cost_that_is_not_finite_stops_before_the_step() -> None:
    session = session_of(3)
    with torch.no_grad():
        session.network.layers[1].W.fill_(torch.nan)
    with pytest.raises(StoppedError, match="J = nan at step 3") as stopped:
        session.advance()
    assert (stopped.value.reason, session.step) == ("diverged", 3)


def test_zeros_keep_the_units_of_a_layer_equal_and_float32_is_a_choice() -> None:
    session = session_of(50, initialization="zeros", hidden_layers=[3])
    W = session.network.layers[0].W
    assert torch.equal(W, W[:1].expand(3, 2))
    assert {each.dtype for each in session_of(3, precision=32).parameters} == {torch.float32}


def test_own_points_need_a_file_and_name_the_axes() -> None:
    with pytest.raises(InputError, match="data: found csv, expected a CSV file of points first"):
        session_of(data="csv")
    table = parse_table("width,height,kind\n" + "1,20,a\n3,40,b\n" * 10, "points")
    session = Session(Settings(data="csv"), table)
    assert session.examples.axes == ["width", "height"]
    assert session.examples.domain == pytest.approx([0.9, 3.1, 19, 41])
    assert len(session.examples.train.X) == 14


def test_features_are_functions_of_the_points_and_the_plane_stays() -> None:
    plain, session = session_of(), session_of(features=["x2", "x1_squared", "x2_squared", "x1_x2", "sin_x1", "sin_x2"])
    x1, x2 = plain.examples.train.X.T.tolist()
    expected = [[b, a * a, b * b, a * b, sin(a), sin(b)] for a, b in zip(x1, x2, strict=True)]
    torch.testing.assert_close(session.examples.train.X, torch.tensor(expected, dtype=torch.float64))
    for name, points in session.examples.points.items():
        assert torch.equal(points, plain.examples.points[name])
    assert session.examples.domain == plain.examples.domain


def test_a_circle_is_a_line_in_the_squares() -> None:
    """No straight line separates the circles, and logistic regression on x1² and x2² does."""
    circles = {"data": "circles", "noise": 0.05, "hidden_layers": [], "learning_rate": 3}
    plain, squares = session_of(200, **circles), session_of(200, **circles, features=["x1_squared", "x2_squared"])
    assert plain.result(plain.examples.held_out).score < 0.7
    assert squares.result(squares.examples.held_out).score > 0.98


def test_drawn_points_keep_their_plane_and_the_classes_their_names() -> None:
    """Red is class 0, although it comes after blue."""
    rows = [[0.5, 1, 0], [0, 0.125, 1], [2, 1.5, 1], [-1, 0, 0]]
    session = Session(Settings(data="csv"), drawn_points(rows, [-4, 4, -3, 5]))
    assert session.examples.domain == [-4, 4, -3, 5]
    assert (session.examples.data.class_names, session.examples.axes) == (("red", "blue"), ["x1", "x2"])
    found = torch.cat([*session.examples.points.values()]).tolist()
    assert sorted(found) == sorted(rows)


def test_the_plane_of_a_drawn_set_is_a_square_around_all_points() -> None:
    examples = session_of(data="moons").examples
    low1, high1, low2, high2 = examples.domain
    assert high1 - low1 == pytest.approx(high2 - low2)
    X = torch.cat([examples.train.X, examples.held_out.X])
    assert low1 < X[:, 0].min() < X[:, 0].max() < high1
    assert low2 < X[:, 1].min() < X[:, 1].max() < high2
