"""Two mistakes in one function: both are named or one of them is, but no other mistake. Every seed says the same."""

from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from zlib import crc32

import pytest

from course_torch.exercises.check.answer import message
from course_torch.exercises.grade.grading import seed_of
from course_torch.exercises.tasks import CHAPTERS
from course_torch.mistakes.solution import body_of, in_library, replace_in, solution
from tests.exercises.judged import USUAL, verdict_on
from tests.exercises.self_test.changes import UNNAMED, mistakes_in
from tests.exercises.self_test.test_self_test import FACTOR

WRITTEN = [
    ("deep", "linear_backward", ["m of the features", "keepdim missing"],
     ("m = A_prev.shape[1]", "m = A_prev.shape[0]"), ("np.sum(dZ, axis=1, keepdims=True)", "dZ.sum(1)")),
    ("deep", "linear_backward", ["wrong axis", "no 1/m"],
     ("dZ @ A_prev.T / m", "np.dot(dZ, A_prev.T)"), ("axis=1", "axis=0")),
    ("deep", "linear_backward", ["sign", "no 1/m"],
     ("keepdims=True) / m", "keepdims=True)"), ("W.T @ dZ", "-np.dot(W.T, dZ)")),
    ("deep", "compute_cost", ["1/m twice", "no (1 - y) term"],
     ("np.sum(", "np.mean("), ("Y * np.log(AL) + (1 - Y) * np.log(1 - AL)", "Y * np.log(AL)")),
    ("shallow", "compute_cost", ["sign", "sum, not mean"], ("return -", "return "), (" / m", "")),
    ("shallow", "forward_propagation", ["sigmoid in the hidden layer", "no b1"],
     (" + b1", ""), ("np.tanh(Z1)", "sigmoid(Z1)")),
    ("logistic", "propagate", ["sign at the output", "no 1/m"],
     ("X @ dZ.T / m", "np.dot(X, dZ.T)"), ("A - Y", "Y - A")),
    # several pairs of mistakes make these numbers, and all of them have the mistake that is named
    ("logistic", "propagate", ["m of the features"],
     ("m = X.shape[1]", "m = len(X)"), ("np.sum(dZ) / m", "np.sum(dZ)")),
]  # fmt: skip
"""Chapter, function, the keys that are named, and two changes as people write them."""


@pytest.mark.parametrize("seed", [1, seed_of("mine.py", 1)], ids=["check", "grade"])
@pytest.mark.parametrize(("chapter", "function", "keys", "one", "other"), WRITTEN)
def test_two_mistakes_are_named_together(
    chapter: str, function: str, keys: list[str], one: tuple[str, str], other: tuple[str, str], seed: int
) -> None:
    text = solution(chapter, "numpy", "columns")
    for change in (one, other):
        text = replace_in(text, function, *change)
    verdict = verdict_on(text, chapter, function, seed)
    assert [cause.key for cause in verdict.findings] == keys, message(verdict, "en")
    assert "one of these" not in message(verdict, "en")
    assert (", and " in message(verdict, "en")) is (len(keys) > 1)


# Sixty pairs of the edits of the records, chosen by a hash of their names


EACH, MOST = 5, 60
"""Pairs of a function at most, and pairs in all."""
ALIASES = {"argument replaced": "α hard-coded", "not transposed": "reshape for a transpose"}
"""Key of a cause that the text or an exception shows -> the key of the mistake."""
OF_EXCEPTION = {"unknown", "entry by entry", "sizes of a product"}
"""Keys that name no mistake: the sentence says what the exception says."""
Pair = tuple[str, str, str, set[str]]
"""Chapter, the changed solution, the function and the keys of the two mistakes."""


def pairs_in(chapter: str, library: str, layout: str) -> Iterator[tuple[int, Pair]]:
    """The hash and the pair for every two mistakes in disjoint places of a function."""
    right = solution(chapter, "numpy", layout)
    for one, other in combinations(mistakes_in(chapter, library, layout), 2):
        (function, *change, key), (there, *other_change, other_key) = one, other
        if function != there or key == other_key or {key, other_key} & UNNAMED.keys():
            continue
        body = body_of(right, function)
        ends = sorted((body.find(old), body.find(old) + len(old)) for old, _ in (change, other_change))
        changed, turned = (
            body.replace(*first, 1).replace(*second, 1)
            for first, second in ((change, other_change), (other_change, change))
        )
        if ends[0][1] <= ends[1][0] and changed == turned:
            name = " ".join([chapter, library, layout, function, *change, *other_change])
            text = in_library(right.replace(f"def {function}({body}", f"def {function}({changed}"), library)
            yield crc32(name.encode()), (chapter, text, function, {key, other_key})


def pairs() -> list[Pair]:
    """The sixty pairs."""
    found: dict[tuple[str, str], list[tuple[int, Pair]]] = {}
    for number, chapter in enumerate(CHAPTERS):
        for crc, pair in pairs_in(chapter, *USUAL[number % 2]):
            found.setdefault((chapter, pair[2]), []).append((crc, pair))
    few = [one for every in found.values() for one in sorted(every, key=lambda one: one[0])[:EACH]]
    return [pair for _, pair in sorted(few, key=lambda one: one[0])[:MOST]]


@pytest.mark.slow
def test_of_sixty_pairs_most_are_named_and_none_is_taken_for_another_mistake() -> None:
    counts: Counter[str] = Counter()
    for chapter, text, function, keys in pairs():
        verdict = verdict_on(text, chapter, function)
        assert verdict.state == "wrong"
        found = {FACTOR.sub("factor", cause.key) for cause in verdict.findings} - OF_EXCEPTION
        named = {ALIASES.get(key, key) for key in found}
        assert not named or named & keys, (text, message(verdict, "en"))
        counts["both" if named >= keys else "one" if named else "none"] += 1
    assert counts["both"] >= 36
    assert counts["none"] <= 4
