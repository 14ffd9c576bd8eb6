"""Write docs/mistakes.md: the mistakes of the self-test with its counts, and the catalogue of the diagnosis.

python tools/build_mistakes_page.py
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from course_torch.verification.breakable import Mistake
from course_torch.verification.catalogue import CATALOGUE, VAGUE
from course_torch.verification.catalogue.cause import Cause
from course_torch.verification.mistakes import MISTAKES, VARIANTS
from course_torch.verification.scoring import COUNTS, score

PAGE = Path(__file__).parents[1] / "docs" / "mistakes.md"
INTRODUCTION = f"""# Mistakes in a backward pass, and how the report explains them

This page is written by `python tools/build_mistakes_page.py`.

`course-torch compare --self-test` makes each mistake of the first table in the real code, on networks of 3 to 5 layers:
sigmoid outputs in float64 and float32, softmax and identity outputs in float64, where the mistake applies. The report
must find each mistake, place it at the first wrong tensor, and name its cause. A cause counts as named if the
diagnosis lists it, alone or with other causes that make the same tensor. A diagnosis is unknown if it names no cause,
and misleading if it names only wrong causes. {len(VARIANTS)} right backward passes that are written differently raise
no alarm.
"""
PLACES = {
    "dZ[L]": "dZ[L] = A - Y",
    "dZ": "dZ = dA * g'(Z) in hidden layers",
    "dA": "dA_prev = dZ W",
    "dW": "dW = (1/m) dZᵀ A_prev",
    "db": "db = (1/m) Σ dZ",
    "dslope": "dslope = (1/m) Σ dA * min(0, Z)",
}


def page(counts: Mapping[str, tuple[int, ...]]) -> str:
    """The text of the page. `counts` are those of each mistake, in the order of COUNTS."""
    total = tuple(sum(column) for column in zip(*counts.values(), strict=True))
    rows = [mistake_row(mistake, counts[mistake.name]) for mistake in MISTAKES]
    head = ["mistake", "first wrong", *("networks", *COUNTS[1:])]
    parts = [
        INTRODUCTION,
        "## The mistakes of the self-test\n",
        table(head, [*rows, ["**all**", "", *map(str, total)]]),
        "## The causes that the diagnosis knows\n",
        "Every cause is tried alone, with a wrong sign, with m and 1/m, and with a constant factor. Any other factor\n"
        "is named by its number.\n",
    ]
    for place, formula in PLACES.items():
        parts += [f"### {formula}\n", causes_table(cause for cause in CATALOGUE if place in cause.places)]
    anywhere = [cause for cause in CATALOGUE if not cause.places and cause not in VAGUE]
    parts += ["### In any tensor\n", causes_table(anywhere)]
    parts += ["### If no known mistake explains the tensor\n", causes_table(VAGUE)]
    return "\n".join(parts)


def mistake_row(mistake: Mistake, counts: tuple[int, ...]) -> list[str]:
    return [escaped(mistake.name), f"`{mistake.first}`", *map(str, counts)]


def causes_table(causes: Iterable[Cause]) -> str:
    rows = [[escaped(cause.key), escaped(cause.sentence.en), cause.section] for cause in causes]
    return table(["cause", "what is wrong", "notes"], rows)


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def escaped(text: str) -> str:
    """The text with the characters that Markdown would read as marks."""
    return text.replace("|", "\\|").replace("*", "\\*")


def main() -> None:
    scores = [score(mistake) for mistake in MISTAKES]
    PAGE.write_text(page({each.name: tuple(getattr(each, count) for count in COUNTS) for each in scores}))


if __name__ == "__main__":
    main()
