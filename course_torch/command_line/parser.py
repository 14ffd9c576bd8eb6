"""The argument parser of train.py and the commands, stricter than jsonargparse."""

import logging
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar, NoReturn

from jsonargparse import ArgumentParser, Namespace, set_parsing_settings
from jsonargparse import Path as ConfigPath
from jsonargparse._common import parsing_settings  # there is no public call that lifts a restriction again

from course_torch.command_line.help import ChineseFormatter, OneWidthFormatter
from course_torch.command_line.program import error_line
from course_torch.command_line.sentences import did_you_mean, in_one_line
from course_torch.language import Language
from course_torch.text import decoded


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


# It makes a record of each of the parser's messages, hundreds in a run, and writes none.
logging.getLogger("jsonargparse_null_logger").disabled = True


def text_of_config(path: ConfigPath) -> str:
    """The text of a config. jsonargparse would read it in the encoding of the system, which on Windows is not UTF-8.

    It has no setting of the encoding, so this function takes the place of its own.
    """
    return decoded(Path(path.absolute).read_bytes())


ConfigPath.read_text = text_of_config  # type: ignore[method-assign,assignment]


class OneLineParser(ArgumentParser):
    """A parser without abbreviations. An error prints one line on stderr and exits with code 2.

    jsonargparse makes further parsers of this class, for the help and the errors of a class in an option: so the
    program and the language are those of all parsers.
    """

    program: ClassVar[str | None] = None
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
        options = [action.dest for action in self._actions if action.option_strings]
        near = did_you_mean(message, options, [action.dest for action in self._actions if action.dest not in options])
        sys.exit(error_line(self.prog, in_one_line(message, self.language) + near.say(self.language), self.language))
