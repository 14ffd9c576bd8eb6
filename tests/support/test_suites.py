"""The two suites, and the checker of annotations under pytest."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
import torch
from jaxtyping import Bool, Float, Float64, Int, Shaped
from jaxtyping._storage import get_shape_memo
from torch import Tensor
from torch.nn import Parameter

from tests import by_jaxtyping, checked, fits, jaxtyped, own_axes
from tests.support import suites

pytest_plugins = ["pytester"]
Run = Callable[..., pytest.RunResult]


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A run of pytest in this process, with the hooks of the suites."""
    markers = "\n    ".join(f"{name}: …" for name in ("slow", "smoke", "browser", "sweep"))
    pytester.makeini(f"[pytest]\nmarkers =\n    {markers}\n")
    pytester.makeconftest(
        "from tests.support import suites\n\ndef pytest_configure(config):\n    config.pluginmanager.register(suites)\n"
    )

    def run(text: str, *options: str, in_ci: bool = False) -> pytest.RunResult:
        monkeypatch.setattr(suites, "IN_CI", in_ci)
        pytester.makepyfile(test_small=f"import sys\nfrom multiprocessing import Process\nimport pytest\n\n{text}")
        result = pytester.runpytest_inprocess("-p", "no:course_torch", "-p", "no:cacheprovider", *options)
        suites.started.clear()  # of the tests of this run
        return result

    return run


SWEPT = """
@pytest.mark.sweep(3)
@pytest.mark.parametrize("n", range(20))
def test_swept(n): pass

@pytest.mark.sweep(3)
@pytest.mark.parametrize("n", range(2))
def test_few(n): pass

@pytest.mark.browser
def test_page(): pass

@pytest.mark.browser
@pytest.mark.smoke
def test_first_page(): pass
"""


def test_a_sweep_keeps_some_cases_and_browsers_are_slow_but_for_smoke_tests(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suites, "MISSING", None)
    fast, slow = run(SWEPT, "-m", "not slow"), run(SWEPT, "-m", "slow")
    fast.assert_outcomes(passed=3 + 2 + 1, deselected=17 + 1)
    slow.assert_outcomes(passed=17 + 1, deselected=3 + 2 + 1)
    fast.stdout.fnmatch_lines(["18 slow tests were left out*`make test-slow` runs them."])
    slow.stdout.no_fnmatch_line("*left out*")


STARTING = """
def test_fast():
    sys.audit("subprocess.Popen", "python", [], None, None)

@pytest.mark.slow
def test_slow():
    sys.audit("subprocess.Popen", "python", [], None, None)

@pytest.mark.smoke
def test_smoke():
    sys.audit("os.fork")

def test_of_a_library():
    sys.audit("subprocess.Popen", "uname", [], None, None)

class NoRank(Process):
    _Popen = open  # fails, so that no process starts

def test_rank():
    pytest.raises(TypeError, NoRank().start)
"""


def test_a_fast_test_that_starts_a_process_fails(run: Run) -> None:
    result = run(STARTING)
    result.assert_outcomes(passed=5, errors=2)
    result.stdout.fnmatch_lines(["*test_fast*", "starts a process (1 × subprocess.Popen): mark the test slow"])
    result.stdout.fnmatch_lines(["*test_rank*", "starts a process (1 × multiprocessing): mark the test slow"])


SKIPPING = """
@pytest.mark.skip(reason="the program is not installed")
def test_skipped(): pass

def test_skips(): pytest.skip("no network")

@pytest.mark.skip(reason="root may read every file")
def test_allowed(): pass

@pytest.mark.xfail
def test_expected(): assert False
"""


