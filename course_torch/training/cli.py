"""The command line of training: `python train.py --accelerator auto`."""

import logging
import sys
import warnings
from pathlib import Path
from typing import Any

import torch
from jsonargparse import Namespace
from lightning import Callback, Trainer
from lightning.pytorch.callbacks import RichProgressBar
from lightning.pytorch.cli import ArgsType, LightningArgumentParser, LightningCLI
from lightning.pytorch.loggers import CSVLogger
from lightning.pytorch.plugins.environments import TorchElasticEnvironment
from lightning.pytorch.utilities.exceptions import MisconfigurationException
from rich.console import Console

from course_torch.data.evaluation import evaluate
from course_torch.errors import InputError
from course_torch.reports.tables.results import results_table
from course_torch.reports.tables.shapes import layers_table
from course_torch.training.callbacks import StopOnInterrupt, checkpoint_callback
from course_torch.training.compare_gradients import CompareGradients
from course_torch.training.data_module import CourseData
from course_torch.training.loggers import log_results, run_loggers
from course_torch.training.module import NetworkModule
from course_torch.training.parser import OneLineParser, normalized, run
from course_torch.training.results import write_learning_curve, write_mislabelled

TRAINER_DEFAULTS = {
    "max_epochs": 30,
    "log_every_n_steps": 10,
    "num_sanity_val_steps": 0,
    "enable_model_summary": False,  # the project's own table shows the shapes
}


class TrainingCLI(LightningCLI):
    """Lightning's command line with this project's loggers, callbacks and checks."""

    def add_default_arguments_to_parser(self, parser: LightningArgumentParser) -> None:
        """No --seed_everything: the randomness of the model and of the data have seeds of their own."""

    def _set_seed(self) -> None:
        """Nothing global is seeded."""

    def parse_arguments(self, parser: LightningArgumentParser, args: ArgsType) -> None:
        assert args is None or isinstance(args, list)
        self.config = parser.parse_args(normalized(sys.argv[1:] if args is None else args))

    def instantiate_trainer(self, **kwargs: Any) -> Trainer:
        """The Trainer, once the data fits the network. Raises InputError for what the user's machine cannot do."""
        self.datamodule.check_fit(self.model.network)
        config = self.config_init.trainer
        if isinstance(config.strategy, str) and config.strategy.endswith(("spawn", "fork", "notebook")):
            raise InputError(
                f"strategy: found '{config.strategy}', expected one that starts train.py anew, such as ddp"
            )
        if isinstance(config.strategy, str) and config.strategy.startswith(("fsdp", "deepspeed", "model_parallel")):
            raise InputError(
                f"strategy: found '{config.strategy}', expected ddp: the backward pass needs all layers at once"
            )
        root = Path(config.default_root_dir or ".")
        if root.exists() and not root.is_dir():
            raise InputError(f"default_root_dir: found '{root}', expected a folder")
        kwargs["use_distributed_sampler"] = False  # batches are shared out between processes by Minibatches
        turns = config.accumulate_grad_batches
        if turns < 1:
            raise InputError(f"accumulate_grad_batches: found {turns}, expected at least 1")
        updates = self.datamodule.updates_per_epoch(turns)
        kwargs["log_every_n_steps"] = min(config.log_every_n_steps, updates)
        if isinstance(config.val_check_interval, int) and config.val_check_interval > updates * turns:
            expected = f"expected at most {updates * turns}"
            raise InputError(f"val_check_interval: found {config.val_check_interval}, {expected}")
        if 0 < config.max_steps < updates:
            kwargs["val_check_interval"] = config.max_steps * turns  # a run of less than an epoch is validated too
        has_validation = self.datamodule.data_set.validation is not None and config.limit_val_batches != 0
        if not has_validation:
            kwargs["limit_val_batches"] = 0
        self.checkpoint = checkpoint_callback(has_validation)
        kwargs["callbacks"] = self.callbacks = self._callbacks(config)
        if config.logger in (None, True) and not config.barebones:
            kwargs["logger"] = run_loggers(root)
        try:
            trainer = super().instantiate_trainer(**kwargs)
        except (MisconfigurationException, ValueError, TypeError, ImportError, RuntimeError) as error:
            asked = ", ".join(f"{name} {config[name]}" for name in ("accelerator", "devices", "strategy"))
            raise InputError(f"trainer ({asked}): {error}") from error
        check_trainer(trainer, self.callbacks)
        return trainer

    def _callbacks(self, config: Namespace) -> list[Callback]:
        """The user's callbacks, and those of the project that the user has not switched off."""
        users = config.callbacks or []
        callbacks = [*(users if isinstance(users, list) else [users]), StopOnInterrupt()]
        if config.enable_progress_bar is not False and not config.barebones:
            callbacks.append(RichProgressBar())
        if config.enable_checkpointing is not False and not config.barebones:
            callbacks.append(self.checkpoint)
        return callbacks

    def fit(self) -> None:
        """Train, then print the results of the best (or last) parameters and write them to the run's folder."""
        console = Console()
        if self.trainer.is_global_zero:
            console.print(layers_table(self.model.network))
            console.print(describe_device(self.trainer), highlight=False)
        try:
            self.trainer.fit(self.model, self.datamodule)
        except (MisconfigurationException, ValueError, OSError) as error:
            if self.trainer.global_step > 0:
                raise
            raise InputError(f"trainer: {error}") from error  # before the first step it is a setting that does not do
        if not self.trainer.is_global_zero:
            return
        chosen = self._load_best()
        network, data = self.model.network, self.datamodule.data_set
        results = {name: evaluate(network, part, data.scale) for name, part in data.parts.items()}
        log_results(self.trainer, results)
        csv_logger = next((logger for logger in self.trainer.loggers if isinstance(logger, CSVLogger)), None)
        if csv_logger is not None:
            folder = Path(csv_logger.log_dir)
            write_learning_curve(folder)
            write_mislabelled(folder, network, data)
            console.print(f"run folder: {folder}", highlight=False, soft_wrap=True)
        console.print(f"results of {chosen}:", highlight=False)
        console.print(results_table(results))

    @property
    def stopped_by_gradients(self) -> bool:
        """Whether CompareGradients found a wrong one."""
        return any(isinstance(each, CompareGradients) and each.stopped for each in self.callbacks)

    def _load_best(self) -> str:
        """Put the parameters of the best checkpoint, where there is one, into the network. Returns which these are."""
        best = self.checkpoint.best_model_path
        if not best:
            return f"the last parameters (after {self.trainer.global_step} updates)"
        checkpoint = torch.load(best, weights_only=True)
        self.model.load_state_dict(checkpoint["state_dict"])
        return f"the best parameters by validation cost (after {checkpoint['global_step']} updates)"


