"""The program `course-torch`: its help, and the choice of a command. Only the chosen command is imported."""

import sys

from course_torch import __version__
from course_torch.command_line.errors import ended_by_signals, run
from course_torch.commands.table import COMMANDS
from course_torch.errors import InputError, meant, one_of


def main(arguments: list[str] | None = None) -> int:
    """Run a command. Returns its exit code, or 2 after a mistake of the user."""
    given = sys.argv[1:] if arguments is None else arguments
    return run("course-torch", lambda: run_chosen(given))


def run_chosen(arguments: list[str]) -> int:
    """Run the command that the first argument names, or print help or version. Raises InputError."""
    chosen, *rest = arguments or [""]
    if chosen in ("-h", "--help"):
        print(program_help())
        return 0
    if chosen == "--version":
        print(f"course-torch {__version__}")
        return 0
    if chosen not in COMMANDS:
        found = f"'{chosen}'" if chosen else "nothing"
        hint = meant(chosen, COMMANDS) or "; course-torch --help describes the commands"
        raise InputError(f"command: found {found}, expected {one_of(COMMANDS)}{hint}")
    if chosen == "train":
        from course_torch.commands.train import train  # Lightning's parser, not the parser of the other commands

        return train(rest)
    from course_torch.commands.options import run_command  # imports jsonargparse, which the help does not need

    with ended_by_signals():
        return run_command(chosen, rest)


def program_help() -> str:
    width = max(map(len, COMMANDS))
    usage = "usage: course-torch [--help] [--version] COMMAND ..."
    head = f"{usage}\n\nNeural Networks and Deep Learning, by hand and proved.\n\ncommands:"
    lines = (f"  {name:{width}}  {line}" for name, line in COMMANDS.items())
    return "\n".join([head, *lines, "\ncourse-torch COMMAND --help shows the options of a command."])
