"""The options of train.py and of every command, as their parsers know them: `python -m programs FILE`.

The parsers need Lightning, which takes seconds to load. So they are built once, and not for each language again.
"""

import json
import sys
from argparse import SUPPRESS, Action
from dataclasses import asdict, dataclass, replace
from inspect import getdoc, signature
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from jsonargparse import ArgumentParser, Namespace

from course_torch.command_line.configs import SHORT_FLAGS
from course_torch.commands.main import COMMANDS
from course_torch.commands.options import load_command, parser_of
from course_torch.training.cli import CLI_ARGUMENTS, TrainingCLI
from course_torch.training.settings import TRAINER_DEFAULTS

NETWORK = ("model", "data")
"""The groups of options that train.py shares with the commands that build a network."""
MANY = {"?": "[{}]", "+": "{} ..."}
"""How an argument is written that may be left out, or given several times."""


@dataclass(frozen=True)
class Option:
    """An option as its parser knows it.

    names     as written, such as "--config"; an argument without "--" has its name alone
    values    which values it takes, such as "float | null"; empty for an option without a value
    default   as a config writes it; None for an option that is required or has no default
    help      its line in the help
    """

    names: list[str]
    values: str
    default: str | None
    help: str


@dataclass(frozen=True)
class Command:
    """A command.

    text      what it does, the docstring of its function without the arguments
    options   its own arguments, then its own options
    network   the options of network and data whose default is not that of train.py; None if it has no such options
    """

    name: str
    usage: str
    text: str
    options: list[Option]
    network: list[Option] | None


class ParserAlone(TrainingCLI):
    """The command line of train.py, which builds nothing but its parser."""

    def parse_arguments(self, parser: Any, args: Any) -> None:
        self.config = Namespace()

    def instantiate_classes(self) -> None:
        """Build no Trainer."""


def actions_of(parser: ArgumentParser) -> list[Action]:
    """The options that the help shows, without those that only show help."""
    return [each for each in parser._actions if each.help != SUPPRESS and each.dest.rpartition(".")[2] != "help"]


def option_of(action: Action) -> Option:
    """The option of an action. A flag needs no value."""
    names = [name for name in action.option_strings if not name.endswith("+")]
    values = (
        ""
        if action.nargs == 0 or not names
        else words(getattr(action, "_typehint", None)) or str(action.metavar or "file").strip("\b")
    )
    has_default = bool(values) and not action.required and action.default is not SUPPRESS
    default = written(action.default) if has_default else None
    return Option(names or [str(action.metavar or action.dest)], values, default, " ".join((action.help or "").split()))


def words(kind: Any) -> str:
    """The values of a type, such as "int | null", as a config writes them."""
    if kind in (None, NoneType):
        return "null" if kind is NoneType else ""
    if get_origin(kind) in (Union, UnionType):
        return " | ".join(dict.fromkeys(" | ".join(map(words, get_args(kind))).split(" | ")))
    if get_origin(kind) is Literal:
        return " | ".join(map(str, get_args(kind)))
    if get_origin(kind) is not None:
        return f"{kind.__origin__.__name__}[{', '.join(map(words, get_args(kind)))}]"
    return "true | false" if kind is bool else kind.__name__


def written(value: object) -> str:
    """A default as a config writes it."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def command_of(name: str, training: dict[str, Option]) -> Command:
    """A command, with its options of network and data compared with those of train.py."""
    function = load_command(name)
    parser = parser_of(name, function)
    actions = {each.dest: option_of(each) for each in actions_of(parser)}
    networked = "model" in signature(function).parameters
    own = {dest: each for dest, each in actions.items() if not networked or dest.split(".")[0] not in NETWORK}
    shared = [each for dest, each in actions.items() if dest not in own and each.default != training[dest].default]
    return Command(
        name,
        usage_of(parser),
        (getdoc(function) or "").partition("\n\nArgs:")[0],
        sorted(own.values(), key=lambda each: each.names[0].startswith("-")),
        shared if networked else None,
    )


def usage_of(parser: ArgumentParser) -> str:
    """The program, its required options and its arguments."""
    actions = actions_of(parser)
    parts = [
        f"{each.option_strings[0]} {each.dest.upper()}" for each in actions if each.option_strings and each.required
    ]
    parts += [
        MANY.get(str(each.nargs), "{}").format(each.metavar or each.dest) for each in actions if not each.option_strings
    ]
    return " ".join([parser.prog, *parts, "[options]"])


def training_options() -> dict[str, Option]:
    """Name -> option of train.py."""
    parser = ParserAlone(**CLI_ARGUMENTS, args=[]).parser
    return {action.dest: option_of(action) for action in actions_of(parser)}


def group_of(dest: str) -> str:
    """The group of an option of train.py.

    run, model, data    the project's own options
    short               options of the Trainer that have a short form
    changed             options of the Trainer with another default than Lightning's
    others              the other options of the Trainer
    """
    group, _, name = dest.partition(".")
    if group != "trainer":
        return group if group in NETWORK else "run"
    if name in SHORT_FLAGS:
        return "short"
    return "changed" if name in TRAINER_DEFAULTS else "others"


def record() -> dict[str, Any]:
    """The commands, and the options of train.py in their groups."""
    training = training_options()
    groups: dict[str, list[Option]] = {}
    for dest, each in training.items():
        group = group_of(dest)
        short = [each.names[0].replace("trainer.", "")] if group == "short" else []
        groups.setdefault(group, []).append(replace(each, names=[*short, *each.names]))
    return {
        "commands": [asdict(command_of(name, training)) for name in COMMANDS if name != "train"],  # has its own page
        "training": {group: [asdict(each) for each in options] for group, options in groups.items()},
    }


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(record(), ensure_ascii=False), encoding="utf-8")
