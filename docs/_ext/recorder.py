"""Runs the code file of a section once, and keeps what its lesson shows: cells, their output, and numbers.

A code file is a script. Lines `# %% name` start its cells. Its dict `numbers` holds every number, list and matrix that
the text, the formulas and the widgets of the lesson show.
"""

import json
import re
import sys
from contextlib import redirect_stdout
from dataclasses import asdict, dataclass
from io import StringIO
from pathlib import Path
from typing import Any

MARK = re.compile(r"^# %% (\S+)$", re.MULTILINE)


@dataclass(frozen=True)
class Cell:
    """The code of a cell, and what it printed."""

    code: str
    output: str


@dataclass(frozen=True)
class Record:
    """What a code file computed.

    cells     name -> cell
    numbers   name -> a number, a list, a matrix as a list of rows, or a dict of them
    """

    cells: dict[str, Cell]
    numbers: dict[str, Any]


def cells_of(text: str) -> dict[str, str]:
    """The code of each cell. Text before the first mark is the file's docstring."""
    _, *parts = MARK.split(text)
    return {name: code.strip() for name, code in zip(parts[::2], parts[1::2], strict=True)}


def record(path: Path) -> Record:
    """Run a code file, cell after cell in one namespace."""
    cells, namespace = {}, {"__name__": "__main__", "__file__": str(path)}
    for name, code in cells_of(path.read_text(encoding="utf-8")).items():
        output = StringIO()
        with redirect_stdout(output):
            exec(compile(code, f"{path.name}, cell {name}", "exec"), namespace)
        cells[name] = Cell(code, output.getvalue().rstrip())
    return Record(cells, dict(namespace.get("numbers", {})))


def write(folder: Path, out: Path) -> None:
    """Run every code file of a folder, and write the records as SECTION.json."""
    out.mkdir(parents=True, exist_ok=True)
    for path in sorted(folder.glob("*.py")):
        text = json.dumps(asdict(record(path)), ensure_ascii=False, allow_nan=False)
        (out / f"{path.stem}.json").write_text(text, encoding="utf-8")


def read(path: Path) -> Record:
    """Read a record."""
    kept = json.loads(path.read_text(encoding="utf-8"))
    return Record({name: Cell(**cell) for name, cell in kept["cells"].items()}, kept["numbers"])


if __name__ == "__main__":
    write(Path(sys.argv[1]), Path(sys.argv[2]))
