"""The program `course-torch`: its help, and the choice of a command. Only the chosen command is imported."""

import sys

from course_torch import __version__
from course_torch.command_line.errors import ended_by_signals, run
from course_torch.commands.table import COMMANDS
from course_torch.errors import InputError, meant, one_of
from course_torch.language import NOTHING, Language, Text, asked, same

UNKNOWN = Text("command: found {found}, expected {choices}{hint}", "命令：{found}，应为 {choices}{hint}")
NO_COMMAND = Text("nothing", "没有给出")
DESCRIBED = Text("; course-torch --help describes the commands", "；course-torch --help 说明各个命令")
HELP = Text(
    """usage: course-torch [--help] [--version] COMMAND ...

Neural Networks and Deep Learning, by hand and proved.

commands:
{commands}

course-torch COMMAND --help shows the options of a command.
With COURSE_TORCH_LANGUAGE=zh in the environment every command is in Chinese,
as with --language zh.""",
    """用法：course-torch [--help] [--version] 命令 ...

神经网络与深度学习：手写，并且经过验证。

命令：
{commands}

course-torch 命令 --help 列出一个命令的选项。
设置环境变量 COURSE_TORCH_LANGUAGE=zh，就不必每次写 --language zh。""",
)


def main(arguments: list[str] | None = None) -> int:
    """Run a command. Returns its exit code, or 2 after a mistake of the user."""
    given = sys.argv[1:] if arguments is None else arguments
    language = asked(given)
    return run("course-torch", lambda: run_chosen(given, language), language)


def run_chosen(arguments: list[str], language: Language) -> int:
    """Run the command that the first argument names, or print help or version. Raises InputError."""
    chosen, *rest = arguments or [""]
    if chosen in ("-h", "--help"):
        print(program_help(language))
        return 0
    if chosen == "--version":
        print(f"course-torch {__version__}")
        return 0
    if chosen not in COMMANDS:
        near = meant(chosen, COMMANDS)
        hint, found = DESCRIBED if near == NOTHING else near, same(f"'{chosen}'") if chosen else NO_COMMAND
        raise InputError(UNKNOWN.fill(found=found, choices=one_of(COMMANDS), hint=hint))
    if chosen == "train":
        from course_torch.commands.train import train  # Lightning's parser, not the parser of the other commands

        return train(rest)
    from course_torch.commands.options import run_command  # imports jsonargparse, which the help does not need

    with ended_by_signals():
        return run_command(chosen, rest, language)


def program_help(language: Language) -> str:
    width = max(map(len, COMMANDS))
    commands = "\n".join(f"  {name:{width}}  {line.say(language)}" for name, line in COMMANDS.items())
    return HELP.fill(commands=commands).say(language)
