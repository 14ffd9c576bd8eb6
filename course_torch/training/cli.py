"""A training from its command line to its results: `python train.py --accelerator auto`, or `course-torch train`."""

import re
import sys
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import Any

import torch
from lightning import Callback, Trainer
from lightning.pytorch.cli import ArgsType, LightningArgumentParser, LightningCLI
from lightning.pytorch.utilities.exceptions import MisconfigurationException
from rich.console import Console
from torch.distributed import DistError

from course_torch.command_line.parser import OneLineParser, importing_only
from course_torch.command_line.program import run
from course_torch.errors import InputError
from course_torch.language import NOTHING, Text, asked, same
from course_torch.network.threads import computing_with
from course_torch.reports.tables import layers_table
from course_torch.text import counted, quoted, shown
from course_torch.training import options, settings
from course_torch.training.allowed import ALLOW_CODE, allowed_paths
from course_torch.training.callbacks.checkpoints import AtomicCheckpointIO, BestCheckpoint, KeepConfig, KeepLast
from course_torch.training.callbacks.display import ChooseThreads, CostBar
from course_torch.training.callbacks.divergence import StopAtDivergence, StoppedError
from course_torch.training.callbacks.interrupt import InterruptError, StopOnInterrupt
from course_torch.training.callbacks.ranks import AskAllRanks, Asking
from course_torch.training.callbacks.symptoms import WarnOfSymptoms
from course_torch.training.compare_gradients import CompareGradients
from course_torch.training.data_module import CourseData
from course_torch.training.module import NetworkModule
from course_torch.training.results import named, report_results, short
from course_torch.training.run_folder import LAST, RunFolder, read_run, run_loggers
from course_torch.verification.exceptions import raised_by_formula

INTRODUCTION = Text(
    "examples: {examples}\ntraining on {devices}, precision {precision}; Ctrl-C stops and keeps the results",
    "样本：{examples}\n在 {devices} 上训练，精度 {precision}；按 Ctrl-C 停止，并保留结果",
)

INTERRUPTED = Text("interrupted after {updates}{end}", "{n} 次更新之后中断{end}")
GO_ON = Text("; to go on: --resume {folder}", "；继续训练：--resume {folder}")
KEPT = Text("; the results are in {folder}", "；结果在 {folder}")


def lost_connection(error: RuntimeError) -> Text | None:
    """Return a line if the error says that another process ended or does not answer, otherwise None."""
    text = str(error)
    if not isinstance(error, DistError) and "gloo" not in text:  # gloo raises plain RuntimeErrors
        return None
    # gloo: [path/pair.cc:537] Read error [address]:port: Connection reset by peer. This is typically caused by …
    reason = re.sub(r"^\[\S*gloo\S*\] ", "", text.partition("\n")[0]).split(". This is typically")[0]
    return Text(
        f"no connection to another process of this training; if it ended, see its own message ({reason})",
        f"与这次训练的另一个进程没有连接；如果它已结束，请看它自己的消息（{reason}）",
    )


def judges_of(trainer: Any) -> list[CompareGradients]:
    """The callbacks that compare the gradients of the training."""
    return [each for each in trainer.callbacks if isinstance(each, CompareGradients)]


