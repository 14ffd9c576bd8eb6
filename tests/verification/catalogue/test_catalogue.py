"""The catalogue of causes: each has its words, its section of the notes, and a place in which it is tried."""

import re
from importlib import import_module
from pathlib import Path

import pytest

from course_torch.formulas.activations import ACTIVATIONS
from course_torch.mistakes import CATALOGUE, MISTAKES, VAGUE, causes_of
from course_torch.verification.mistakes import MISTAKES

SECTIONS = {"1.1", "1.2", "1.5", "1.6", "1.7", "2.4", "2.5", "3.1", "3.2"}
PLACES = ("dZ[L]", "dZ", "dA", "dW", "db", "dslope")


@pytest.mark.parametrize("cause", CATALOGUE, ids=lambda cause: f"{cause.key} {cause.places}")
def test_a_cause_has_words_and_a_section(cause: Cause) -> None:
    assert cause.section in SECTIONS or cause.key == "unknown"
    assert len(cause.sentence.en) > 10
    assert not cause.sentence.en.endswith(".")
    assert " and " not in cause.key  # joins the keys of causes that come together


def test_a_cause_that_makes_tensors_has_a_place_to_make_them() -> None:
    for cause in CATALOGUE:
        makes = (cause.suspects is not None) + (cause.terms is not None)
        assert makes == (1 if cause.places else 0)
        assert set(cause.places) <= set(PLACES)


def test_every_cause_that_makes_tensors_is_written_out_in_NumPy() -> None:
    modules = [import_module(f"{__package__}.{path.stem}") for path in Path(__file__).parent.glob("test_*.py")]
    written = {key for module in modules for key in getattr(module, "IN_NUMPY", ())}
    assert written == {cause.key for cause in CATALOGUE if cause.places}


def test_a_key_is_unique_in_every_place() -> None:
    for place in PLACES:
        keys = [cause.key for cause in causes_of(place)]
        assert len(set(keys)) == len(keys) > 0


def test_every_expected_cause_is_in_the_catalogue_or_a_factor() -> None:
    for mistake in MISTAKES:
        for key in (key for causes in mistake.causes for key in causes.split(" and ")):
            assert key in BY_KEY or key == "another m" or re.fullmatch(r"factor \S+", key)


def test_the_derivative_of_every_activation_is_a_suspect() -> None:
    assert {f"g' of {name}" for name in ACTIVATIONS if name != "identity"} <= {cause.key for cause in causes_of("dZ")}


def test_vague_causes_are_no_suspects() -> None:
    assert {"unknown", "shape", "not finite"} <= {cause.key for cause in VAGUE}
    assert not any(cause.places for cause in VAGUE)
