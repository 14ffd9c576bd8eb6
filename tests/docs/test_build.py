"""The build of the site: what its extensions read and write, the mistakes that make it fail, and KaTeX."""

import io
import json
import runpy
import shutil
import tarfile
from base64 import b64encode
from hashlib import sha512
from pathlib import Path
from subprocess import CompletedProcess
from typing import NamedTuple
from unittest.mock import Mock

import pytest
import quickjs

from tests.docs.texts import DOCS, module_of_extension
from tests.support.fixture_types import Monkeypatch
from tools import katex
from tools.build_site import build, finish, record, sphinx, start

site_search = module_of_extension("site_search")
BREAK = runpy.run_path(str(DOCS / "_ext" / "chinese_lines.py"))["BREAK"]
PHRASES = [
    ("梯度下降", ["梯度", "度下", "下降"]),
    ("猫", ["猫"]),
    ("sigmoid 函数", ["sigmoid", "函数"]),
    ("损失函数，成本", ["损失", "失函", "函数", "成本"]),
    ("Logistic回归", ["Logistic", "回归"]),
]


def words_of_query(query: str) -> list[str]:
    context = quickjs.Context()
    context.eval(site_search.Chinese.js_splitter_code)
    return json.loads(context.eval(f"JSON.stringify(splitQuery({json.dumps(query)}))"))


@pytest.mark.parametrize(("phrase", "words"), PHRASES)
def test_the_index_and_the_query_have_the_same_words(phrase: str, words: list[str]) -> None:
    chinese = site_search.Chinese({})
    assert chinese.split(phrase) == words == words_of_query(phrase)
    assert chinese.stem("ReLU") == "relu"


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        ("损失\n函数", "损失函数"),
        ("损失，\nz 应该", "损失，z 应该"),
        ("损失，\n$z$ 应该", "损失，$z$ 应该"),
        ("损失函数 L\n是", "损失函数 L\n是"),
        ("## 思路\n\n损失", "## 思路\n\n损失"),
        ("损失：\n```{cell} a", "损失：\n```{cell} a"),
        ("损失：\n- 成本", "损失：\n- 成本"),
        ("1. 损失。\n2. 成本。\n10. J。", "1. 损失。\n2. 成本。\n10. J。"),
        ("- 损失函数，\n  也叫\n  损失", "- 损失函数，也叫损失"),
        ("损失：\n\n    成本 = J\n    损失 = L", "损失：\n\n    成本 = J\n    损失 = L"),
        ("损失，\n2 个样本", "损失，2 个样本"),
    ],
)
def test_lines_of_a_paragraph_are_joined(lines: str, joined: str) -> None:
    assert BREAK.sub("", lines) == joined


plain = module_of_extension("reference.plain")
Paragraph, Names, Formulas = plain.Paragraph, plain.Names, plain.Formulas

SHAPES = """dW = (1/m) dZᵀ A_prev: the derivative
of the cost.

W          (n_out, n_in)
b          (1, n_out), which is added
           to every row
value, module  the value and the module

Raises InputError."""
ARGUMENTS = """Print a table.

Args:
    device: cpu, cuda:1, mps
    noise: of a set in the plane; null
        for its own
"""
FORMULAS = """The transposes:

    here            columns
    Z = X Wᵀ + b    Z = W X + b

W is the same."""
PAIR = ("value, module", "the value and the module")
RECORD = """A step has
    number        0, 1, 2
    m, updates
    inputs        each has
                  a name
Ids look like "layers.linear"."""


BLOCKS = [
    ("One line.", [Paragraph("One line.")]),
    ("Two\nlines.\n\nAnd more.", [Paragraph("Two lines."), Paragraph("And more.")]),
    (SHAPES, [
        Paragraph("dW = (1/m) dZᵀ A_prev: the derivative of the cost."),
        Names([("W", "(n_out, n_in)"), ("b", "(1, n_out), which is added to every row"), PAIR]),
        Paragraph("Raises InputError."),
    ]),
    (ARGUMENTS, [
        Paragraph("Print a table."),
        Names([("device", "cpu, cuda:1, mps"), ("noise", "of a set in the plane; null for its own")]),
    ]),
    (FORMULAS, [
        Paragraph("The transposes:"),
        Formulas("here            columns\nZ = X Wᵀ + b    Z = W X + b"),
        Paragraph("W is the same."),
    ]),
    (RECORD, [
        Paragraph("A step has"),
        Names([("number", "0, 1, 2"), ("m, updates", ""), ("inputs", "each has a name")]),
        Paragraph('Ids look like "layers.linear".'),
    ]),
    ("A is\n    a + b\n      + c", [Paragraph("A is"), Formulas("a + b\n  + c")]),
]  # fmt: skip


