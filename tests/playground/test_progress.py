"""What the learner has done is found again, by other pages too, until it is forgotten."""

import pytest

from tests.support.javascript import Script, module


@pytest.fixture
def page() -> Script:
    return module("progress.js")


def test_what_is_kept_is_found_again_and_forgotten(page: Script) -> None:
    for part, name, value in (("tasks", "zeros", True), ("best", "few_units", 3), ("predictions", "1.2-1", "3")):
        page("(part, name, value) => keepProgress(part, name, value)", part, name, value)
    page("() => { localStorage['course-torch/tasks/broken'] = 'no JSON'; localStorage.theme = 'dark'; }")
    assert page("() => readProgress('predictions')") == {"1.2-1": "3"}
    assert page("() => readProgress('tasks')") == {"zeros": True}
    page("() => forgetProgress('tasks/')")
    assert page("() => readProgress('tasks')") == {}
    assert page("() => localStorage") == {
        "theme": "dark", "course-torch/best/few_units": "3", "course-torch/predictions/1.2-1": '"3"',
    }  # fmt: skip
    page("() => forgetProgress('')")
    assert page("() => localStorage") == {"theme": "dark"}


def test_a_page_follows_what_another_page_writes(page: Script) -> None:
    """The browser tells the key of an entry that another page changed, and null if all were cleared."""
    page("""() => {
      globalThis.shown = [];
      followProgress("tasks", "zeros", (value) => shown.push(value ?? null));
      globalThis.changed = (key, value) => {
        localStorage["course-torch/tasks/zeros"] = value;
        listeners.storage({ key });
      };
    }""")
    for key, value in (("course-torch/tasks/zeros", "1"), ("course-torch/tasks/dead_unit", "2"), (None, "3")):
        page("(key, value) => changed(key, value)", key, value)
    assert page("() => shown") == [None, 1, 3]
