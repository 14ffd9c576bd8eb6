"""`course-torch lesson`: the lessons on the notes, in the browser."""

import subprocess
import sys
import webbrowser
from importlib.util import find_spec
from pathlib import Path

from course_torch import lessons
from course_torch.errors import InputError, check_name
from course_torch.exercises.check.progress import by_section
from course_torch.language import Language, Text

ASK = Text(
    "The lessons are not built yet. Build them now? It takes some minutes, and the network the first time. [Y/n] ",
    "课程还没有生成。现在生成吗？需要几分钟，第一次还需要网络。[Y/n] ",
)
NOT_BUILT = Text(
    "site: the lessons are not built yet; in a terminal this command builds them",
    "site：课程还没有生成；在终端里运行这条命令就会生成",
)
FAILED = Text("site: the lessons are not built: {command} failed", "site：课程没有生成：{command} 失败了")
TOOLS = ["-m", "pip", "install", "--quiet", "--editable", ".[docs]"]
BUILD = ["-m", "tools.build_site"]
LEFT_OUT = Text(
    "site: this package was built without the lessons; read docs/en/lessons/{page} in its source repository",
    "site：这个包构建时没有带上课程；请读源代码仓库里的 docs/zh/lessons/{page}",
)


def lesson(section: str | None = None, *, language: Language = "en") -> int:
    """Open a lesson in the browser, or the list of all lessons. The pages need no network.

    The page learns which functions of the exercises in the current folder are right, and keeps that in the browser.

    Args:
        section: the section of the notes, such as 2.5; without it the list of the lessons opens
        language: en or zh
    """
    if section is not None:
        check_name("section", section, lessons.SECTIONS)
    page = lessons.SITE / language / ("index.html" if section is None else f"lessons/{section}.html")
    if not page.is_file():
        if not lessons.in_checkout():
            raise InputError(LEFT_OUT.fill(page=f"{section}.md" if section else ""))
        build(language)
    print(page)
    counts = by_section(Path())
    right = ",".join(f"{name}:{made}/{every}" for name, (made, every) in counts.items())
    webbrowser.open(page.as_uri() + (f"#exercises={right}" if right else ""))
    return 0


def build(language: Language) -> None:
    """Ask whether to build the lessons of a checkout, and build them. Raises InputError if they are not built."""
    if not sys.stdin.isatty() or not agrees(language):
        raise InputError(NOT_BUILT)
    for command in (BUILD,) if find_spec("sphinx") else (TOOLS, BUILD):
        if subprocess.run([sys.executable, *command], cwd=lessons.SITE.parents[1]).returncode != 0:
            raise InputError(FAILED.fill(command=f"python {' '.join(command)}"))


def agrees(language: Language) -> bool:
    try:
        return input(ASK.say(language)).strip().lower() in ("", "y", "yes")
    except EOFError:  # Ctrl-D
        return False
