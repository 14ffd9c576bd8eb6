"""The arguments that name files: which a command reads and which it writes, and their checks before it starts."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, get_args, get_type_hints

from course_torch.errors import InputError, one_of, unexpected
from course_torch.language import Text


@dataclass(frozen=True)
class Writes:
    """Marks a parameter of a command that names an output file: the endings that its name may have, () for all."""

    endings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reads:
    """Marks a parameter of a command that names a file or folder that is read, or several of them."""


InputFile = Annotated[str, Reads()]
OutputFile = Annotated[str, Writes()]
PageFile = Annotated[str, Writes((".html",))]
FigureFile = Annotated[str, Writes((".png", ".svg", ".pdf"))]
ENDING = Text(
    "{option}: found '{path}', expected a name that ends in {endings}",
    "{option}：得到 '{path}'，名称应以 {endings} 结尾",
)


def check_files(command: Callable[..., int], options: Mapping[str, Any], configured: Iterable[str]) -> None:
    """Reject output files (`Writes`) that cannot be written, share a file, or overwrite an input. Raises InputError.

    The inputs are the parameters that `Reads` marks, and what is `configured`: config files, and the folder of a data
    set.
    """
    outputs, inputs = {}, [*configured]
    for name, hint in get_type_hints(command, include_extras=True).items():
        if (value := options.get(name)) is None:
            continue
        for mark in (mark for kind in (hint, *get_args(hint)) for mark in get_args(kind)):
            if isinstance(mark, Reads):
                inputs += value if isinstance(value, list) else [value]
            elif isinstance(mark, Writes):
                outputs[name] = value
                if mark.endings:
                    check_ending(name, value, mark.endings)
    check_outputs(outputs, inputs)


def check_outputs(outputs: Mapping[str, str | None], inputs: Iterable[str] = ()) -> None:
    """Reject outputs (option -> path) that cannot be written, share a file or overwrite `inputs`. Raises InputError."""
    written: dict[Path, str] = {}
    read = {Path(path).resolve(): path for path in inputs}
    for option, path in outputs.items():
        if path is None:
            continue
        check_path(option, path)
        file = Path(path).resolve()
        places = [file, *file.parents] if file.is_file() else [file]  # a new file may stand in the folder of an input
        if overwritten := next((read[place] for place in places if place in read), None):
            raise InputError(
                f"{option}: found '{path}', which would overwrite the input '{overwritten}'",
                f"{option}：得到 '{path}'，它会覆盖输入 '{overwritten}'",
            )
        if file in written:
            expected = Text("another file than that of {twin}", "与 {twin} 不同的文件").fill(twin=written[file])
            raise unexpected(option, f"'{path}'", expected)
        written[file] = option


def check_path(option: str, path: str) -> None:
    """Reject a path that is no file in an existing folder. Raises InputError."""
    if Path(path).is_dir() or not Path(path).absolute().parent.is_dir():
        raise unexpected(option, f"'{path}'", Text("a file in a folder that exists", "已有文件夹里的一个文件"))


def check_ending(option: str, path: str, endings: tuple[str, ...]) -> None:
    """Reject a name with another ending. Raises InputError."""
    if Path(path).suffix not in endings:
        raise InputError(ENDING.fill(option=option, path=path, endings=one_of(endings)))
