"""The parser of `course-torch` and its table of subcommands."""

import sys
from collections.abc import Callable
from inspect import getdoc, signature

from jsonargparse import Namespace

from course_torch.command_line.errors import run
from course_torch.command_line.files import check_outputs
from course_torch.command_line.imports import importing_only
from course_torch.command_line.parser import OneLineParser, check_integers, normalized
from course_torch.command_line.parsing import check_nulls, limited_yaml
from course_torch.commands.bench import bench
from course_torch.commands.compare import compare
from course_torch.commands.doctor import doctor
from course_torch.commands.export import export
from course_torch.commands.figures import figures
from course_torch.commands.network_arguments import TRAINING_ONLY, add_network_arguments, check_options
from course_torch.commands.predict import predict
from course_torch.commands.reproduce import reproduce
from course_torch.commands.shapes import shapes
from course_torch.commands.vectorization import vectorization

COMMANDS: dict[str, Callable[..., int]] = {
    command.__name__: command
    for command in (compare, reproduce, bench, shapes, figures, vectorization, predict, export, doctor)
}

FLAGS = {"--self-test": "--self_test", "--explain": "--explain"}
"""Options without a value."""
OUTPUTS = ("json", "html", "figure")
"""Options that name an output file."""


@limited_yaml()
def main(arguments: list[str] | None = None) -> int:
    """Run a subcommand. Returns its exit code, or 2 after a mistake of the user."""
    parser = OneLineParser(prog="course-torch", description="Neural Networks and Deep Learning, by hand and proved.")
    subcommands = parser.add_subcommands()
    for name, command in COMMANDS.items():
        subparser = OneLineParser(description=(getdoc(command) or "").partition("\n\nArgs:")[0])
        if "model" in signature(command).parameters:
            add_network_arguments(subparser)
        subparser.add_function_arguments(command, skip={"model", "data", "files"}, as_positional=True)
        if "files" in signature(command).parameters:
            subparser.add_argument("files", nargs="+", help="picture files of any size and mode, or CSV files of rows")
        subcommands.add_subcommand(name, subparser)
        subparser.prog = f"course-torch {name}"

    def chosen_command() -> int:
        subcommand, *rest = (sys.argv[1:] if arguments is None else arguments) or [""]
        check_options(rest)
        given = [each for each in (subcommand, *normalized([as_flag(each) for each in rest])) if each]
        with importing_only():
            config = parser.parse_args(given)
            check_nulls(parser, config)
            check_integers(config[config.subcommand])
            chosen = parser.instantiate(config)[config.subcommand]
        options = {name: value for name, value in chosen.items() if name not in ("config", *TRAINING_ONLY)}
        check_outputs({name: options.get(name) for name in OUTPUTS}, inputs_of(chosen))
        return COMMANDS[config.subcommand](**options)

    return run("course-torch", chosen_command)


def inputs_of(options: Namespace) -> list[str]:
    """Return the files and folders that a command reads: configs, checkpoint, pictures or rows, and data folders."""
    data = options.get("data")
    named = [options.get("checkpoint"), options.get("cats"), data and data.hparams["root"]]
    return [str(each) for each in (*(options.get("config") or []), *options.get("files", []), *named) if each]


def as_flag(argument: str) -> str:
    """Turn `--explain` into `--explain=true`, because jsonargparse expects a value for a boolean."""
    flag, _, value = argument.partition("=")
    return f"{FLAGS[flag]}={value or 'true'}" if flag in FLAGS else argument
