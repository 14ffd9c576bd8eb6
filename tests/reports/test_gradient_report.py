"""The table of a gradient report fits the terminal."""

import pytest
from rich.console import Console

from course_torch.mistakes.context import TensorName
from course_torch.reports.gradient_report import NARROW, WIDTH, comparison_table
from course_torch.verification.comparing import Difference
from course_torch.verification.report import GradientReport, TensorReport

FAR = Difference(largest=1.0, relative=1.25e-1, factor=-121.7006, residual=1.0, tolerance=3e-13)
ROWS = [
    TensorReport(TensorName("dA", 10), (400, 12288), 1.5e-01, FAR, FAR, None, 100, 3),
    TensorReport(TensorName("dW", 10), (4, 12288), 1.5e-01, FAR, FAR, FAR, 100, 0),
]


def lines(width: int) -> list[str]:
    console = Console(width=width, force_terminal=False)
    with console.capture() as shown:
        console.print(comparison_table(GradientReport(ROWS, None, "backward"), "gradients", width=width))
    return shown.get().splitlines()


@pytest.mark.parametrize("width", [60, NARROW, 80, 100, WIDTH])
def test_no_number_is_cut_and_a_narrow_table_leaves_columns_out(width: int) -> None:
    text = "\n".join(lines(width))
    assert "…" not in text
    assert all(len(line) <= width for line in lines(width))
    for row, count in (("dA[10]", 2), ("dW[10]", 3)):
        (line,) = [line for line in lines(width) if row in line]
        assert line.count("1.2e-01") == count
        assert "DIFFERENT" in line
    assert ("1.2e-01 > 3e-13" in text) == (width >= NARROW)
    for column in ("97 of 100", "(400, 12288)", "-121.7006"):
        assert (column in text) == (width == WIDTH)