class TrainingCLI(LightningCLI):
    """Lightning's command line, with the run folder, loggers, callbacks, checks and results of this project."""

    done = 0  # updates of the run to resume

    def add_default_arguments_to_parser(self, parser: LightningArgumentParser) -> None:
        options.add_run_options(parser)

    def _set_seed(self) -> None:
        """Leave the global generators unseeded: every random draw has a generator with its own seed."""

    def parse_arguments(self, parser: LightningArgumentParser, args: ArgsType) -> None:
        assert isinstance(args, list)
        assert isinstance(parser, options.TrainingParser)
        parser.speak(asked(args))
        self.config, self.resumed = options.parse(parser, args)

    def instantiate_trainer(self, **kwargs: Any) -> Trainer:
        """Check settings, data, network and machine, and build the Trainer. Raises InputError."""
        config = self.config_init.trainer
        if self.model.own_pass is not None:
            self.model.own_pass.check()
        kwargs = settings.trainer_settings(config, self.datamodule, self.model.network)
        validates = kwargs.get("limit_val_batches") != 0
        self.folder = RunFolder(Path(config.default_root_dir or ".").expanduser(), self.resumed)
        self.last = None if self.resumed is None else self.folder.path / LAST  # the checkpoint to resume
        self.keeps_files = not (config.fast_dev_run or config.barebones)  # whether the run has a folder
        self.logs = self.keeps_files and config.logger in (None, True)  # whether it adds its own loggers
        self.best = BestCheckpoint(self.folder) if validates else None
        self.interrupts = StopOnInterrupt()
        kwargs["callbacks"] = self._callbacks()
        kwargs["plugins"] = [*settings.as_list(config.plugins), AtomicCheckpointIO()]
        if self.logs:
            kwargs["logger"] = False  # `fit` adds the loggers
        try:
            trainer = super().instantiate_trainer(**kwargs)
        except (MisconfigurationException, ValueError, TypeError, ImportError, RuntimeError) as error:
            chosen = ", ".join(f"{name} {config[name]}" for name in ("accelerator", "devices", "strategy"))
            raise InputError(f"trainer ({chosen}): {error}", f"trainer（{chosen}）：{error}") from error
        if self.best is None:
            trainer.limit_val_batches = 0  # fast_dev_run replaces the limits of `kwargs`
        settings.check_precision(trainer, judged=any(each.every_n_steps for each in judges_of(trainer)))
        settings.check_processes(trainer)
        return trainer

    def _callbacks(self) -> list[Callback]:
        """Return what comes first, the user's callbacks, then those of this project that are not switched off."""
        config = self.config_init.trainer
        first: list[Callback] = [ChooseThreads(self.config.threads), *settings.as_list(config.callbacks)]
        listed = any(isinstance(each, CompareGradients) for each in first)
        if self.config.compare_gradients and not config.barebones and not listed:
            first.append(CompareGradients.of_few_updates())
        asking: list[Asking] = [StopAtDivergence(self.folder), self.interrupts]
        last: list[Callback] = [WarnOfSymptoms(self.datamodule)]
        if self.keeps_files:  # `parse` has validated the config
            first.append(KeepConfig(self.folder, self.parser.dump(self.config, skip_none=False, skip_validation=True)))
        if config.enable_progress_bar is not False and not config.barebones:
            last.append(CostBar())
        if config.enable_checkpointing is not False and self.keeps_files:
            asking.append(KeepLast(self.folder, self.config.checkpoint_seconds))
            last += [self.best] if self.best is not None else []
        return [*first, *asking, AskAllRanks(asking), *last]

    def fit(self) -> None:
        """Train a run that is not finished, and report its results. Raises InputError if it cannot be resumed."""
        first = self.trainer.is_global_zero
        with self.folder.opened(self.started) if self.keeps_files and first else nullcontext():
            if self.resumed is not None:
                earlier = read_run(self.folder.path, self.model, self.datamodule, self.config_init.trainer)
                self.done = earlier.updates
                if earlier.reached:
                    if first:
                        print(earlier.finished(shown(self.resumed)))
                    return
            if self.logs:
                self.trainer.loggers = run_loggers(self.folder.path, self.done)
            if first:
                self._introduce()
            self._train()
            if first:
                self._report()

    def _train(self) -> None:
        """Train until the end or an interrupt. Raises InputError, StoppedError or KeyboardInterrupt."""
        try:
            with suppress(InterruptError), computing_with(torch.get_num_threads()):
                self.trainer.fit(self.model, self.datamodule, ckpt_path=self.last)
        except SystemExit as error:
            if isinstance(error.__context__, KeyboardInterrupt):  # Lightning turns it into an exit without a message
                twice = " twice: stopped immediately, without results" if self.interrupts.interrupted else ""
                raise KeyboardInterrupt(f"interrupted{twice}") from error
            raise
        except Exception as error:
            line = lost_connection(error) if isinstance(error, RuntimeError) else None
            # EarlyStopping raises a RuntimeError if a setting is wrong.
            wrong = isinstance(error, MisconfigurationException) or "Early stopping conditioned on metric" in str(error)
            early = not self.started() and isinstance(error, (ValueError, ImportError, OSError))
            if raised_by_formula(error) or not (line or early or wrong):
                raise
            said = error.text if isinstance(error, InputError) else same(f"trainer: {error}")
            raise InputError(line or said) from error

    def started(self) -> bool:
        return self.trainer.global_step > self.done

    def _introduce(self) -> None:
        console, trainer, language = Console(), self.trainer, OneLineParser.language
        examples = ", ".join(f"{split.m} {name}" for name, split in self.datamodule.data_set.splits.items())
        where = {
            "devices": f"{trainer.world_size} × {trainer.strategy.root_device.type}",
            "precision": trainer.precision,
        }
        console.print(layers_table(self.model.network, language))
        console.print(INTRODUCTION.fill(examples=examples, **where).say(language), highlight=False)
        if self.keeps_files:
            print(named(self.folder.path, language))

    def _report(self) -> None:
        folder = self.folder.path if self.keeps_files else None
        report_results(self.trainer, self.model, self.datamodule.data_set, self.best, folder, OneLineParser.language)
        for judge in judges_of(self.trainer):
            if judge.found is None:
                print(judge.text.say(OneLineParser.language))
        if self.interrupts.stopped:
            n, path = self.trainer.global_step, shown(quoted(str(short(self.folder.path))))
            resumable = any(isinstance(callback, KeepLast) for callback in self.trainer.checkpoint_callbacks)
            end = GO_ON if resumable else KEPT if self.keeps_files else NOTHING
            said = INTERRUPTED.fill(updates=counted(n, "update"), n=n, end=end.fill(folder=path))
            print(said.say(OneLineParser.language))


