"""`course-torch figures`: draw every figure of the notes as PNG and SVG."""

from course_torch.command_line.files import output_folder
from course_torch.command_line.progress import track_on_terminal
from course_torch.errors import check_name
from course_torch.network.threads import computing_with
from course_torch.reports.figures.drawing import write_figure
from course_torch.reports.gallery import GALLERY
from course_torch.text import shown


def figures(only: str | None = None, out: str = "figures", list: bool = False) -> int:
    """Draw the figures of the notes and write each as NAME.png and NAME.svg.

    Args:
        only: name of a single figure; a second --only replaces the first
        out: output folder, created if it does not exist
        list: print the names of the figures with a line for each, and draw nothing
    """
    if list:
        width = max(map(len, GALLERY))
        print("\n".join(f"{name:{width}}  {entry.line}" for name, entry in GALLERY.items()))
        return 0
    if only is not None:
        check_name("only", only, GALLERY)
    folder = output_folder("out", out)
    for name in track_on_terminal([only] if only else [*GALLERY], "drawing"):
        with computing_with(1):  # every step is small
            figure = GALLERY[name].draw()
        write_figure(folder / f"{name}.png", figure)
        write_figure(folder / f"{name}.svg", figure)
    print(f"{only or f'{len(GALLERY)} figures'} in {shown(folder)}")
    return 0
