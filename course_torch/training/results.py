"""The results at the end of a run: they are printed as a table, logged, and drawn as figures."""

import csv
from math import isfinite, isnan
from pathlib import Path

from lightning import Trainer
from lightning.pytorch.loggers import CSVLogger, TensorBoardLogger
from rich.console import Console

from course_torch.checkpoint import read_checkpoint
from course_torch.data.data_set import DataSet
from course_torch.language import Language, Text, same
from course_torch.network.deep_network import DeepNetwork, Result, evaluate
from course_torch.reports.figures.curves import learning_curve
from course_torch.reports.figures.drawing import write_figure
from course_torch.reports.figures.pictures import draw_mislabelled
from course_torch.reports.tables import filled
from course_torch.text import counted, shown
from course_torch.training.callbacks.checkpoints import BestCheckpoint
from course_torch.training.module import NetworkModule

LAST = Text("results of the last parameters (after {updates}):", "最后的参数的结果（{n} 次更新之后）：")
BEST = Text(
    "results of the best parameters by validation cost (after {updates}):",
    "验证成本最低的参数的结果（{n} 次更新之后）：",
)
SPLIT, COST = Text("split", "划分"), Text("cost", "成本")
SCORES = {"accuracy": Text("accuracy", "准确率")}
"""Name of a score -> its column. R2 is R2 in both languages."""
UNDEFINED = Text(
    "-: {score} is not defined for {splits}, where all labels of an output are equal",
    "-：{score} 对 {splits} 没有定义，因为其中某个输出的标签全都相等",
)
FOLDER = Text("run folder: {folder}", "这次训练的文件夹：{folder}")


def log_results(trainer: Trainer, results: dict[str, Result], score: str) -> None:
    """Log the final cost and score of each split as final/…, by the loggers of the training. `score` is its name.

    TensorBoard compares runs by their `hp_metric`: it is the validation cost, of the best parameters if they are kept.
    """
    metrics = {
        f"final/{name}_{figure}": value
        for name, result in results.items()
        for figure, value in zip(("cost", score), result, strict=True)
    }
    for logger in trainer.loggers:
        logger.log_metrics(metrics, step=trainer.global_step)
        if isinstance(logger, TensorBoardLogger) and "validation" in results:
            logger.log_hyperparams(logger.hparams, {"hp_metric": results["validation"].cost}, trainer.global_step)
        logger.save()


def report_results(
    trainer: Trainer,
    model: NetworkModule,
    data: DataSet,
    best: BestCheckpoint | None,
    run_folder: Path | None,
    language: Language,
) -> None:
    """Print, log and draw the results of the best or last parameters."""
    chosen, updates = LAST, None
    if best is not None and best.best_model_path:
        checkpoint = read_checkpoint(Path(best.best_model_path))
        model.load_state_dict(checkpoint["state_dict"])
        updates = checkpoint["global_step"]
        chosen = BEST
    dtype = model.network.layers[0].W.dtype
    results = {name: evaluate(model.network, data.batches(split, dtype)) for name, split in data.splits.items()}
    score = model.network.output.score
    log_results(trainer, results, score)
    folders = [Path(logger.log_dir) for logger in trainer.loggers if isinstance(logger, CSVLogger)]
    console = Console()
    if run_folder is not None:
        print(named(run_folder, language))
    n = trainer.global_step if updates is None else updates
    console.print(chosen.fill(updates=counted(n, "update"), n=n).say(language), highlight=False)
    print_results(console, results, score, language)
    for folder in folders:
        draw(folder, model.network, data, updates)


def print_results(console: Console, results: dict[str, Result], score: str, language: Language) -> None:
    """Print the table of costs and scores. A dash stands for an R² that is not defined."""
    undefined = [split for split, result in results.items() if isfinite(result.cost) and isnan(result.score)]
    rows = [
        (split, f"{result.cost:.6f}", "-" if split in undefined else f"{result.score:.4f}")
        for split, result in results.items()
    ]
    column = SCORES.get(score, same(score))
    console.print(filled((SPLIT, COST, column), rows, language, right=(COST, column)))
    if undefined:
        print(UNDEFINED.fill(score=score, splits=", ".join(undefined)).say(language))


def named(folder: Path, language: Language) -> str:
    """The line that names the folder of a run."""
    return FOLDER.fill(folder=shown(short(folder))).say(language)


def short(folder: Path) -> Path:
    """The path from the current folder if it leads downwards, otherwise the whole path."""
    return folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder


def draw(folder: Path, network: DeepNetwork, data: DataSet, chosen: int | None) -> None:
    """Draw learning_curve.png from metrics.csv, with a line at the `chosen` number of updates, and mislabelled.png."""
    with (folder / "metrics.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    # `step` counts from 0: an update reports the cost before this update, a validation the cost after this update.
    train, validation = (
        [(int(row["step"]) + done, float(row[key])) for row in rows if row.get(key)]
        for key, done in (("train/cost", 0), ("validation/cost", 1))
    )
    if train:
        figure = learning_curve(train, validation, "Cost during training", chosen)
        write_figure(folder / "learning_curve.png", figure)
    if data.picture_shape is not None and network.output.probabilities is not None:
        write_figure(folder / "mislabelled.png", draw_mislabelled(network, data))
