"""The program `course-torch`: its commands, its help, and the choice of a command."""

import os
import sys

from course_torch import __version__, lessons
from course_torch.command_line.program import run
from course_torch.errors import InputError, meant, one_of, unexpected
from course_torch.language import LANGUAGES, NOTHING, Language, Text, asked, language_named, language_option, same

COMMANDS = {
    "train": Text("train a network through Lightning, as train.py does", "用 Lightning 训练网络，与 train.py 相同"),
    "configs": Text(
        "list the configs of the experiments that `--config NAME` finds", "列出 `--config NAME` 能找到的实验配置"
    ),
    "exercise": Text(
        "write the file of a chapter: one function for each formula",
        "写出一章的练习文件：笔记里的每个公式是一个要写的函数",
    ),
    "check": Text(
        "judge the functions of your file, and say why one is wrong", "检查你的文件里的函数，说出函数为什么错"
    ),
    "grade": Text(
        "judge the files of a class, each in a sandbox, into a table",
        "检查全班的文件，每个文件在沙箱里运行，写成一张成绩表",
    ),
    "trace": Text(
        "show every formula of the passes and the update in numbers", "用数展示正向传播、反向传播和更新的每个公式"
    ),
    "playground": Text(
        "open a page in which a network trains and you make mistakes",
        "打开训练网络的网页：检查每个梯度，还可以故意犯错",
    ),
    "lesson": Text("open the lessons on the notes, in English or Chinese", "在浏览器里打开笔记的课程，中文或英文"),
    "compare": Text("judge the gradients against autograd and central differences", "用 autograd 和差分检查手写的梯度"),
    "reproduce": Text("run the course's experiments against the published numbers", "重做课程的实验，与公布的数比较"),
    "shapes": Text("print the shapes of all W, b, Z, A and of their derivatives", "打印所有 W、b、Z、A 及其导数的形状"),
    "figures": Text("draw the figures of the notes", "画出笔记的图"),
    "vectorization": Text("time loops against vectorized code", "测量循环与向量化的时间"),
    "predict": Text(
        "apply a trained network to pictures or to rows of numbers", "把训练好的网络用于图片、图片文件夹或一行行的数"
    ),
    "doctor": Text("check this machine and the gradients on its devices", "检查本机，以及各设备上的梯度"),
}
UNKNOWN = Text("command: found {found}, expected {choices}{hint}", "命令：{found}，应为 {choices}{hint}")
DESCRIBED = Text("; course-torch --help describes the commands", "；course-torch --help 说明各个命令")
LEARN = Text(
    """  learn   course-torch lesson{o}
          the lessons on the notes, in the browser
""",
    """  学习   course-torch lesson{o}
         在浏览器里读笔记的课程
""",
)
START = Text(
    """Neural Networks and Deep Learning, by hand and proved. What you can do:

{learn}  write   course-torch exercise{o}
          each formula as a function of your own, which the checker judges
  watch   course-torch playground{o}
          a network trains in the browser, with every gradient judged
  train   course-torch train --config planar_shallow{o}
          a network with one hidden layer learns the flower
  judge   course-torch compare mine.py:MyFunction{o}
          a backward that you wrote: which gradient is wrong, where and why

course-torch --help{o} describes every command.""",
    """神经网络与深度学习：手写，并且经过验证。你可以：

{learn}  编写   course-torch exercise{o}
         每个公式是你自己写的一个函数，由程序检查
  观看   course-torch playground{o}
         网络在浏览器里训练，每个梯度都经过检查
  训练   course-torch train --config planar_shallow{o}
         有一个隐层的网络学会花形数据
  检查   course-torch compare mine.py:MyFunction{o}
         你自己写的反向传播：哪个梯度不对，哪里不对，为什么

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
    if (said := language_named(arguments)) not in LANGUAGES and said != language_named(()):
        raise unexpected("language", f"'{said}'", Text("en or zh", "en 或 zh"))
    match arguments:  # the language may stand before the command
        case ["--language", _, *rest]:
            arguments = [*rest, *arguments[:2]]
        case [first, *rest] if first.startswith("--language="):
            arguments = [*rest, first]
    chosen, *rest = arguments or ["--language"]
    if chosen.startswith("--language"):
        option = language_option(language)
        learn = LEARN.fill(o=option).say(language) if lessons.available() else ""
        print(START.fill(o=option, learn=learn).say(language))
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
        return train(rest)  # has Lightning's parser, not the parser of the other commands
    from course_torch.commands.options import run_command  # imports jsonargparse, which the help does not need

    return run_command(chosen, rest, language)


def program_help(language: Language) -> str:
    width = max(map(len, COMMANDS))
    commands = "\n".join(f"  {name:{width}}  {line.say(language)}" for name, line in COMMANDS.items())
    return HELP.fill(commands=commands).say(language)


def train(arguments: list[str], program: str = "course-torch train") -> int:
    """Train, with the options of Lightning, whose command line parses them. Messages name the program called."""
    # If a process ends, torch prints the C++ stacks of the processes that are connected to it. torch reads this
    # variable on import.
    os.environ.setdefault("TORCH_CPP_LOG_LEVEL", "ERROR")
    from course_torch.training.cli import main

    return main(arguments, program)
