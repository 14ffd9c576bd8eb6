"""Mistakes on purpose: which fit, what they do to the training, and that judges and panel name them."""

import pytest
import torch

from course_torch.errors import InputError
from course_torch.playground.mistakes import (
    GradientCheck,
    Mistaken,
    as_record,
    drawn,
    fault_named,
    fault_record,
    fitting,
    same_numbers,
)
from course_torch.playground.session import Session, StoppedError
from course_torch.playground.settings import Settings
from course_torch.verification.faults import FAULTS, Fault
from course_torch.verification.self_test import first_wrong, is_named
from tests.playground.conftest import session_of


@pytest.mark.parametrize(
    "changes",
    [
        {"initialization": "lecun"},
        {"hidden_layers": [8, 8, 8], "hidden_activation": "leaky_relu", "learn_slope": True, "initialization": "he"},
        {"hidden_layers": [], "batch_size": 16},
        {"hidden_activation": "relu", "initialization": "he", "precision": 32},
    ],
)
def test_right_gradients_are_equal_by_both_judges(changes: dict[str, object]) -> None:
    session = session_of(20, learning_rate=0.1, **changes)
    check = GradientCheck(session)
    L = len(session.network.layers)
    learned = sum(len(layer.learned()) for layer in session.network.layers)
    assert [row["verdict"] for row in check.gradients] == ["equal"] * learned
    assert [row["verdict"] for row in check.differences()] == ["equal"] * learned
    assert [row["name"] for row in check.gradients][:2] == [f"dW[{L}]", f"db[{L}]"]
    assert check.diagnosis() is None
    assert as_record(None) is None


def test_a_row_shows_the_two_numbers_that_are_farthest_apart() -> None:
    session = session_of(20, initialization="lecun")
    session.used_pass = Mistaken(fault_named("factor in dW", session.settings))
    row = GradientCheck(session).gradients[0]
    right = session.network.autograd_gradients(session.batch.X, session.batch.Y)[1].dW
    j = int(right.abs().argmax())
    assert (row["name"], row["entry"], row["verdict"]) == ("dW[2]", [0, j], "different")
    assert row["autograd"] == pytest.approx(right[0, j].item())
    assert row["found"] == pytest.approx(0.075 * right[0, j].item())
    assert row["largest"] == pytest.approx(0.925 * right.abs().max().item())


def test_both_judges_object_to_a_mistake_and_the_diagnosis_may_keep_its_cause() -> None:
    session = session_of(20, initialization="lecun")
    session.used_pass = Mistaken(fault_named("no 1/m in db", session.settings))
    check = GradientCheck(session)
    for rows in (check.gradients, check.differences()):
        verdicts = {"dW[2]": "equal", "db[2]": "different", "dW[1]": "equal", "db[1]": "different"}
        assert {row["name"]: row["verdict"] for row in rows} == verdicts
    told, kept = (as_record(check.diagnosis(), told=told) for told in (True, False))
    assert (told["tensor"], kept["tensor"]) == ("db[2]", "db[2]")
    assert told["sentences"]["en"][0].startswith("the sum over the examples is not divided by m")
    assert kept["sentences"] is None


def test_a_wrong_shape_has_no_numbers_beside_it() -> None:
    session = session_of(5)
    session.used_pass = Mistaken(fault_named("transposed", session.settings))
    row = GradientCheck(session).gradients[0]
    assert (row["verdict"], row["entry"], row["relative"]) == ("different", None, 1.0)


def test_looking_changes_nothing() -> None:
    session, other = session_of(5), session_of(5)
    check = GradientCheck(session)
    _ = check.gradients, check.differences(), check.diagnosis()
    session.advance()
    other.advance()
    assert all(map(torch.equal, session.parameters, other.parameters))


DEEP = Settings().changed({"hidden_layers": [5, 5, 5], "initialization": "lecun", "points": 50})


def mistaken(name: str, session: Session) -> Session:
    session.used_pass = Mistaken(fault_named(name, session.settings))
    return session


def names(**changes: object) -> set[str]:
    return {each.name for each in fitting(Settings().changed(changes))}


def test_only_mistakes_of_the_network_s_functions_fit() -> None:
    assert "1 left out in dZ of tanh" in names() - names(hidden_activation="relu")
    assert "mask reversed in dZ of relu" in names(hidden_activation="relu") - names()
    assert "all Z" in names(hidden_activation="leaky_relu", learn_slope=True)
    assert "all Z" not in names(hidden_activation="leaky_relu")
    assert "no g'" in names() - names(hidden_layers=[])
    assert "W for Wᵀ" in names(hidden_layers=[3, 3]) - names(hidden_layers=[3, 4])
    assert "float32 in dW" in names() - names(precision=32)
    assert not any("softmax" in name for name in names())
    assert "squared error in dZ[L] of sigmoid" in names() - names(output="identity")
    assert "sign in dW" in names(data="bumps")
    assert names(data="bumps") == names(output="identity")
    for name in ("mask reversed in dZ of relu", "nonsense", 7):
        with pytest.raises(InputError, match="expected the name of a mistake that fits"):
            fault_named(name, Settings())


