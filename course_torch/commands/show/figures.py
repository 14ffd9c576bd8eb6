"""`course-torch figures`: draw the figures of the notes."""

from course_torch.command_line.files import output_folder
from course_torch.console import with_progress
from course_torch.errors import check_name
from course_torch.language import Language, Text, same
from course_torch.network.threads import computing_with
from course_torch.text import shown

DRAWN = Text("{figures} in {folder}", "{figures} 在 {folder} 里")


def figures(*, only: str | None = None, out: str = "figures", list: bool = False, language: Language = "en") -> int:
    """Draw the figures of the notes and write each as NAME.png and NAME.svg.

    Args:
        only: name of a single figure; a second --only replaces the first
        out: output folder, created if it does not exist
        list: print the names of the figures with a line for each, and draw nothing
        language: of the figures, en or zh
    """
    from course_torch.reports.figures.drawing import write_figure  # matplotlib, which the other commands do not need
    from course_torch.reports.gallery import GALLERY

    if list:
        width = max(map(len, GALLERY))
        print("\n".join(f"{name:{width}}  {entry.line.say(language)}" for name, entry in GALLERY.items()))
        return 0
    if only is not None:
        check_name("only", only, GALLERY)
    folder = output_folder("out", out)
    for name in with_progress([only] if only else [*GALLERY], "drawing"):
        with computing_with(1):  # every step is small
            figure = GALLERY[name].draw(language)
        write_figure(folder / f"{name}.png", figure)
        write_figure(folder / f"{name}.svg", figure)
    drawn = same(only) if only else Text("{n} figures", "{n} 张图").fill(n=len(GALLERY))
    print(DRAWN.fill(figures=drawn, folder=shown(folder)).say(language))
    return 0
