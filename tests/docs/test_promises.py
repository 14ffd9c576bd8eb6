"""The example on the page of promises runs, and prints True twice."""

import re

import pytest

from tests.docs.lessons import text_of


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_gradients_of_each_example(language: str, capsys: pytest.CaptureFixture[str]) -> None:
    (program,) = re.findall(
        r"^```python\n(.*?)^```$", text_of(language, "guides/promises.md"), re.MULTILINE | re.DOTALL
    )
    exec(program, {"__name__": "__main__"})
    assert capsys.readouterr().out == "True\nTrue\n"
