"""The files that a class hands in: which files of a folder are judged, and which are not read."""

from pathlib import Path

from course_torch.errors import InputError, unexpected
from course_torch.language import Text
from course_torch.text import shown

ENDINGS = (".py", ".ipynb")


def files_of(submissions: Path) -> tuple[dict[str, Path], list[str]]:
    """Path below the folder -> file, and what is not read: other files, links, empty folders.

    Links are left out, because they may lead anywhere. Hidden files and Python's own are not named. Raises InputError.
    """
    if submissions.is_file():
        return {submissions.name: submissions}, []
    if not submissions.is_dir():
        raise unexpected("submissions", f"'{submissions}'", Text("a folder or a file", "文件夹或文件"))
    paths, files, unread = sorted(submissions.rglob("*")), {}, []
    filled = {path.parent for path in paths}
    for path in paths:
        below = path.relative_to(submissions)
        if any(part.startswith(".") or part == "__pycache__" for part in below.parts):
            continue
        name = shown(str(below).replace("\\", "\\\\"))  # the table and the terminal show it, and a later run reads it
        if path.suffix in ENDINGS and path.is_file() and not path.is_symlink():
            files[name] = path
        elif path.is_symlink() or path not in filled:
            unread.append(name)
    if not files:
        raise InputError(
            f"submissions: found no {' or '.join(ENDINGS)} file in '{submissions}'",
            f"submissions：'{submissions}' 里没有 {' 或 '.join(ENDINGS)} 文件",
        )
    return files, unread
