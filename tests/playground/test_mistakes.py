"""The classic mistakes: which they are, what they are about, and which of them fit a network."""

import pytest

from course_torch.playground.graphs import passes_graph
from course_torch.playground.mistakes import CLASSIC, classic, fault_record, fits
from course_torch.playground.settings import Settings


def names(**changes: object) -> set[str]:
    return {fault.name for fault in classic() if fits(fault, Settings(**changes))}


def test_the_default_network_can_make_all_of_about_two_dozen() -> None:
    assert 20 <= len(classic()) <= 30
    assert names() == {fault.name for fault in classic()}


def test_only_mistakes_of_the_network_s_functions_fit() -> None:
    assert names() - names(hidden_activation="relu") == {"1 left out in dZ of tanh", "A not squared"}
    assert {"no g'", "sign in dA", "swapped"} & names(hidden_layers=()) == {"swapped"}
    assert "squared error in dZ[L] of sigmoid" in names() - names(output="identity")
    assert "sign in dW" in names(output="identity")


def test_a_mistake_has_its_group_and_sentences_in_both_languages() -> None:
    records = [fault_record(fault) for fault in classic()]
    groups = [record["group"] for record in records]
    assert list(dict.fromkeys(groups)) == list(CLASSIC) == ["output", "derivative", "mean", "sign", "tensor", "shape"]
    for record in records:
        assert all(record["title"].values())
        assert all(record["sentences"].values())
        assert "{" not in str(record["sentences"].values()).replace("{m}", "")


@pytest.mark.parametrize("activation", ["tanh", "relu"])
@pytest.mark.parametrize("hidden_layers", [(4,), (4, 4)], ids=str)
def test_every_mistake_that_fits_is_recorded(activation: str, hidden_layers: tuple[int, ...]) -> None:
    """Also one of another shape: nothing reads a gradient but the update, which the engine does not make then."""
    settings = Settings(hidden_layers=hidden_layers, hidden_activation=activation)
    assert passes_graph(settings).mistakes.keys() == names(hidden_layers=hidden_layers, hidden_activation=activation)


def test_a_mistake_that_changes_nothing_is_left_out() -> None:
    """Without a hidden layer A_prev is X, which no Z made."""
    assert names(hidden_layers=()) - passes_graph(Settings(hidden_layers=())).mistakes.keys() == {"Z for A_prev"}
