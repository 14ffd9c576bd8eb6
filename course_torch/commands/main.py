"""The parser of `course-torch` and its table of subcommands."""

from collections.abc import Callable

from course_torch.commands.compare import compare
from course_torch.training.parser import OneLineParser, add_network_arguments, run

COMMANDS: dict[str, Callable[..., int]] = {"compare": compare}


def main(arguments: list[str] | None = None) -> int:
    """Run a subcommand. Returns its exit code; 2 where the user gave something wrong."""
    parser = OneLineParser(prog="course-torch", description="Neural Networks and Deep Learning, by hand and proved.")
    subcommands = parser.add_subcommands()
    for name, command in COMMANDS.items():
        subparser = OneLineParser(description=command.__doc__ or "")
        add_network_arguments(subparser)
        subparser.add_function_arguments(command, skip={"model", "data"})
        subcommands.add_subcommand(name, subparser)

    def chosen_command() -> int:
        config = parser.parse_args(arguments)
        chosen = parser.instantiate(config)[config.subcommand]
        options = {name: value for name, value in chosen.items() if name not in ("config", "trainer")}
        return COMMANDS[config.subcommand](**options)

    return run("course-torch", chosen_command)
