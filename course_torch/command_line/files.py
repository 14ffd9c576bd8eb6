"""The files of a command: which it reads and writes, and their checks before it starts."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from os.path import realpath
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
PythonFile = Annotated[str, Writes((".py",))]
FigureFile = Annotated[str, Writes((".png", ".svg", ".pdf"))]
ENDING = Text("a name that ends in {endings}", "以 {endings} 结尾的名称")
WRITABLE = Text("a writable folder ({reason})", "可以写入的文件夹（{reason}）")


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
                if mark.endings and Path(value).suffix not in mark.endings:
                    raise unexpected(name, f"'{value}'", ENDING.fill(endings=one_of(mark.endings)))
    check_outputs(outputs, inputs)


def check_outputs(outputs: Mapping[str, str | None], inputs: Iterable[str] = ()) -> None:
    """Reject outputs (option -> path) that cannot be written, share a file or overwrite `inputs`. Raises InputError."""
    written: dict[Path, str] = {}
    read = {Path(realpath(path)): path for path in inputs}
    for option, path in outputs.items():
        if path is None:
            continue
        file = Path(realpath(path))  # resolve() ends in an error at a link to itself
        if Path(path).is_dir() or not file.parent.is_dir():
            raise unexpected(option, f"'{path}'", Text("a file in a folder that exists", "已有文件夹里的一个文件"))
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


def output_folder(option: str, path: str) -> Path:
    """Create a folder if it does not exist. Raises InputError."""
    try:
        Path(path).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unexpected(option, f"'{path}'", WRITABLE.fill(reason=error.strerror)) from error
    return Path(path)
