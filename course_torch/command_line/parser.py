"""The argument parser of train.py and the commands, stricter than jsonargparse, and the normalization of arguments."""

import logging
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar, NoReturn

import yaml
from jsonargparse import ArgumentParser, Namespace, _loaders_dumpers, get_loader, set_loader, set_parsing_settings
from jsonargparse._common import parsing_settings  # there is no public call that lifts a restriction again

from course_torch.command_line.errors import as_yaml, did_you_mean, error_line, one_line, shortened
from course_torch.command_line.help import ChineseFormatter, OneWidthFormatter
from course_torch.command_line.shipped import resolved
from course_torch.command_line.yaml_text import not_yaml
from course_torch.errors import FOUND, InputError, check_regular, unexpected
from course_torch.language import NOTHING, Language, Text

GROUPS = ("model", "data", "trainer")  # entries of a config that hold further options, or name a file with them
LARGEST_YAML = 10**5
"""Largest number of bytes of a YAML file."""
MOST = 30  # levels, or aliases: those of aliases would make billions of values from a few lines
TOO_MANY = Text(
    "found too many levels or aliases, expected at most {most}, and no alias inside an anchor",
    "层次或别名太多，至多为 {most}，锚点里不能有别名",
)
NULL = Text(
    "found a text with the character \\0, which no name of a file contains", "文本里有字符 \\0，文件名里没有这个字符"
)

NO_OPTIONS = Text(
    "found {found}, expected a file, or options such as 'model: {{seed: 1}}'",
    "得到 {found}，应为文件，或选项，例如 'model: {{seed: 1}}'",
)
Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
load_plain = get_loader("yaml")


@contextmanager
def one_line_yaml() -> Iterator[None]:
    """Load every YAML text by `load_yaml`."""
    set_loader("yaml", load_yaml, (yaml.YAMLError,))
    _loaders_dumpers.yaml_load = load_yaml  # of the value of a single option
    try:
        yield
    finally:
        set_loader("yaml", load_plain, (yaml.YAMLError,))
        _loaders_dumpers.yaml_load = load_plain


class ConfigError(InputError, yaml.YAMLError):
    """A mistake in a config. The parser expects a YAMLError."""


def load_yaml(text: str, path: str = "") -> Any:
    """Load YAML, of a config if `path` names its file. Raises ConfigError."""
    where = Text(f"{path}: ", f"{path}：") if path else NOTHING
    try:
        check_size(text)
        value = load_plain(text)
        if path:
            check_config(value)
    except ConfigError as error:
        raise ConfigError(f"{where.en}{error}", f"{where.zh}{error.text.zh}") from error
    except Exception as error:  # PyYAML's constructors raise many types: a wrong !!bool is a KeyError
        problem = not_yaml(error, text)
        raise ConfigError(f"{where.en}{problem.en}", f"{where.zh}{problem.zh}") from error
    return value


def check_config(value: Any) -> None:
    """Reject what the parser would take for no options at all. Raises ConfigError."""
    if not isinstance(value, dict):
        raise ConfigError(NO_OPTIONS.fill(found=as_yaml(value or "")))
    for name in (*GROUPS, "config"):
        if not isinstance(value.get(name, ""), str if name == "config" else dict | str):
            expected = Text("a file", "文件") if name == "config" else Text("options", "选项")
            raise ConfigError(FOUND.fill(name=name, found=as_yaml(value[name]), expected=expected))