@pytest.mark.parametrize(("docstring", "expected"), BLOCKS)
def test_the_blocks_of_a_docstring(docstring: str, expected: list[object]) -> None:
    assert list(plain.blocks(docstring)) == expected


docstrings = module_of_extension("reference.docstrings")


def function(X: int, alpha: float = 1) -> None: ...


class Cache(NamedTuple):
    A_prev: int  # (m, n_in)
    Z: int = 1  # (m, n_out)
    plain: int = 2


class Options:
    scale: int

    def __init__(self, sizes: list[int]) -> None: ...


@pytest.mark.parametrize(
    ("shown", "docstring", "mistake"),
    [
        (function, "", "found no docstring"),
        (function, "The `X.", "odd number of backticks"),
        (function, "X    a row\nbeta    the rate", "found beta, expected"),
        (Options, "sizes    widths\nscales    what divides", "found scales, expected"),
        (Cache, "Z    the sums\nA    the values", "found A, expected"),
        (function, "X, alpha    a row, the rate", None),
        (function, "alpha    the rate", None),
        (function, "plain    a method\nfused    another method", None),  # a list of values, not of parameters
        (Options, "sizes    widths\nscale    what divides", None),
        ({"a": 1}, "a    a key\nb    no key", None),
    ],
)
def test_the_mistake_in_a_docstring(shown: object, docstring: str, mistake: str | None) -> None:
    found = docstrings.mistake_in(shown, docstring)
    assert found is None if mistake is None else mistake in found


TEXT, CODE, REFERENCE = "en/lessons/2.5.md", "code/2.5.py", "en/reference/data.md"
MODULE = "automodule:: course_torch.data.planar"


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory, katex_files: None) -> Path:
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


BROKEN = '''"""A module."""

def f(X: int) -> int:
    """The `X."""

class C:
    """C."""
    @property
    def g(self) -> int: ...
'''
TOGETHER = [
    [
        ("en/reference/train.md", "{options} model", "{options} models", "found 'models', expected one of run, "),
        (REFERENCE, MODULE, f"{MODULE}s", "No module named"),
        (REFERENCE, "split.stratified_split", "split.stratified_spilt", "stratified_spilt"),
        (TEXT, r"\frac{\partial \mathcal L}", r"\frak{\partial \mathcal L", "formula: "),
        (TEXT, "{n}`after|.4f`", "{n}`afterwards|.4f`", "gives no number 'afterwards'"),
        (TEXT, "{n}`dZ2[1][0]|.4f`", "{n}`dZ2|.4f`", "is a matrix, expected a number"),
        (TEXT, "{cell} update", "{cell} updating", "no cell 'updating'"),
        (TEXT, "{widget} network\n", "{picture} network\n", "picture network: "),
        (TEXT, "{widget} six-equations", "{widget} seven-equations", "seven_equations"),
        (TEXT, "backward_propagation: no 1/m", "backward_propagation: no 2/m", "the checker knows no"),
        (TEXT, "{try} zeros", "{try} zero", "there is no task 'zero'"),
        (TEXT, "{exercise} shallow backward_propagation", "{exercise} shallow backprop", "has no function backprop"),
        (TEXT, "{question} 2.5-dW", "{question} 2.5-dV", "there is no question '2.5-dV'"),
        (TEXT, "[1.2](1.2.md)", "[1.2](1.9.md)", "1.9.md"),
        (TEXT, "\n+++\n", "\n", "layouts: found 1 parts, expected rows, +++, columns"),
        (TEXT, "(2.5-idea)=", "(2.5-question)=", "Duplicate explicit target name"),
        (TEXT, "{source} course", "{sauce} course", "sauce"),
    ],
    [
        (TEXT, "shallow_network.backward\n", "shallow_network.backwards\n", "no attribute 'backwards'"),
        (TEXT, r"\tfrac1m\, dZ^{[2]\top}", r"\tfraction1m\, dZ^{[2]\top}", r"Undefined control sequence: \tfraction"),
        (TEXT, "{n}`dZ2[1][0]|.4f`", "{n}`dZ2[7][0]|.4f`", " n: "),
        (TEXT, r"\value{A1|.4f}", r"\value{A3|.4f}", "gives no number 'A3'"),
        (TEXT, r"\value{dZ.T @ A_prev / m}", r"\value{dZ.T @ A_next / m}", "question 2.5-dW: name 'A_next'"),
        (REFERENCE, MODULE, "automodule:: broken", "broken.f: found an odd number of backticks"),
        (REFERENCE, "broken", "broken", "broken.C.g: found no docstring"),  # another mistake of the same module
    ],
]
"""Mistakes that one build names together: page, what stands there, what is written instead, and the message."""