def test_the_mistakes_are_grouped_by_the_tensor_in_which_they_are_made() -> None:
    faults = fitting(Settings().changed({"hidden_activation": "leaky_relu", "learn_slope": True}))
    groups = [fault_record(fault, m=50)["group"] for fault in faults]
    assert list(dict.fromkeys(groups)) == ["dZ[L]", "dZ", "dslope", "dW", "db", "dA", "several"]
    assert sorted(groups, key=groups.index) == groups, "a group is not torn apart"
    made = {fault.name: group for fault, group in zip(faults, groups, strict=True)}
    expected = {
        "sign at the output": "dZ[L]",
        "no g'": "dZ",
        "mask reversed in dZ of leaky_relu": "dZ",
        "swapped": "several",
    }
    assert made.items() >= (expected | {"sign in dA": "dA", "no 1/m in dW": "dW", "all Z": "dslope"}).items()


@pytest.fixture(scope="module")
def after_30_right_steps() -> Session:
    """A session in which tests make mistakes, but no step."""
    session = Session(DEEP)
    for _ in range(30):
        session.advance()
    return session


HEIGHTS = DEEP.changed({"data": "bumps", "learning_rate": 0.1})


@pytest.fixture(scope="module")
def heights() -> Session:
    """The same for a network whose labels are heights."""
    session = Session(HEIGHTS)
    for _ in range(30):
        session.advance()
    return session


@pytest.mark.sweep(30)
@pytest.mark.parametrize("fault", fitting(DEEP), ids=lambda fault: fault.name)
def test_the_panel_names_the_first_wrong_tensor_and_the_cause(fault: Fault, after_30_right_steps: Session) -> None:
    """Each mistake that fits 2-5-5-5-1, after 30 right steps. Of a table (m, m) only the shape is known."""
    session = mistaken(fault.name, after_30_right_steps)
    check = GradientCheck(session)
    diagnosis = check.diagnosis()
    assert diagnosis is not None
    assert str(diagnosis.tensor) == first_wrong(fault, check.passes)
    assert fault.name == "labels of rank 1" or is_named(diagnosis, fault), diagnosis.causes


@pytest.mark.sweep(30)
@pytest.mark.parametrize("fault", fitting(HEIGHTS), ids=lambda fault: fault.name)
def test_a_mistake_with_the_output_identity_is_seen(fault: Fault, heights: Session) -> None:
    assert GradientCheck(mistaken(fault.name, heights)).diagnosis() is not None


def test_training_goes_on_with_the_wrong_gradients() -> None:
    right, wrong = session_of(20), mistaken("sign in dW", session_of(20))
    for session in (right, wrong):
        for _ in range(100):
            session.advance()
    assert wrong.cost(wrong.examples.train) > right.cost(right.examples.train)
    assert (right.as_exported, wrong.as_exported) == (True, False)
    wrong.back(100)
    assert wrong.as_exported


def test_a_factor_in_dW_is_a_factor_of_the_step() -> None:
    right, wrong = session_of(), mistaken("factor in dW", session_of())
    before = [layer.W.detach().clone() for layer in right.network.layers]
    right.advance()
    wrong.advance()
    for W, one, other in zip(before, right.network.layers, wrong.network.layers, strict=True):
        torch.testing.assert_close(other.W - W, 0.075 * (one.W - W), rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("transposed", r"dW\[2\]: shape \(4, 1\), expected \(1, 4\)"),
        ("keepdim missing", r"db\[2\]: shape \(1,\), expected \(1, 1\)"),
        ("labels of rank 1", r"dZ\[2\]: shape \(400, 400\), expected \(400, 1\)"),
    ],
)
def test_a_mistake_that_breaks_shapes_stops_before_the_step_and_names_the_tensor(name: str, message: str) -> None:
    session = mistaken(name, session_of(5))
    with pytest.raises(StoppedError, match=message) as stopped:
        session.advance()
    assert (stopped.value.reason, session.step, session.as_exported) == ("shapes", 5, True)


def test_a_mistake_that_a_small_batch_does_not_allow_is_not_made() -> None:
    """One example cannot be shuffled."""
    session = mistaken("labels shuffled", session_of(batch_size=1))
    assert GradientCheck(session).diagnosis() is None
    session.advance()
    assert session.step == 1


def test_every_mistake_has_a_sentence_in_both_languages() -> None:
    for fault in FAULTS:
        record = fault_record(fault, m=50)
        assert all(record["sentences"].values())
        assert "{" not in str(record["sentences"].values())


def test_two_mistakes_that_make_the_same_numbers_are_told() -> None:
    session = session_of(10)
    check = GradientCheck(session)

    def same(one: str, other: str) -> bool:
        first, second = (fault_named(name, session.settings) for name in (one, other))
        return same_numbers(first, second, session.network, session.batch, check.errors)

    assert same("factor in db", "factor in db")
    assert not same("factor in db", "no 1/m in db")
    assert not same("factor in db", "1/m twice in db")


def test_a_random_mistake_shows_and_lets_the_training_go_on() -> None:
    for _ in range(10):
        session = session_of(10)  # mistakes that follow each other may let J diverge
        check = GradientCheck(session)
        mistake = drawn(session.settings, session.network, session.batch, check.right, check.errors)
        mistaken(mistake.name, session)
        assert GradientCheck(session).diagnosis() is not None
        session.advance()
