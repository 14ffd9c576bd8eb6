"""The page of a trace: one small file whose policy allows only its own script and style."""

import json
import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import pytest

from course_torch import trace
from course_torch.commands.main import main
from course_torch.reports import page as shared
from course_torch.reports.page import joined
from course_torch.tracing.page import page_of, texts_of
from tests.conftest import MakeProblem
from tests.support.fixture_types import Capsys, Monkeypatch


@pytest.fixture
def page(make_problem: MakeProblem) -> str:
    return page_of(trace(*make_problem([2, 4, 1], 5), updates=3).as_record())


def inside(page: str, start: str) -> str:
    """The text between this start tag and its end tag."""
    return page.partition(start)[2].partition("</")[0]


def test_a_page_has_at_most_120_kB_and_that_of_a_large_network_400(page: str, make_problem: MakeProblem) -> None:
    assert len(page.encode()) < 120_000
    large = trace(*make_problem([12288, 20, 7, 5, 1], 20))
    assert len(page_of(large.as_record()).encode()) < 400_000


def test_the_policy_allows_the_script_and_the_style_by_their_hashes_alone(page: str) -> None:
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    digests = [sha256(inside(page, start).encode()).digest() for start in ("\n<script>", "\n<style>")]
    script, style = (f"'sha256-{b64encode(digest).decode()}'" for digest in digests)
    sources = ["default-src 'none'", f"script-src {script}", f"style-src {style}"]
    assert policy[1].split("; ") == [*sources, "base-uri 'none'", "form-action 'none'"]


def test_names_of_other_people_cannot_end_the_data_nor_the_frame_of_a_notebook(make_problem: MakeProblem) -> None:
    record = trace(*make_problem([2, 1], 3))
    record.data = {"name": "</script><script>alert(1)</script>", "class_names": ["<!--", "b"]}
    written = inside(page_of(record.as_record()), '<script type="application/json" id="record">')
    assert "<" not in written
    assert json.loads(written)["data"] == record.data
    frame = record._repr_html_()
    assert frame.startswith('<iframe title="trace" srcdoc="&lt;!doctype html&gt;')
    assert frame.count("<") == 2


def test_each_text_is_used_and_each_used_text_exists() -> None:
    script = joined("trace/page.js")
    used = set(re.findall(r"""\bsay\((?:[^"\n]* \? )?"(\w+)"(?: : "(\w+)")?""", script))
    names = {each for pair in used for each in pair if each}
    computed = {"forward", "backward", "update", "equal", "different", "not judged", "rows", "columns", "entries"}
    computed |= {"to_first", "to_back", "to_forward", "to_last", "own_equal", "own_different"}
    assert names | computed == set(texts_of("en"))


def test_the_command_writes_the_page_in_the_chosen_language(tmp_path: Path, capsys: Capsys) -> None:
    file = tmp_path / "trace.html"
    assert main(["trace", "--updates", "1", "--out", str(file), "--language", "zh"]) == 0
    assert '<html lang="zh"' in file.read_text(encoding="utf-8")
    assert capsys.readouterr().out == f"1 次更新共 25 步；7 个导数中有 7 个与 autograd 相等：{file}\n"


def test_open_shows_a_temporary_page(monkeypatch: Monkeypatch, tmp_path: Path) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert main(["trace", "--updates", "1", "--open"]) == 0
    (page,) = tmp_path.rglob("trace.html")
    assert opened == [page.as_uri()]


def test_a_module_that_declares_a_name_twice_is_refused(monkeypatch: Monkeypatch) -> None:
    """A function would silently take the place of the one before it."""
    monkeypatch.setattr(shared, "text_of", lambda name: "export function write() {}\nfunction write() {}\n")
    with pytest.raises(ValueError, match="it declares a name twice: write"):
        joined("trace/page.js")
