"""`course-torch figures`: draw every figure of the notes as PNG and SVG."""

from pathlib import Path

from course_torch.command_line.files import writing_files
from course_torch.command_line.progress import track_on_terminal
from course_torch.errors import InputError, check_name
from course_torch.reports.gallery import GALLERY


def figures(only: str | None = None, out: str = "figures") -> int:
    """Draw the figures of the notes and write each as NAME.png and NAME.svg.

    Args:
        only: name of a single figure
        out: output folder, created if it does not exist
    """
    if only is not None:
        check_name("only", only, GALLERY)
    folder = Path(out)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"out: found '{out}', expected a writable folder ({error.strerror})") from error
    for name in track_on_terminal([only] if only else list(GALLERY), "drawing"):
        figure = GALLERY[name]()
        with writing_files():
            figure.savefig(folder / f"{name}.png", dpi=100)
            figure.savefig(folder / f"{name}.svg")
    print(f"{only or f'{len(GALLERY)} figures'} in {folder}")
    return 0
