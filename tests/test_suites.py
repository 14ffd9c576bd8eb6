"""The two suites: which tests are slow, that a fast test starts no process, and that CI skips nothing in silence."""

from collections.abc import Callable

import pytest

from tests import suites

pytest_plugins = ["pytester"]
Run = Callable[..., pytest.RunResult]


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A run of pytest in this process, with the hooks of the suites."""
    markers = "\n    ".join(f"{name}: …" for name in ("slow", "smoke", "browser", "gpu", "sweep"))
    pytester.makeini(f"[pytest]\nmarkers =\n    {markers}\n")
    pytester.makeconftest(
        "from tests import suites\n\ndef pytest_configure(config):\n    config.pluginmanager.register(suites)\n"
    )

    def run(text: str, *options: str, in_ci: bool = False) -> pytest.RunResult:
        monkeypatch.setattr(suites, "IN_CI", in_ci)
        pytester.makepyfile(test_small=f"import sys\nimport pytest\n\n{text}")
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


def test_the_cases_of_a_sweep_are_the_same_in_every_run(run: Run) -> None:
    names = [run(SWEPT, "-m", "not slow", "-k", "swept", "-v").stdout.get_lines_after("*collected*") for _ in range(2)]
    chosen = [[line.split()[0] for line in lines if "test_swept" in line] for lines in names]
    assert chosen[0] == chosen[1]
    assert len(chosen[0]) == 3


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
"""


def test_a_fast_test_that_starts_a_process_fails(run: Run) -> None:
    result = run(STARTING)
    result.assert_outcomes(passed=4, errors=1)
    result.stdout.fnmatch_lines(["*test_fast*", "starts a process (1 × subprocess.Popen): mark the test slow"])


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