def test_in_ci_a_skip_without_an_allowed_reason_fails(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run(SKIPPING).assert_outcomes(skipped=3, xfailed=1)
    monkeypatch.setattr(suites.sys, "platform", "linux")
    result = run(SKIPPING, in_ci=True)
    result.assert_outcomes(skipped=1, xfailed=1, failed=1, errors=1)
    result.stdout.fnmatch_lines(["*skipped in CI: *the program is not installed"])


def column(X: Float[Tensor, "m n_x"], Y: Float[Tensor, "m 1"], wrong: bool = False) -> Float[Tensor, "m 1"]:
    return Y.T if wrong else Y


def pair(X: Float[Tensor, "m n_x"], Y: Float[Tensor, "m 1"]) -> tuple[Float[Tensor, "m 1"], Float[Tensor, "k 1"]]:
    """Call a function with another m."""
    return Y, column_checked(torch.ones(9, 2), torch.ones(9, 1))


column_checked = jaxtyped(column, typechecker=checked)
pair_checked = jaxtyped(pair, typechecker=checked)


@dataclass
class Batch:
    X: Float[Tensor, "m n_x"]
    Y: Float[Tensor, "m 1"]
    size: int


BatchChecked = jaxtyped(Batch, typechecker=checked)


def test_arguments_of_equal_m_are_accepted_and_every_call_has_its_own_m() -> None:
    for m in (3, 4):
        assert column_checked(torch.ones(m, 2), Y=torch.ones(m, 1)).shape == (m, 1)
    assert [each.shape[0] for each in pair_checked(torch.ones(3, 2), torch.ones(3, 1))] == [3, 9]


@pytest.mark.parametrize(
    ("X", "Y", "wrong", "message"),
    [
        (torch.ones(3, 2), torch.ones(4, 1), False, "parameter Y="),
        (torch.ones(3, 2), torch.ones(3), False, "parameter Y="),
        (torch.ones(3, 2), torch.ones(3, 1, dtype=torch.int64), False, "parameter Y="),
        (torch.ones(6), torch.ones(3, 1), False, "parameter X="),
        (torch.ones(3, 2), torch.ones(3, 1), 2, "parameter wrong="),
        (torch.ones(3, 2), torch.ones(3, 1), True, "return"),
    ],
)
def test_a_wrong_shape_or_type_is_rejected(X: Tensor, Y: Tensor, wrong: bool, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        column_checked(X, Y, wrong)


def test_the_fields_of_a_dataclass_are_checked_together() -> None:
    assert BatchChecked(torch.ones(3, 2), torch.ones(3, 1), 3).size == 3
    with pytest.raises(TypeError, match="parameter Y="):
        BatchChecked(torch.ones(3, 2), torch.ones(4, 1), 3)
    with pytest.raises(TypeError, match="parameter size="):
        BatchChecked(torch.ones(3, 2), torch.ones(3, 1), "3")


# The faster check of a tensor gives jaxtyping's answers

SHAPES = [
    "m n",
    "m m",
    "k k",
    "m 1",
    "1 n",
    "_ n",
    "",
    "m",
    "*shape",
    "*shape n",
    "...",
    "... n",
    "#m n",
    "m+1 n",
    "rows=3 n",
]
VALUES = [
    *(torch.ones(3, 4), torch.ones(3, 3), torch.ones(3, 1), torch.ones(1, 4), torch.ones(4), torch.ones(())),
    *(torch.ones(2, 3, 4), torch.ones(0, 4), torch.ones(3, 4).double(), torch.ones(3, 4).bool(), torch.ones(3).int()),
    *(Parameter(torch.ones(3, 4)), torch.ones(3, 4).numpy(), torch.ones(3, 4, dtype=torch.bfloat16), 1.0, None),
]


def after(check: object, annotation: object, value: object) -> tuple:
    """What a check says, and the sizes that it knows then; m is 3, and a shape is known."""
    with own_axes:
        sizes, shapes, *_ = get_shape_memo()
        sizes["m"], shapes["known"] = 3, (False, (3, 4))
        answers = [check(annotation, value), check(annotation, value)]
        sizes, shapes, *_ = get_shape_memo()
        return answers, dict(sizes), dict(shapes)


@pytest.mark.parametrize("kind", [Float, Float64, Int, Bool, Shaped])
@pytest.mark.parametrize("shape", SHAPES)
def test_every_check_has_the_answer_and_the_sizes_of_jaxtyping(kind: object, shape: str) -> None:
    annotation = kind[Tensor, shape]
    for value in VALUES:
        assert after(fits, annotation, value) == after(by_jaxtyping, annotation, value)
