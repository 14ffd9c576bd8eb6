"""A training from its command line to its results: `python train.py --accelerator auto`, or `course-torch train`."""

import os
import sys
import time
from contextlib import nullcontext
from pathlib import Path
from shlex import quote
from typing import Any

from lightning import Callback, Trainer
from lightning.pytorch.cli import ArgsType, LightningArgumentParser, LightningCLI
from lightning.pytorch.utilities.exceptions import MisconfigurationException
from rich.console import Console

from course_torch.command_line.errors import run
from course_torch.command_line.parsing import importing_only, one_line_yaml
from course_torch.errors import InputError
from course_torch.reports.network_tables import layers_table
from course_torch.text import counted, shown
from course_torch.training.callbacks import (
    AskAllRanks,
    Asking,
    ChooseThreads,
    DivergenceError,
    KeepConfig,
    KeepLast,
    StopAtDivergence,
    StopOnInterrupt,
)
from course_torch.training.compare_gradients import CompareGradients
from course_torch.training.cost_readers import CostBar
from course_torch.training.data_module import CourseData
from course_torch.training.fitting import BrokenFormulaError, fit
from course_torch.training.loggers import run_loggers
from course_torch.training.module import NetworkModule
from course_torch.training.options import ALLOW_CODE, TrainingParser, add_run_options, allowed_paths, parse
from course_torch.training.processes import (
    LIMIT,
    AgreeingDDP,
    check_devices,
    check_numbers,
    check_processes,
    describe,
    register,
)
from course_torch.training.results import report_no_update, report_results, short
from course_torch.training.resume import read_run
from course_torch.training.run_folder import LAST, AtomicCheckpointIO, BestCheckpoint, RunFolder
from course_torch.training.schedule import Schedule, check_monitored
from course_torch.training.settings import (
    TRAINER_DEFAULTS,
    as_list,
    batches_per_epoch,
    check_callbacks,
    check_trainer,
    most_epochs,
    quiet_lightning,
    trainer_settings,
)
from course_torch.training.symptoms import WarnOfSymptoms


