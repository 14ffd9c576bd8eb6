"""The parser of a command follows from its function: arguments, options, flags, and the files that it writes."""

from pathlib import Path

import pytest

from course_torch.command_line.files import FigureFile, OutputFile
from course_torch.commands.options import check_files, parser_of
from course_torch.errors import InputError

pytestmark = pytest.mark.usefixtures("here")


@pytest.mark.parametrize(("given", "section", "often"), [([], 3, False), (["4"], 4, False), (["--often"], 3, True)])
def test_a_positional_parameter_is_an_argument_with_its_default_and_its_type(
    given: list[str], section: int, often: bool
) -> None:
    def argument(section: int = 3, *, often: bool = False) -> int:
        return 0

    parsed = parser_of("argument", argument).parse_args(given)
    assert (parsed.section, parsed.often) == (section, often)


def test_a_positional_list_takes_every_argument() -> None:
    def listed(files: list[str], *, rows: OutputFile = "rows.csv") -> int:
        return 0

    parsed = parser_of("listed", listed).parse_args(["a.py", "b.py"])
    assert (parsed.files, parsed.rows) == (["a.py", "b.py"], "rows.csv")


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"figure": "a.txt"}, "figure: found 'a.txt', expected a name that ends in one of .png, .svg, .pdf"),
        ({"rows": "no/rows.csv"}, "rows: found 'no/rows.csv', expected a file in a folder that exists"),
        ({"rows": "a.png", "figure": "a.png"}, "figure: found 'a.png', expected another file than that of rows"),
        ({"rows": "data.csv"}, "rows: found 'data.csv', which would overwrite the input 'data.csv'"),
    ],
)
def test_an_annotation_says_which_files_a_command_writes(files: dict[str, str], said: str) -> None:
    def writing(*, rows: OutputFile = "rows.csv", figure: FigureFile | None = None) -> int:
        return 0

    Path("data.csv").touch()
    check_files(writing, {"rows": "rows.csv", "figure": None}, ["data.csv"])
    with pytest.raises(InputError) as refused:
        check_files(writing, files, ["data.csv"])
    assert str(refused.value) == said
