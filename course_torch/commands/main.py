"""The program `course-torch`: its help, and the choice of a command. Only the chosen command is imported."""

import sys

from course_torch import __version__
from course_torch.command_line.errors import ended_by_signals, run
from course_torch.commands.table import COMMANDS
from course_torch.errors import InputError, meant, one_of, unexpected
from course_torch.language import LANGUAGES, NOTHING, Language, Text, asked, language_option, named, same

UNKNOWN = Text("command: found {found}, expected {choices}{hint}", "命令：{found}，应为 {choices}{hint}")
DESCRIBED = Text("; course-torch --help describes the commands", "；course-torch --help 说明各个命令")
START = Text(
    """Neural Networks and Deep Learning, by hand and proved. What you can do:

  learn   course-torch lesson{o}
          the lessons on the notes, in the browser
  write   course-torch exercise{o}
          each formula as a function of your own, which the checker judges
  watch   course-torch playground{o}
          a network trains in the browser, with every gradient judged
  train   course-torch train --config planar_shallow{o}
          a network with one hidden layer learns the flower

course-torch --help{o} describes every command.""",
    """神经网络与深度学习：手写，并且经过验证。你可以：

  学习   course-torch lesson{o}
         在浏览器里读笔记的课程
  编写   course-torch exercise{o}
         每个公式是你自己写的一个函数，由程序检查
  观看   course-torch playground{o}
         网络在浏览器里训练，每个梯度都经过检查
  训练   course-torch train --config planar_shallow{o}
         有一个隐层的网络学会花形数据

course-torch --help{o} 说明各个命令。""",
)
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
    """Run the command that the arguments name, or print help, version, or what one can do. Raises InputError."""
    if (said := named(arguments)) not in LANGUAGES and said != named(()):
        raise unexpected("language", f"'{said}'", Text("en or zh", "en 或 zh"))
    before = 2 if arguments[:1] == ["--language"] else int("".join(arguments[:1]).startswith("--language="))
    chosen, *rest = [*arguments[before:], *arguments[:before]] or [""]
    if len(arguments) == before:
        print(START.fill(o=language_option(language)).say(language))
        return 0
    if chosen in ("-h", "--help"):
        print(program_help(language))
        return 0
    if chosen == "--version":
        print(f"course-torch {__version__}")
        return 0
    if chosen not in COMMANDS:
        near = meant(chosen, COMMANDS)
        hint, found = DESCRIBED if near == NOTHING else near, same(f"'{chosen}'")
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