def check_trainer(trainer: Trainer, callbacks: list[Callback]) -> None:
    """Refuse what would end in the middle of a run. Raises InputError."""
    if trainer.precision == "64-true" and trainer.strategy.root_device.type == "mps":
        raise InputError("precision: found 64, expected 32 or fewer bits: mps has no float64")
    if trainer.precision == "16-true" and any(isinstance(each, CompareGradients) for each in callbacks):
        raise InputError("precision: found 16-true, expected 64, 32, bf16 or mixed: CompareGradients judges these")
    devices, nodes = trainer.num_devices, trainer.num_nodes
    if TorchElasticEnvironment.detect() and devices * nodes != (started := TorchElasticEnvironment().world_size()):
        # Each process would train for itself.
        raise InputError(f"devices, num_nodes: found {devices} × {nodes}, expected the {started} that torchrun started")


def describe_device(trainer: Trainer) -> str:
    """Where and in what precision the training runs."""
    device = trainer.strategy.root_device.type
    where = f"training on {trainer.world_size} × {device}, precision {trainer.precision}"
    return f"{where}; Ctrl-C stops and keeps the results"


def quiet_lightning() -> None:
    """Leave out what Lightning says beside the tables."""
    # Lightning's own talk (tips, the devices that it does not use) drowns the tables; warnings still come through.
    for name in ("lightning.pytorch", "lightning.fabric"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # Lightning 2.6 asks torch 2.13's pytree by a name that is going away.
    warnings.filterwarnings("ignore", message=".*LeafSpec.*", category=FutureWarning)
    # Whoever writes --accelerator cpu knows.
    warnings.filterwarnings("ignore", message="GPU available but not used")
    # The data is in memory: workers would only copy it.
    warnings.filterwarnings("ignore", message=".*does not have many workers.*")


def main(arguments: list[str] | None = None) -> int:
    """Train as the arguments say. Returns 0, or 1 where wrong gradients stopped it, or 2 for a mistake of the user."""
    quiet_lightning()

    def train() -> int:
        cli = TrainingCLI(
            NetworkModule,
            CourseData,
            parser_class=OneLineParser,
            parser_kwargs={"prog": "train.py"},
            trainer_defaults=TRAINER_DEFAULTS,
            save_config_kwargs={"overwrite": True},
            load_from_checkpoint_support=False,
            auto_configure_optimizers=False,
            args=arguments,
            run=False,
        )
        cli.fit()
        if cli.stopped_by_gradients:
            print("gradients differ: training was stopped, see the report above")
        return 1 if cli.stopped_by_gradients else 0

    return run("train.py", train)
