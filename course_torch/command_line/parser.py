"""The argument parser of train.py and the commands, stricter than jsonargparse, and the normalization of arguments."""

import logging
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar, NoReturn

from jsonargparse import ArgumentParser, Namespace, set_parsing_settings
from jsonargparse._common import parsing_settings  # there is no public call that lifts a restriction again

from course_torch.command_line.configs import checked
from course_torch.command_line.help import ChineseFormatter, OneWidthFormatter
from course_torch.command_line.program import error_line
from course_torch.command_line.sentences import did_you_mean, one_line
from course_torch.errors import unexpected
from course_torch.language import Language, Text


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

# It makes a record of each of the parser's messages, hundreds in a run, and writes none.
logging.getLogger("jsonargparse_null_logger").disabled = True


class OneLineParser(ArgumentParser):
    """A parser without abbreviations. An error prints one line on stderr and exits with code 2."""

    program: ClassVar[str | None] = None  # The help of a class in an option comes from another parser.
    language: ClassVar[Language] = "en"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, allow_abbrev=False, **{"prog": self.program} | kwargs)

    def read(self, arguments: Sequence[str]) -> Namespace:
        """Parse arguments that are `normalized`.

        jsonargparse treats null as "not given". Here null is rejected where the option does not allow it.
        """
        OneLineParser.program = self.prog
        config = self.parse_args(arguments)
        set_parsing_settings(unset_sentinel=True)  # a missing value is then no null, and a null is checked
        try:
            self.validate(config)
        except (TypeError, KeyError) as error:
            self.error(str(error))
        finally:
            set_parsing_settings(unset_sentinel=False)
        return config

    def speak(self, language: Language) -> None:
        """Choose the language of the help, and of the errors of this parser and of those of classes in its options."""
        OneLineParser.language = language
        self.formatter_class = ChineseFormatter if language == "zh" else OneWidthFormatter

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
