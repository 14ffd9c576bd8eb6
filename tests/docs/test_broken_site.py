"""A mistake in a text, in a formula, in a name, in a docstring or in the code of a lesson fails the build."""

import shutil
from pathlib import Path

import pytest

from tests.docs.lessons import DOCS
from tools.build_site import build, finish, record, sphinx, start

TEXT, CODE, REFERENCE = "en/lessons/2.5.md", "code/2.5.py", "en/reference/exchange.md"


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the records of the code and of the commands."""
    folder = tmp_path_factory.mktemp("work")
    record(DOCS, folder)
    return folder


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """A copy of the docs, beside the changelog that they include."""
    shutil.copy(DOCS.parent / "CHANGELOG.md", tmp_path)
    return shutil.copytree(DOCS, tmp_path / "docs", ignore=shutil.ignore_patterns("__pycache__"))


def change(path: Path, found: str, changed: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert found in text
    path.write_text(text.replace(found, changed, 1), encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("found", "changed", "message"),
    [
        ("shallow_network.backward\n", "shallow_network.backwards\n", "no attribute 'backwards'"),
        (r"\frac{\partial \mathcal L}", r"\frak{\partial \mathcal L", "formula: "),
        (r"\tfrac1m\, dZ^{[2]\top}", r"\tfraction1m\, dZ^{[2]\top}", r"Undefined control sequence: \tfraction"),
        ("{n}`after|.4f`", "{n}`afterwards|.4f`", "gives no number 'afterwards'"),
        ("{n}`dZ2[1][0]|.4f`", "{n}`dZ2[7][0]|.4f`", "n: "),
        ("{n}`dZ2[1][0]|.4f`", "{n}`dZ2|.4f`", "is a matrix, expected a number"),
        (r"\value{A1|.4f}", r"\value{A3|.4f}", "gives no number 'A3'"),
        ("{cell} update", "{cell} updating", "no cell 'updating'"),
        ("{widget} six-equations", "{widget} seven-equations", "seven_equations"),
        ("backward_propagation: no 1/m", "backward_propagation: no 2/m", "the checker knows no"),
        ("{exercise} shallow backward_propagation", "{exercise} shallow backprop", "has no function backprop"),
        ("[1.2](1.2.md)", "[1.2](1.9.md)", "1.9.md"),
        ("\n+++\n", "\n", "expected "),
        ("(2.5-idea)=", "(2.5-question)=", "Duplicate explicit target name"),
        ("{source} course", "{sauce} course", "sauce"),
    ],
)
def test_a_mistake_in_a_text_fails_the_build(docs: Path, work: Path, found: str, changed: str, message: str) -> None:
    change(docs / TEXT, found, changed)
    with pytest.raises(RuntimeError) as error:
        finish({"docs/en": start(*sphinx("en", docs, work), cwd=DOCS.parent)})
    assert message in str(error.value)
    assert "2.5.md" in str(error.value), "the message names the page"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("def f(X: int) -> int:\n    return X", "broken.f: found no docstring"),
        ('def f(X: int) -> int:\n    """The `X."""', "broken.f: found an odd number of backticks"),
        ('def f(X: int) -> int:\n    """X    a row\n    Z    none"""', "broken.f: found Z, expected names of"),
        ("class C:\n    def f(self) -> None: ...", "broken.C: found no docstring"),
        ('class C:\n    """C."""\n    @property\n    def f(self) -> int: ...', "broken.C.f: found no docstring"),
    ],
)
def test_a_mistake_in_a_docstring_fails_the_build(docs: Path, work: Path, code: str, message: str) -> None:
    (docs / "_ext" / "broken.py").write_text(f'"""A module."""\n\n\n{code}\n')
    change(docs / REFERENCE, "automodule:: course_torch.exchange.formats", "automodule:: broken")
    with pytest.raises(RuntimeError) as error:
        finish({"docs/en": start(*sphinx("en", docs, work), cwd=DOCS.parent)})
    assert message in str(error.value)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("page", "found", "changed", "message"),
    [
        ("en/reference/train.md", "{options} model", "{options} models", "found 'models', expected one of run, "),
        (REFERENCE, "course_torch.exchange.formats", "course_torch.exchange.sequence", "No module named"),
        (REFERENCE, ":members: read_checkpoint", ":members: read_check", "read_check"),
    ],
)
def test_a_mistake_in_the_reference_fails_the_build(
    docs: Path, work: Path, page: str, found: str, changed: str, message: str
) -> None:
    change(docs / page, found, changed)
    with pytest.raises(RuntimeError) as error:
        finish({"docs/en": start(*sphinx("en", docs, work), cwd=DOCS.parent)})
    assert message in str(error.value)


@pytest.mark.slow
def test_the_texts_as_they_are_build(docs: Path, work: Path) -> None:
    """The mutations above fail for their own reason."""
    finish({"docs/en": start(*sphinx("en", docs, work), cwd=DOCS.parent)})


@pytest.mark.slow
def test_a_mistake_in_the_code_fails_the_build_and_leaves_the_old_site(docs: Path, tmp_path: Path) -> None:
    change(docs / CODE, "gradients = backward(", "gradients = backwards(")
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.html").write_text("old")
    with pytest.raises(RuntimeError) as error:
        build(tmp_path / "site", docs)
    assert "2.5.py, cell gradients" in str(error.value)
    assert (tmp_path / "site" / "index.html").read_text() == "old"
