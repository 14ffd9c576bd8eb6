"""The command line of training: `python train.py --accelerator auto`."""

import logging
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from lightning import Trainer
from lightning.pytorch.callbacks import ModelCheckpoint, RichProgressBar
from lightning.pytorch.cli import ArgsType, LightningArgumentParser, LightningCLI
from lightning.pytorch.loggers import CSVLogger, TensorBoardLogger
from lightning.pytorch.utilities.exceptions import MisconfigurationException
from rich.console import Console

from course_torch.errors import InputError
from course_torch.reports.tables import layers_table, results_table
from course_torch.training.callbacks import StopOnInterrupt, checkpoint_callback
from course_torch.training.data_module import CourseData
from course_torch.training.module import NetworkModule
from course_torch.training.parser import OneLineParser, run
from course_torch.training.results import Result, evaluate, write_learning_curve, write_mislabelled

SHORT_FLAGS = ("accelerator", "devices", "strategy", "precision", "max_epochs", "max_steps")
TRAINER_DEFAULTS = {
    "max_epochs": 30,
    "log_every_n_steps": 10,
    "num_sanity_val_steps": 0,
    "enable_model_summary": False,  # the project's own table shows the shapes
    "use_distributed_sampler": False,  # batches are shared out between processes by Minibatches
}


def expand_short_flags(arguments: Sequence[str]) -> list[str]:
    """`--accelerator cpu` -> `--trainer.accelerator cpu`, and so for each of SHORT_FLAGS."""
    return [
        argument.replace("--", "--trainer.", 1)
        if argument.startswith("--") and argument[2:].split("=")[0] in SHORT_FLAGS
        else argument
        for argument in arguments
    ]


class TrainingCLI(LightningCLI):
    """Lightning's command line with this project's loggers, callbacks and checks."""

    def add_default_arguments_to_parser(self, parser: LightningArgumentParser) -> None:
        """No --seed_everything: the randomness of the model and of the data have seeds of their own."""

    def _set_seed(self) -> None:
        """Nothing global is seeded."""

    def parse_arguments(self, parser: LightningArgumentParser, args: ArgsType) -> None:
        assert args is None or isinstance(args, list)
        self.config = parser.parse_args(expand_short_flags(sys.argv[1:] if args is None else args))

    def instantiate_trainer(self, **kwargs: Any) -> Trainer:
        """The Trainer, once the data fits the network. Raises InputError for what the user's machine cannot do."""
        data = self.datamodule.data_set
        self.datamodule.check_fit(self.model.network.layer_sizes)
        config = self.config_init.trainer
        if data.validation is None:
            kwargs["limit_val_batches"] = 0
        callbacks = [RichProgressBar(), StopOnInterrupt(), checkpoint_callback(data.validation is not None)]
        kwargs["log_every_n_steps"] = min(config.log_every_n_steps, self.datamodule.steps_per_epoch)
        kwargs["callbacks"] = [*(config.callbacks or []), *callbacks]
        if config.logger in (None, True):
            kwargs["logger"] = run_loggers(Path(config.default_root_dir or "."))
        try:
            return super().instantiate_trainer(**kwargs)
        except (MisconfigurationException, ValueError, TypeError, ImportError, RuntimeError) as error:
            asked = ", ".join(f"{name} {config[name]}" for name in ("accelerator", "devices", "strategy"))
            raise InputError(f"trainer ({asked}): {error}") from error

    def fit(self) -> None:
        """Train, then print the results of the best (or last) parameters and write them to the run's folder."""
        console = Console()
        if self.trainer.is_global_zero:
            console.print(layers_table(self.model.network))
            console.print(describe_device(self.trainer), highlight=False)
        self.trainer.fit(self.model, self.datamodule)
        if not self.trainer.is_global_zero:
            return
        chosen = self._load_best()
        network, data = self.model.network, self.datamodule.data_set
        results = {name: evaluate(network, part, data.scale) for name, part in data.parts.items()}
        if isinstance(self.trainer.logger, CSVLogger):
            folder = Path(self.trainer.logger.log_dir)
            log_results(self.trainer, results)
            write_learning_curve(folder)
            write_mislabelled(folder, network, data)
            console.print(f"run folder: {folder}", highlight=False, soft_wrap=True)
        console.print(f"results of {chosen}:", highlight=False)
        console.print(results_table(results))

    def _load_best(self) -> str:
        """Put the parameters of the best checkpoint, where there is one, into the network. Returns which these are."""
        keeper = self.trainer.checkpoint_callback
        best = keeper.best_model_path if isinstance(keeper, ModelCheckpoint) else ""
        if not best:
            return f"the last parameters (after {self.trainer.global_step} updates)"
        checkpoint = torch.load(best, weights_only=True)
        self.model.load_state_dict(checkpoint["state_dict"])
        return f"the best parameters by validation cost (after {checkpoint['global_step']} updates)"


def describe_device(trainer: Trainer) -> str:
    """Where and in what precision the training runs."""
    device = trainer.strategy.root_device.type
    where = f"training on {trainer.world_size} × {device}, precision {trainer.precision}"
    return f"{where}; Ctrl-C stops and keeps the results"


def run_loggers(root: Path) -> list[CSVLogger | TensorBoardLogger]:
    """metrics.csv and TensorBoard's events in one new folder, lightning_logs/version_N."""
    taken = [int(folder.name.split("_")[1]) for folder in root.glob("lightning_logs/version_*")]
    version = max(taken, default=-1) + 1
    return [logger(root, "lightning_logs", version=version) for logger in (CSVLogger, TensorBoardLogger)]


def log_results(trainer: Trainer, results: dict[str, Result]) -> None:
    """The table's figures as final/…, in the same logs as the training."""
    metrics = {
        f"final/{name}_{field}": value for name, result in results.items() for field, value in result._asdict().items()
    }
    for logger in trainer.loggers:
        logger.log_metrics(metrics, step=trainer.global_step)
        logger.save()


def main(arguments: list[str] | None = None) -> int:
    """Train as the arguments say. Returns the exit code: 0, or 2 where the user gave something wrong."""
    # Lightning's own talk (tips, the devices that it does not use) drowns the tables; warnings still come through.
    logging.getLogger("lightning.pytorch").setLevel(logging.WARNING)
    # Lightning 2.6 asks torch 2.13's pytree by a name that is going away.
    warnings.filterwarnings("ignore", message=".*LeafSpec.*", category=FutureWarning)

    def train() -> int:
        cli = TrainingCLI(
            NetworkModule,
            CourseData,
            parser_class=OneLineParser,
            parser_kwargs={"prog": "train.py"},
            trainer_defaults=TRAINER_DEFAULTS,
            save_config_kwargs={"overwrite": True},
            load_from_checkpoint_support=False,
            args=arguments,
            run=False,
        )
        cli.fit()
        return 0

    return run("train.py", train)