def check_size(text: str) -> None:
    """Reject too many levels or aliases, an alias inside an anchor, and the character \\0. Raises ConfigError."""
    inside: list[str | None] = []
    aliases = 0
    for event in yaml.parse(text, Loader=Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            inside.append(event.anchor)
        elif isinstance(event, yaml.CollectionEndEvent):
            inside.pop()
        elif isinstance(event, yaml.AliasEvent):
            aliases += 1 if not any(inside) else MOST + 1
        elif isinstance(event, yaml.ScalarEvent) and "\0" in event.value:
            raise ConfigError(NULL)
        if max(aliases, len(inside)) > MOST:
            raise ConfigError(TOO_MANY.fill(most=MOST))


def check_nulls(parser: ArgumentParser, config: Namespace) -> None:
    """Reject a null as the value of an option that allows no null, which jsonargparse takes for a missing value."""
    set_parsing_settings(unset_sentinel=True)  # a missing value is then no null, and a null is checked
    try:
        parser.validate(config)
    except (TypeError, KeyError) as error:
        parser.error(str(error))
    finally:
        set_parsing_settings(unset_sentinel=False)


@contextmanager
def importing_only(paths: Iterable[str] = ()) -> Iterator[None]:
    """Reject every import path that is not listed, before anything is imported.

    This covers each class_path, callable, type and module in a config, in a config inside a config and on the command
    line. An object must be listed by the path that is written and by the path of its definition, so
    `lightning.pytorch.trainer.os.system` does not pass.
    """
    before = dict(parsing_settings)
    set_parsing_settings(
        import_path_denylist=["*"],
        import_path_allowlist=list(paths),
        instantiate_subclass_spec_in_any=False,
        validate_subclass_spec_in_any=True,
    )
    try:
        yield
    finally:
        parsing_settings.update(before)


SHORT_FLAGS = ("accelerator", "devices", "num_nodes", "strategy", "precision", "max_epochs", "max_steps")
RUN = Text("the folder of a run, such as lightning_logs/version_0", "一次训练的文件夹，例如 lightning_logs/version_0")
LARGEST = 2**31 - 1  # largest integer of an option

# It makes a record of each of the parser's messages, hundreds in a run, and writes none.
logging.getLogger("jsonargparse_null_logger").disabled = True


class OneLineParser(ArgumentParser):
    """A parser without abbreviations. An error prints one line on stderr and exits with code 2."""

    program: ClassVar[str | None] = None  # The help of a class in an option comes from another parser.
    language: ClassVar[Language] = "en"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, allow_abbrev=False, **{"prog": self.program} | kwargs)

    def parse_args(self, *args: Any, **kwargs: Any) -> Any:
        OneLineParser.program = self.prog
        return super().parse_args(*args, **kwargs)

    def speak(self, language: Language) -> None:
        """Choose the language of the help, and of the errors of this parser and of those of classes in its options."""
        OneLineParser.language = language
        self.formatter_class = ChineseFormatter if language == "zh" else OneWidthFormatter

    def print_help(self, file: Any = None) -> None:
        """Print the help. argparse would hide that stdout cannot be written."""
        print(self.format_help(), end="", file=file)

    def error(self, message: str, ex: Exception | None = None) -> NoReturn:
        if not self.exit_on_error:  # the parser of a class inside an option: its caller may try another class
            super().error(message, ex)
        near = did_you_mean(message, [action.dest for action in self._actions])
        sys.exit(error_line(self.prog, one_line(message, self.language) + near.say(self.language), self.language))


def normalized(arguments: Sequence[str]) -> list[str]:
    """Expand short flags, and move every --config to the front so that other options always override it.

    Each of SHORT_FLAGS gets the prefix "trainer.": `--accelerator cpu` becomes `--trainer.accelerator cpu`.
    `--resume FOLDER` also loads FOLDER/config.yaml.
    """
    configs: list[str] = []
    others: list[str] = []
    remaining = iter(arguments)
    for argument in remaining:
        if argument in ("--config", "-c"):
            configs += ["--config", *([checked(value)] if (value := next(remaining, None)) is not None else [])]
        elif argument.startswith("--config="):
            configs.append(f"--config={checked(argument.partition('=')[2])}")
        elif argument == "--resume" or argument.startswith("--resume="):
            folder = argument.partition("=")[2] or next(remaining, "")
            config = Path(folder, "config.yaml")
            if not config.is_file():
                raise unexpected("resume", f"'{folder}'", RUN)
            configs += ["--config", checked(str(config))]
            others += ["--resume", folder]
        elif argument.startswith("--") and argument[2:].split("=")[0] in SHORT_FLAGS:
            others.append(argument.replace("--", "--trainer.", 1))
        else:
            others.append(argument)
    return [*configs, *others]


def check_integers(config: Namespace) -> None:
    """Reject an integer that overflows in torch. Raises InputError."""
    for option, value in leaves(config):
        if isinstance(value, int) and abs(value) > LARGEST:
            raise unexpected(option, shortened(str(value)), Text(f"at most {LARGEST}", f"至多 {LARGEST} 的数"))


def leaves(value: object, option: str = "") -> Iterator[tuple[str, object]]:
    """Yield the name and the value of each option, also inside lists and mappings."""
    if isinstance(value, Namespace | Mapping):
        for name, each in vars(value).items() if isinstance(value, Namespace) else value.items():
            yield from leaves(each, f"{option}.{name}" if option else str(name))
    elif isinstance(value, list | tuple | set):
        for each in value:
            yield from leaves(each, option)
    else:
        yield option, value


def checked(config: str) -> str:
    """Return the path of a config, also of a shipped one, or its text. Raises InputError if it is no YAML."""
    try:
        config = resolved(config)
        check_regular(config, LARGEST_YAML)
        if Path(config).is_file():
            load_yaml(Path(config).read_text(encoding="utf-8"), config)
        else:
            load_yaml(config, "config")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"{config}: cannot be read as text ({error}), expected YAML",
            f"{config}：无法作为文本读取（{error}），应为 YAML",
        ) from error
    return config
