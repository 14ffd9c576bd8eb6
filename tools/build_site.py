"""Build the site of the lessons in English and Chinese: `python -m tools.build_site [FOLDER]`.

Every code file of docs/code runs once, and the parser of every command is built once. Sphinx then builds both languages
side by side, and any warning is an error.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image

from course_torch.language import LANGUAGES
from course_torch.playground.stored_page import with_lessons
from course_torch.tracing.page import page_of
from tools import katex

ROOT = Path(__file__).parents[1]
SITE = ROOT / "course_torch" / "site"
UNUSED = ("*.map", "fa-brands-400.woff2", ".buildinfo", "objects.inv", "webpack-macros.html", ".gitignore")
"""Files that no page of the site asks for."""
PLAYGROUND = """
import sys
from pathlib import Path
from course_torch.playground.standalone import standalone_page
from course_torch.playground.stored_page import hash_of_sources, with_lessons
Path(sys.argv[1]).write_text(with_lessons(standalone_page(hash_of_sources()), ""), encoding="utf-8")
"""
SHARED = re.compile(r'(?<=")(?:\.\./)*(_(?:images|static)/[^"?]*)')
"""The address of a picture or of a file of the theme, from a page of a language."""
TRACE = ("-m", "course_torch", "trace", "--model.layer_sizes", "[2,3,2,1]", "--json")
"""The record of the page steps.html. The first hidden units feed two units, so that slopes add up over two paths."""
START = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>course_torch</title>
<script>location.replace((navigator.language.startsWith("zh") ? "zh" : "en") + "/index.html");</script>
<p><a href="en/index.html">English</a> · <a href="zh/index.html" lang="zh">中文</a></p>
</html>
"""


def build(out: Path, docs: Path = ROOT / "docs", playground: Path | None = None) -> None:
    """Build both languages into a folder, which is replaced. Raises RuntimeError with the messages of a failed step.

    playground   the page of the playground, if it is recorded already
    """
    katex.fill(docs)
    with TemporaryDirectory() as folder:
        work = Path(folder)
        record(docs, work)
        (work / "site").mkdir()
        page = work / "site" / "playground.html"
        pages = {"steps.html": start(*TRACE, str(work / "steps.json"), cwd=ROOT)}
        if playground is None:
            pages["playground.html"] = start("-c", PLAYGROUND, str(page), cwd=ROOT)
        else:
            page.write_text(with_lessons(playground.read_text(encoding="utf-8"), ""), encoding="utf-8")
        books = {f"docs/{language}": start(*sphinx(language, docs, work), cwd=ROOT) for language in LANGUAGES}
        finish({**pages, **books})
        traced = json.loads((work / "steps.json").read_text(encoding="utf-8"))
        for language in LANGUAGES:
            page = work / "site" / language / "start" / "steps.html"
            page.write_text(page_of(traced, language, lessons="../../"), encoding="utf-8")
        for pattern in UNUSED:
            for path in (work / "site").rglob(pattern):
                path.unlink()
        for path in (work / "site").glob("*/_images/*.png"):
            reduce_colours(path)
        share_files(work / "site")
        (work / "site" / "index.html").write_text(START, encoding="utf-8")
        shutil.rmtree(out, ignore_errors=True)
        shutil.copytree(work / "site", out)
    print(f"the site: {out / 'index.html'}")


def reduce_colours(path: Path) -> None:
    """Give a picture a palette of 256 colours: it takes less than half of the bytes, and looks the same."""
    with Image.open(path) as picture:
        reduced = picture.convert("RGB").quantize(256, dither=Image.Dither.NONE)
    reduced.save(path, optimize=True)


def share_files(site: Path) -> None:
    """Keep each file of the theme, and each picture, once if both languages have the same: the wheel carries the site.

    Raises RuntimeError if two pictures of one name differ.
    """
    names = Counter(path.relative_to(site / language) for language in LANGUAGES for path in files_in(site / language))
    for name in (name for name, count in names.items() if count == len(LANGUAGES)):
        copies = [site / language / name for language in LANGUAGES]
        if len({copy.read_bytes() for copy in copies}) == 1:
            (site / name).parent.mkdir(parents=True, exist_ok=True)
            for copy in copies:
                copy.replace(site / name)
        elif name.parts[0] == "_images":
            raise RuntimeError(f"{name}: differs between the languages, expected another name for each")
    for page in site.glob("*/**/*.html"):
        html = page.read_text(encoding="utf-8")
        page.write_text(SHARED.sub(partial(shared_address, site), html), encoding="utf-8")


def files_in(book: Path) -> Iterator[Path]:
    """The pictures of a language's pages, and the files of the theme."""
    return (path for path in book.glob("_*/**/*") if path.is_file())


def shared_address(site: Path, found: re.Match[str]) -> str:
    """The address of a picture or of a file of the theme, from a page: one folder higher if the languages share it."""
    return f"../{found[0]}" if (site / found[1]).exists() else found[0]


def record(docs: Path, work: Path) -> None:
    """Record what the code of the lessons computes, and the options of the commands, side by side."""
    records = work / "records"
    records.mkdir()
    finish(
        {
            "docs/code": start("-m", "recorder", str(docs / "code"), str(records), cwd=docs / "_ext"),
            "docs/_ext/programs.py": start("-m", "programs", str(records / "programs.json"), cwd=docs / "_ext"),
        }
    )


def sphinx(language: str, docs: Path, work: Path) -> list[str]:
    settings = ["-c", str(docs), "-d", str(work / f"doctrees-{language}"), "-D", f"lesson_records={work / 'records'}"]
    tags = ["-t", "zh"] if language == "zh" else []
    where = [str(docs / language), str(work / "site" / language)]
    return ["-m", "sphinx", "-b", "html", "-W", "--keep-going", "-q", *settings, *tags, *where]


def start(*arguments: str, cwd: Path) -> subprocess.Popen:
    """Start a step. Its networks are small: a second thread of torch would only wait, and use a whole core for it."""
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    python, out, err = [sys.executable, *arguments], subprocess.PIPE, subprocess.STDOUT
    return subprocess.Popen(python, cwd=cwd, env=environment, text=True, stdout=out, stderr=err)


def finish(steps: dict[str, subprocess.Popen]) -> None:
    """Wait for all steps that run side by side. Raises RuntimeError with the messages of the first that failed."""
    print(f"building {', '.join(steps)} …", flush=True)
    began, messages = time.monotonic(), {}
    with ThreadPoolExecutor(len(steps)) as pool:
        names = {pool.submit(process.communicate): name for name, process in steps.items()}
        for ended in as_completed(names):
            messages[names[ended]] = ended.result()[0]
            print(f"{names[ended]}: {time.monotonic() - began:.0f} s", flush=True)
    for name, process in steps.items():
        if process.returncode != 0:
            raise RuntimeError(f"{name}:\n{messages[name]}")


if __name__ == "__main__":
    try:
        build(Path(sys.argv[1]) if len(sys.argv) > 1 else SITE)
    except RuntimeError as error:
        sys.exit(str(error))