CLI_ARGUMENTS: dict[str, Any] = {
    "model_class": NetworkModule,
    "datamodule_class": CourseData,
    "save_config_callback": None,
    "run": False,
    "load_from_checkpoint_support": False,
    "auto_configure_optimizers": False,
    "trainer_defaults": settings.TRAINER_DEFAULTS,
    "parser_class": options.TrainingParser,
    "parser_kwargs": {"prog": "train.py"},
}
"""The arguments of TrainingCLI, which make its parser."""


def main(arguments: list[str] | None = None, program: str = "train.py") -> int:
    """Train. Returns the exit code: 0, 1 if a check stopped the training, 2, or 128 + the signal that stopped it.

    Messages name the `program`. Only rank 0 has an exit code other than 0 after such a stop: Lightning kills rank 0,
    which still writes the results, when it sees another exit code of the processes that it started.
    """
    settings.quiet_lightning()
    given = sys.argv[1:] if arguments is None else arguments

    def train() -> int:
        allowed = [] if ALLOW_CODE in given else [*allowed_paths()]
        with importing_only(allowed) if allowed else nullcontext():
            cli = TrainingCLI(**CLI_ARGUMENTS | {"parser_kwargs": {"prog": program}}, args=given)
        try:
            cli.fit()
        except StoppedError as error:
            if cli.trainer.is_global_zero:
                print(f"{program}: training stopped: {error}", file=sys.stderr)
            return 1
        if not cli.trainer.is_global_zero:
            return 0
        found = next((judge.found for judge in judges_of(cli.trainer) if judge.found), None)
        if found is not None:
            print(f"{found}: training was stopped, see the report above")
        return cli.interrupts.exit_code if found is None else 1

    return run(program, train, asked(given))