class TrainingCLI(LightningCLI):
    """Lightning's command line, with the run folder, loggers, callbacks, checks and results of this project.

    begin       when the program began to parse its arguments, by the monotonic clock
    resumed     the folder of the run to resume, as given, or None
    done        the number of updates of the run to resume
    """

    done = 0

    def add_default_arguments_to_parser(self, parser: LightningArgumentParser) -> None:
        """Add the options of a run. There is no --seed_everything: model.seed and data.seed replace it."""
        add_run_options(parser)

    def _set_seed(self) -> None:
        """Leave the global generators unseeded: every random draw has a generator with its own seed."""

    def parse_arguments(self, parser: LightningArgumentParser, args: ArgsType) -> None:
        assert isinstance(args, list)
        self.begin = time.monotonic()
        self.config, self.resumed = parse(parser, args)

    def instantiate_trainer(self, **kwargs: Any) -> Trainer:
        """Check the settings, the data and the network, and build the Trainer.

        Raises InputError for settings that contradict each other and for settings that this machine does not support.
        """
        config = self.config_init.trainer
        if self.model.own_pass is not None:
            self.model.own_pass.check()
        check_numbers(os.environ)
        check_devices(config.devices, os.cpu_count() or 1)
        kwargs = trainer_settings(config, self.datamodule, self.model.network)
        self.folder = RunFolder(Path(config.default_root_dir or "."), self.resumed)
        self.keeps_files = not (config.fast_dev_run or config.barebones)
        self.best = BestCheckpoint(self.folder) if kwargs.get("limit_val_batches") != 0 else None
        score = self.model.network.output.score if self.best is not None else None
        check_callbacks(as_list(config.callbacks), score)
        if (option := self.config_init.lr_scheduler) is not None:
            self.model.schedule = Schedule(
                option, self.model.config.learning_rate, most_epochs(config, self.datamodule)
            )
            check_monitored(self.model.schedule, config, score)
        self.interrupts = StopOnInterrupt()
        kwargs["callbacks"] = self.callbacks = self._callbacks()
        kwargs["plugins"] = [*as_list(config.plugins), AtomicCheckpointIO()]
        self.logs = self.keeps_files and config.logger in (None, True)
        if self.logs:
            kwargs["logger"] = False  # the run adds the loggers: they need its folder
        try:
            trainer = super().instantiate_trainer(**kwargs)
        except (MisconfigurationException, ValueError, TypeError, ImportError, RuntimeError) as error:
            asked = ", ".join(f"{name} {config[name]}" for name in ("accelerator", "devices", "strategy"))
            raise InputError(f"trainer ({asked}): {error}") from error
        if self.best is None:
            trainer.limit_val_batches = 0  # fast_dev_run replaces the limits of `kwargs`
        check_trainer(trainer, self.callbacks)
        check_processes(trainer, os.environ)
        return trainer

    def _callbacks(self) -> list[Callback]:
        """Return ChooseThreads, the user's callbacks, then those of this project that are not switched off."""
        config = self.config_init.trainer
        asking: list[Asking] = [StopAtDivergence(self.folder), self.interrupts]
        best: list[Callback] = []
        if config.enable_checkpointing is not False and self.keeps_files:
            asking.append(KeepLast(self.folder, self.config.checkpoint_seconds))
            best += [self.best] if self.best is not None else []
        first: list[Callback] = [ChooseThreads(self.config.threads), *as_list(config.callbacks)]
        if self.keeps_files:  # `parse` has validated the config
            first.append(KeepConfig(self.folder, self.parser.dump(self.config, skip_none=False, skip_validation=True)))
        return [
            *first,
            *asking,
            AskAllRanks(asking),
            WarnOfSymptoms(self.datamodule),
            *([CostBar()] if config.enable_progress_bar is not False and not config.barebones else []),
            *best,
        ]

    def fit(self) -> None:
        """Train, print the results of the best (or last) parameters and write the results to the run folder.

        A finished run is not trained: the method prints how to train it further. Raises InputError if the run cannot
        be resumed, or if Lightning rejects a setting before the first update.
        """
        first, model, data = self.trainer.is_global_zero, self.model, self.datamodule
        with self.folder.opened(self.started) if self.keeps_files and first else nullcontext():
            if self.resumed is not None:
                options = {**data.hparams, "center": data.data_set.centered}
                settings = self.config_init.trainer
                batches = batches_per_epoch(settings, data)
                earlier = read_run(self.folder.path, model.hparams, options, settings, batches, model.schedule)
                self.done = earlier.updates
                if earlier.reached:
                    if first:
                        print(earlier.finished(shown(self.resumed)))
                    return
            if self.logs:
                self.trainer.loggers = run_loggers(self.folder.path, self.done)
            last = self.folder.path / LAST if self.resumed is not None else None
            if first:
                self._introduce()
            self._prepare_agreement(last)
            fit(self.trainer, model, data, last, self.interrupts, self.started, self.parser.prog)
            if first:
                self._report()

    def started(self) -> bool:
        """Whether this process has made a parameter update."""
        return self.trainer.global_step > self.done

    def _introduce(self) -> None:
        """Print the layers, the number of examples and the device."""
        console, trainer = Console(), self.trainer
        examples = ", ".join(f"{split.m} {name}" for name, split in self.datamodule.data_set.splits.items())
        where = f"training on {trainer.world_size} × {trainer.strategy.root_device.type}, precision {trainer.precision}"
        console.print(layers_table(self.model.network))
        console.print(f"examples: {examples}\n{where}; Ctrl-C stops and keeps the results", highlight=False)

    def _prepare_agreement(self, last: Path | None) -> None:
        """Tell the strategy of several processes what they must have in common, and how long to wait for them."""
        strategy, step = self.trainer.strategy, None if last is None else self.done
        if isinstance(strategy, AgreeingDDP):
            strategy.description = describe(self.model, self.datamodule, self.config.trainer, step, last)
            # The processes of a node read the same data at the same time, which this process has just read alone.
            strategy.limit = LIMIT + strategy.num_processes * (time.monotonic() - self.begin)

    def _report(self) -> None:
        """Print and write the results, and say why a run ends early."""
        if self.resumed is not None and not self.started():
            report_no_update(self.trainer, self.resumed)
        folder = self.folder.path if self.keeps_files else None
        report_results(self.trainer, self.model, self.datamodule.data_set, self.best, folder)
        if self.interrupts.stopped:
            line = f"interrupted after {counted(self.trainer.global_step, 'update')}"
            if any(isinstance(callback, KeepLast) for callback in self.callbacks):
                line += f"; to go on: --resume {shown(quote(str(short(self.folder.path))))}"
            print(line)


CLI_ARGUMENTS: dict[str, Any] = {
    "model_class": NetworkModule,
    "datamodule_class": CourseData,
    "save_config_callback": None,
    "parser_class": TrainingParser,
    "parser_kwargs": {"prog": "train.py"},
    "trainer_defaults": TRAINER_DEFAULTS,
    "load_from_checkpoint_support": False,
    "auto_configure_optimizers": False,
    "run": False,
}
"""The arguments of TrainingCLI, which make its parser."""


@one_line_yaml()
def main(arguments: list[str] | None = None, program: str = "train.py") -> int:
    """Train. Returns the exit code: 0, 1 if a check stopped the training, or 2 for a mistake of the user.

    `program` is the name in the help and in every message.
    """
    quiet_lightning()
    register()
    given = sys.argv[1:] if arguments is None else arguments

    def train() -> int:
        with nullcontext() if ALLOW_CODE in given else importing_only(allowed_paths()):
            cli = TrainingCLI(**CLI_ARGUMENTS | {"parser_kwargs": {"prog": program}}, args=given)
        try:
            cli.fit()
        except (DivergenceError, BrokenFormulaError) as error:
            if cli.trainer.is_global_zero:
                print(f"{program}: training stopped: {error}", file=sys.stderr)
            return 1
        judges = [callback for callback in cli.callbacks if isinstance(callback, CompareGradients)]
        found = next((judge.found for judge in judges if judge.found), None)
        if found is not None and cli.trainer.is_global_zero:
            print(f"{found}: training was stopped, see the report above")
        return 0 if found is None else 1

    return run(program, train)
