"""The settings of a session: what is allowed, and which configs they mean."""

import json
from dataclasses import fields
from typing import Any

import pytest

from course_torch.data.planar import NOISE
from course_torch.errors import InputError
from course_torch.formulas.activations import ACTIVATIONS
from course_torch.playground.settings import CHOICES, Settings, described


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
        ("hidden_layers", [4] * 7, r"hidden_layers: found \[4, 4, 4, 4, 4, 4, 4\], expected at most 6 widths"),
        ("hidden_layers", [13], "hidden_layers: .*expected at most 6 widths from 1 to 12"),
        ("hidden_layers", [0], "hidden_layers"),
        ("hidden_layers", [True], "hidden_layers"),
        ("hidden_layers", "4", "hidden_layers: found 4"),
        ("hidden_activation", "gelu", "hidden_activation: found gelu, expected one of sigmoid, tanh"),
        ("hidden_activation", ["tanh"], "hidden_activation"),
        ("slope", 2, "slope: found 2"),
        ("learn_slope", 1, "learn_slope: found 1, expected true or false"),
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


def test_a_whole_number_becomes_the_number_of_the_table() -> None:
    settings = Settings().changed({"noise": 0, "learning_rate": 3, "batch_size": 4.0})
    assert [type(each) for each in (settings.noise, settings.learning_rate, settings.batch_size)] == [float, float, int]


def test_widths_and_seeds_are_taken() -> None:
    settings = Settings().changed({"hidden_layers": [3, 12], "data_seed": 0, "learn_slope": True})
    assert (settings.layer_sizes, settings.data_seed, settings.learn_slope) == ((2, 3, 12, 1), 0, True)


def test_the_page_gets_every_setting_with_its_values() -> None:
    names = {each["name"]: each for each in described()}
    assert list(names) == [field.name for field in fields(Settings)]
    assert names["hidden_activation"]["choices"] == tuple(ACTIVATIONS)
    assert set(NOISE) <= set(names["data"]["choices"])
    assert 1.2 in names["learning_rate"]["choices"]


def test_no_hidden_layer_is_logistic_regression() -> None:
    assert Settings(hidden_layers=()).model_config().layer_sizes == (2, 1)
