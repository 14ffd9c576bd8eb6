"""The course of a run: it resumes, trains, reports its results, and says how it ends."""

import time
from contextlib import nullcontext
from dataclasses import dataclass
from shlex import quote

from jsonargparse import Namespace
from lightning import Trainer
from lightning.pytorch.strategies import Strategy
from rich.console import Console

from course_torch.reports.network_tables import layers_table
from course_torch.text import counted, shown
from course_torch.training.agreement import describe
from course_torch.training.callbacks import KeepLast, StopOnInterrupt
from course_torch.training.checkpoints import BestCheckpoint
from course_torch.training.data_module import CourseData
from course_torch.training.fitting import fit
from course_torch.training.loggers import run_loggers
from course_torch.training.module import NetworkModule
from course_torch.training.rendezvous import LIMIT, AgreeingDDP
from course_torch.training.results import report_no_update, report_results, short
from course_torch.training.resume import ResumedRun, read_run
from course_torch.training.run_folder import LAST, RunFolder
from course_torch.training.settings import batches_per_epoch, describe_device, describe_examples


@dataclass
class Run:
    """A run of a Trainer.

    options      the options of the Trainer as given; settings: with their objects instead of class names
    resumed      the folder of the run to resume, as given, or None
    keeps_files  whether the run keeps a folder; logs: whether this folder gets the loggers of the project
    begin        when the program began to parse its arguments, by the monotonic clock
    done         the number of updates of the run to resume
    """

    trainer: Trainer
    model: NetworkModule
    data: CourseData
    options: Namespace
    settings: Namespace
    folder: RunFolder
    resumed: str | None
    keeps_files: bool
    logs: bool
    best: BestCheckpoint | None
    interrupts: StopOnInterrupt
    begin: float
    program: str
    done: int = 0

    def train(self) -> None:
        """Train, print the results of the best (or last) parameters and write the results to the run folder.

        A finished run is not trained: the method prints how to train it further. Raises InputError if the run cannot
        be resumed, or if Lightning rejects a setting before the first update.
        """
        writes = self.keeps_files and self.trainer.is_global_zero
        with self.folder.opened(lambda: self.started) if writes else nullcontext():
            if self.resumed is not None:
                earlier = self._check_resumed()
                self.done = earlier.updates
                if earlier.reached:
                    if self.trainer.is_global_zero:
                        print(earlier.finished(shown(self.resumed)))
                    return
            if self.logs:
                self.trainer.loggers = run_loggers(self.folder.path, self.done)
            if self.trainer.is_global_zero:
                self._introduce()
            self._prepare_agreement(self.trainer.strategy)
            last = self.folder.path / LAST if self.resumed is not None else None
            fit(self.trainer, self.model, self.data, last, self.interrupts, lambda: self.started, self.program)
            if self.trainer.is_global_zero:
                self._report()

    @property
    def started(self) -> bool:
        """Whether this process has made a parameter update."""
        return self.trainer.global_step > self.done

    def _check_resumed(self) -> ResumedRun:
        """Check the settings against the run to resume. Raises InputError."""
        batches = batches_per_epoch(self.settings, self.data)
        data = {**self.data.hparams, "center": self.data.data_set.centered}
        return read_run(self.folder.path, self.model.hparams, data, self.settings, batches, self.model.schedule)

    def _introduce(self) -> None:
        """Print the layers, the number of examples and the device."""
        console = Console()
        console.print(layers_table(self.model.network))
        console.print(describe_examples(self.data.data_set), highlight=False)
        console.print(describe_device(self.trainer), highlight=False)

    def _prepare_agreement(self, strategy: Strategy) -> None:
        """Tell the strategy of several processes what they must have in common, and how long to wait for them."""
        if isinstance(strategy, AgreeingDDP):
            last, step = (self.folder.path / LAST, self.done) if self.resumed is not None else (None, None)
            strategy.description = describe(self.model, self.data, self.options, step, last)
            # The processes of a node read the same data at the same time, which this process has just read alone.
            strategy.limit = LIMIT + strategy.num_processes * (time.monotonic() - self.begin)

    def _report(self) -> None:
        """Print and write the results, and say why a run ends early."""
        if self.resumed is not None and not self.started:
            report_no_update(self.trainer, self.resumed)
        folder = self.folder.path if self.keeps_files else None
        report_results(self.trainer, self.model, self.data.data_set, self.best, folder)
        if self.interrupts.stopped:
            print(self._interrupted())

    def _interrupted(self) -> str:
        """Say that Ctrl-C or SIGTERM has ended the run, and name the option that makes it go on."""
        line = f"interrupted after {counted(self.trainer.global_step, 'update')}"
        if not any(isinstance(each, KeepLast) for each in self.trainer.callbacks):  # type: ignore[attr-defined]
            return line
        return f"{line}; to go on: --resume {shown(quote(str(short(self.folder.path))))}"