@pytest.mark.slow
@pytest.mark.usefixtures("site")  # the texts as they are build
def test_mistakes_in_texts_fail_the_build_and_each_is_named_with_its_page(docs: Path, work: Path) -> None:
    """Only the pages with mistakes are built, and the second build reads only what has changed since the first."""
    (docs / "_ext" / "broken.py").write_text(BROKEN)
    for path in (docs / "en").glob("*/*.md"):
        if str(path.relative_to(docs)) not in {page for mistakes in TOGETHER for page, *_ in mistakes}:
            path.unlink()
    for mistakes in TOGETHER:
        right = {docs / page: (docs / page).read_text(encoding="utf-8") for page, *_ in mistakes}
        for page, found, changed, _ in mistakes:
            change(docs / page, found, changed)
        with pytest.raises(RuntimeError) as error:
            finish({"docs/en": start(*sphinx("en", docs, work), *map(str, right), cwd=DOCS.parent)})
        lines = str(error.value).splitlines()
        for page, _, _, message in mistakes:
            named = [line for line in lines if page == REFERENCE or page.rpartition("/")[2] in line]
            assert any(message in line for line in named), message
        for path, text in right.items():
            path.write_text(text, encoding="utf-8")


@pytest.mark.slow
@pytest.mark.usefixtures("katex_files")
def test_a_mistake_in_the_code_fails_the_build_and_leaves_the_old_site(docs: Path, tmp_path: Path) -> None:
    change(docs / CODE, "gradients = backward(", "gradients = backwards(")
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.html").write_text("old")
    with pytest.raises(RuntimeError) as error:
        build(tmp_path / "site", docs)
    assert "2.5.py, cell gradients" in str(error.value)
    assert (tmp_path / "site" / "index.html").read_text() == "old"


@pytest.fixture
def archive() -> bytes:
    """An archive with every file that the site needs."""
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w:gz") as archive:
        for name in katex.FILES:
            content = (json.dumps({"version": katex.VERSION}) if name == "package.json" else name).encode()
            header = tarfile.TarInfo(f"package/{name}")
            header.size = len(content)
            archive.addfile(header, io.BytesIO(content))
    return written.getvalue()


@pytest.fixture
def npm(archive: bytes, monkeypatch: Monkeypatch) -> Mock:
    """An npm that writes the archive, whose checksum is the expected checksum, into the folder."""

    def pack(arguments: list[str], **_: object) -> CompletedProcess[str]:
        assert arguments[:2] == ["pack", f"katex@{katex.VERSION}"]
        Path(arguments[-1], f"katex-{katex.VERSION}.tgz").write_bytes(archive)
        return CompletedProcess(arguments, 0, "", "")

    monkeypatch.setattr(katex, "CHECKSUM", "sha512-" + b64encode(sha512(archive).digest()).decode())
    monkeypatch.setattr(katex, "npm", npm := Mock(side_effect=pack))
    return npm


@pytest.fixture
def older(tmp_path: Path) -> Path:
    """A folder of docs with an older KaTeX."""
    older = tmp_path / "docs"
    (older / "_katex").mkdir(parents=True)
    (older / "_katex" / "package.json").write_text('{"version": "0.1.0"}')
    return older


def test_npm_fills_the_folder_once_and_replaces_another_version(older: Path, npm: Mock) -> None:
    katex.fill(older)
    places = {path.relative_to(older / "_katex").as_posix() for path in older.rglob("*") if path.is_file()}
    assert places == set(katex.FILES.values())
    assert (older / "_katex/site/katex/LICENSE").read_text() == "LICENSE"
    katex.fill(older)
    npm.assert_called_once()


def test_another_checksum_is_one_line_and_leaves_the_folder_as_it_was(
    older: Path, npm: Mock, monkeypatch: Monkeypatch
) -> None:
    monkeypatch.setattr(katex, "CHECKSUM", "sha512-other")
    message = r"^katex-0\.19\.1\.tgz: found the checksum sha512-\S+, expected sha512-other$"
    with pytest.raises(RuntimeError, match=message):
        katex.fill(older)
    npm.assert_called_once()
    assert [path.relative_to(older).as_posix() for path in older.rglob("*")] == ["_katex", "_katex/package.json"]


FAILURES = [
    (1, "npm error code E404\nnpm error more\n", r"exit code 1: npm error code E404"),
    (0, "", r"exit code 0: found no katex-\S+\.tgz"),
]


@pytest.mark.parametrize(("code", "said", "message"), FAILURES)
def test_a_failure_of_npm_is_one_line_and_leaves_the_folder_as_it_was(
    code: int, said: str, message: str, older: Path, npm: Mock
) -> None:
    npm.side_effect = [CompletedProcess([], code, "", said)]
    with pytest.raises(RuntimeError, match=rf"^npm pack katex@\S+: {message}$"):
        katex.fill(older)
    assert [path.relative_to(older).as_posix() for path in older.rglob("*")] == ["_katex", "_katex/package.json"]
