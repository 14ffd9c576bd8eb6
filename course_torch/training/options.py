"""The options of train.py, their help, and the config that they make."""

from enum import Enum
from typing import Any

from jsonargparse import Namespace
from jsonargparse.typing import NonNegativeFloat
from lightning.pytorch.cli import LightningArgumentParser
from yaml import SafeDumper

from course_torch.command_line.configs import CONFIG_HELP, SHORT_FLAGS, normalized
from course_torch.command_line.help import LANGUAGE_HELP
from course_torch.command_line.parser import OneLineParser
from course_torch.errors import InputError
from course_torch.language import Language
from course_torch.network.threads import check_threads
from course_torch.training.allowed import ALLOW_CODE, check_no_code

# The default `interval` of Lightning's Timer is an enum, which YAML cannot write.
SafeDumper.add_multi_representer(Enum, lambda dumper, member: dumper.represent_str(member.value))
HELP_ALL = "--help_all"
FIRST = {  # option -> its help; None for that of the option itself
    "config": CONFIG_HELP,
    "resume": None,
    "trainer.accelerator": "cpu, gpu, mps, or auto for the fastest of this machine",
    "trainer.devices": "number of devices, such as 2, or auto",
    "trainer.precision": "32, 64, bf16-mixed or 16-mixed; null for 32",
    "trainer.max_epochs": "number of epochs; an epoch of full batches has 100 updates",
    "trainer.logger": "such as CSVLogger or WandbLogger; null for metrics.csv and TensorBoard",
    "trainer.default_root_dir": "folder in which lightning_logs is written; null for the current folder",
    **dict.fromkeys(("model.layer_sizes", "model.hidden_activation", "model.output", "model.optimizer")),
    **dict.fromkeys(("model.learning_rate", "data.name", "data.root", "data.batch_size", "language")),
}


class TrainingParser(OneLineParser, LightningArgumentParser):
    """Lightning's parser, with one-line errors, whose help shows what people change, and HELP_ALL every option."""

    def print_help(self, *arguments: Any) -> None:
        """Print the options of FIRST. Another parser, for a class in an option, prints all that it has."""
        options = {action.dest: action for action in self._actions}
        if "resume" not in options:
            return super().print_help(*arguments)
        first = OneLineParser(prog=self.prog, usage=self.usage, description=self.description)
        first.formatter_class = self.formatter_class
        for name, about in FIRST.items():
            flag, default = name.removeprefix("trainer."), options[name].default
            written = name if flag not in SHORT_FLAGS else flag
            first.add_argument(
                f"--{written}",
                default=list(default) if isinstance(default, tuple) else default,
                help=about or options[name].help,
            )
        first.add_argument(HELP_ALL, action="help", help=options["help_all"].help)
        first.print_help(*arguments)


DESCRIPTION = """Train a network through Lightning, and print and draw its results.

Without options it learns "animal or not" from the shipped pictures."""


def add_run_options(parser: LightningArgumentParser) -> None:
    """Add the options of a run. There is no --seed_everything: model.seed and data.seed replace it."""
    next(each for each in parser._actions if each.dest == "config").help = CONFIG_HELP  # Lightning has added --config
    parser.usage, parser.description = "%(prog)s [--config NAME] [--OPTION VALUE ...]", DESCRIPTION
    parser.add_argument(HELP_ALL, action="help", help="Show every option, as a config may hold it, and exit.")
    parser.add_argument("--resume", type=str | None, default=None, help="folder of the run to resume")
    parser.add_argument(
        "--checkpoint_seconds", type=NonNegativeFloat, default=30.0, help="seconds between two saves of last.ckpt"
    )
    compared = "compare the gradients of a few updates with autograd's, unless trainer.callbacks has CompareGradients"
    parser.add_argument("--compare_gradients", type=bool, default=True, help=compared)
    threads = "threads of the CPU (default: 1 if a step is small, else torch's)"
    parser.add_argument("--threads", type=int | None, default=None, help=threads)
    parser.add_argument("--language", type=Language, default="en", help=f"{LANGUAGE_HELP}, and of the results")
    parser.add_argument(ALLOW_CODE, action="store_true", help="let the config run any class, function and package")


def parse(parser: TrainingParser, arguments: list[str]) -> tuple[Namespace, str | None]:
    """Return the config of the run, checked, and the folder of the run to resume or None. Raises InputError."""
    if HELP_ALL in arguments:
        OneLineParser.print_help(parser)  # of every option
        parser.exit()
    config = parser.read(normalized(arguments))
    if config.threads is not None:
        check_threads(config.threads)
    resumed, allowed, _ = map(config.pop, ("resume", "allow_code", "language"))  # They do not describe the run.
    if ALLOW_CODE not in arguments:
        if allowed:
            raise InputError(
                f"allow_code: found it in a config, expected {ALLOW_CODE} on the command line",
                f"allow_code：它在配置里，应当在命令行上写 {ALLOW_CODE}",
            )
        check_no_code(config, arguments)
    return config, resumed
