"""Build the site of the lessons in English and Chinese: `python -m tools.build_site [FOLDER]`.

Every code file of docs/code runs once, and the parser of every command is built once. Sphinx then builds both languages
side by side, and any warning is an error.
"""

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image

from course_torch.language import LANGUAGES

ROOT = Path(__file__).parents[1]
SITE = ROOT / "course_torch" / "site"
UNUSED = ("*.map", "fa-brands-400.woff2", ".buildinfo", "objects.inv", "webpack-macros.html", ".gitignore")
"""Files that no page of the site asks for."""
START = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>course_torch</title>
<script>location.replace((navigator.language.startsWith("zh") ? "zh" : "en") + "/index.html");</script>
<p><a href="en/index.html">English</a> · <a href="zh/index.html" lang="zh">中文</a></p>
</html>
"""


def build(out: Path, docs: Path = ROOT / "docs") -> None:
    """Build both languages into a folder, which is replaced. Raises RuntimeError with the messages of a failed step."""
    with TemporaryDirectory() as folder:
        work = Path(folder)
        record(docs, work)
        finish({f"docs/{language}": start(*sphinx(language, docs, work), cwd=ROOT) for language in LANGUAGES})
        for pattern in UNUSED:
            for path in (work / "site").rglob(pattern):
                path.unlink()
        for path in (work / "site").glob("*/_images/*.png"):
            reduce_colours(path)
        (work / "site" / "index.html").write_text(START, encoding="utf-8")
        shutil.rmtree(out, ignore_errors=True)
        shutil.copytree(work / "site", out)


def reduce_colours(path: Path) -> None:
    """Give a picture a palette of 256 colours: it takes less than half of the bytes, and looks the same."""
    with Image.open(path) as picture:
        reduced = picture.convert("RGB").quantize(256, dither=Image.Dither.NONE)
    reduced.save(path, optimize=True)


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
    return ["-m", "sphinx", "-b", "html", "-W", "--keep-going", "-E", "-q", *settings, *tags, *where]


def start(*arguments: str, cwd: Path) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, *arguments], cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def finish(steps: dict[str, subprocess.Popen]) -> None:
    """Wait for all steps that run side by side. Raises RuntimeError with the messages of the first that failed."""
    messages = {name: process.communicate()[0] for name, process in steps.items()}
    for name, process in steps.items():
        if process.returncode != 0:
            raise RuntimeError(f"{name}:\n{messages[name]}")


if __name__ == "__main__":
    try:
        build(Path(sys.argv[1]) if len(sys.argv) > 1 else SITE)
    except RuntimeError as error:
        sys.exit(str(error))
