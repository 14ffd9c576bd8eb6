"""What the controls of a page do with its session: restarts, steps, mistakes, the learner's file, trace, export."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
import yaml

from course_torch import lessons
from course_torch.data.csv_file import Table
from course_torch.data.planar import features_of
from course_torch.errors import InputError
from course_torch.exercises.judge.learners_pass import LearnersPass, check_network
from course_torch.exercises.recognition.chapters import chapter_of
from course_torch.exercises.sandbox.source import read_source
from course_torch.language import Language, Text
from course_torch.network.deep_network import DeepNetwork
from course_torch.playground.frames import FrameEncoder, input_planes
from course_torch.playground.mistakes import ChosenMistake, GradientCheck, fault_named, fault_record, fitting
from course_torch.playground.session import Session
from course_torch.playground.settings import OWN_POINTS, Settings
from course_torch.tracing.page import page_of
from course_torch.tracing.trace import trace


class OwnFile:
    """The file of an exercise, and its pass. Raises InputError if it cannot be read or has no backward pass."""

    def __init__(self, path: Path) -> None:
        self.path, self.name = path, path.name
        self.reload()

    def reload(self) -> None:
        """Read the file again. Raises InputError."""
        self.chapter = chapter_of(read_source(self.path))
        self.own_pass = LearnersPass(self.path, self.settings().model_config().network())

    def settings(self) -> Settings:
        """The flower's network in the form of the file's chapter."""
        activation = self.chapter.hidden_activation or Settings.hidden_activation
        return Settings(
            hidden_layers=() if self.chapter.layers == 1 else Settings.hidden_layers,
            hidden_activation=activation,
            initialization="he" if activation == "relu" else Settings.initialization,
        )

    def check(self, network: DeepNetwork) -> None:
        """Reject a network that the file does not compute. Raises InputError."""
        check_network(self.chapter, network, self.path)


TRACED = 5


def trace_page(session: Session, own: OwnFile | None, language: Language) -> str:
    """The page of one update W -= α dW from the parameters of now, in float64."""
    data, settings = session.examples.data, session.settings
    X, Y = data.train.evenly_spaced(TRACED)
    of_file: dict[str, Any] = {}
    if own is not None:
        of_file = {"own": own.own_pass, "own_name": own.name, "own_line": own.own_pass.line}
    record = trace(
        deepcopy(session.network).double(),
        features_of(data.features(X, torch.float64), settings.features),
        Y,
        learning_rate=settings.learning_rate,
        **of_file,
    )
    record.data = {"name": settings.data, "class_names": list(data.class_names)}
    return page_of(record.as_record(), language, "/" if lessons.SITE.is_dir() else None)


MISTAKE_TRAINED = Text(
    "export: a mistake has trained, and train.py makes none: switch it off, and reset",
    "导出：用带错误的梯度训练过，而 train.py 不会犯错：请关掉错误，再重置",
)
EDITED = Text(
    "export: weights were edited by hand, and train.py draws its own: go back to before the edit, or reset",
    "导出：权重被手动改过，而 train.py 用自己的初始权重：请后退到修改之前，或重置",
)
OTHER_FEATURES = Text(
    "export: train.py knows the features x1 and x2 alone, expected these two",
    "导出：train.py 只有特征 x1 和 x2，应当只选这两个",
)
CONFIG_FILE, POINTS_FILE = "playground.yaml", "points.csv"


@dataclass(frozen=True)
class Export:
    """A config, the command that trains it, and the name under which the learner's own points must lie beside it."""

    config: str
    command: str
    file: str = CONFIG_FILE
    points: str | None = None


def export(session: Session, mine: str | None = None) -> Export:
    """The config whose training ends on the parameters of the session, and its command.

    Before the first step the config names no steps: train.py then trains as long as it usually does.

    `mine` is the learner's file: its name stands on the command line, because a config may not name code. Raises
    InputError if a mistake has trained, because train.py knows only right formulas, or if weights were edited.
    """
    if session.settings.features != Settings.features:
        raise InputError(OTHER_FEATURES)
    if session.edited:
        raise InputError(EDITED)
    if not session.as_exported:
        raise InputError(MISTAKE_TRAINED)
    settings = session.settings
    own = settings.data == OWN_POINTS
    model, data = asdict(settings.model_config()), asdict(settings.data_config())
    model["layer_sizes"] = list(settings.layer_sizes)
    if own:
        data["root"] = POINTS_FILE
    steps = {"max_epochs": -1, "max_steps": session.step} if session.step else {}  # at step 0: those of train.py
    names = ("name", "root", "batch_size", "seed") if own else ("name", "batch_size", "seed", "points", "noise")
    config = {
        "model": {name: value for name, value in model.items() if name != "gradients"},
        "data": {name: data[name] for name in names},
        "trainer": {"accelerator": "cpu", "precision": str(settings.precision), **steps},
    }
    gradients = "" if mine is None else f" --model.gradients {mine}"
    return Export(
        config=yaml.safe_dump(config, sort_keys=False, default_flow_style=None),
        command=f"OMP_NUM_THREADS=1 course-torch train --config {CONFIG_FILE}{gradients}",
        points=POINTS_FILE if own else None,
    )


Answer = dict[str, Any]


def start(session: Session, own: OwnFile | None) -> dict[str, Any]:
    """The examples, the network's form and the mistakes that fit it. A learner's own pass makes its own mistakes."""
    examples, settings = session.examples, session.settings
    m = len(examples.train.X)
    return {
        "settings": asdict(settings),
        "layer_sizes": settings.layer_sizes,
        "parameters": sum(each.numel() for each in session.parameters),
        "logistic_regression": not settings.hidden_layers,
        "batches": examples.batches,
        "class_names": examples.data.class_names,
        "axes": examples.axes,
        "domain": examples.domain,
        "labels": examples.labels,
        **{name: rows.tolist() for name, rows in examples.points.items()},
        "input_planes": input_planes(examples),
        "mistakes": [fault_record(fault, m) for fault in fitting(settings)] if own is None else [],
    }


class Controller:
    """A session with its frames, the point under the cursor, the mistake, and the learner's points and file.

    The methods that restart, and those that answer a question, return the message for the page. They raise InputError
    for what is not allowed; nothing has changed then.
    """

    def __init__(self, own: OwnFile | None) -> None:
        self.own = own
        self.table: Table | None = None
        self.point: list[float] | None = None
        self.chosen = ChosenMistake()
        self.started = self.restart(Settings() if own is None else own.settings())

    def restart(self, settings: Settings, table: Table | None = None) -> Answer:
        """Begin at step 0. A mistake that fits stays."""
        session = Session(settings, table, None if self.own is None else self.own.own_pass)
        if self.own is not None:
            self.own.check(session.network)
        self.table = table
        self.session, self.encoder = session, FrameEncoder(session)
        self.chosen.keep(session)
        return {"type": "start", **start(session, own=self.own)}

    def change(self, changes: object) -> Answer:
        """Begin with other settings."""
        if not isinstance(changes, Mapping):
            raise InputError("settings: found no object of settings", "settings：没有设置的对象")
        return self.restart(self.session.settings.changed(changes), self.table)

    def take(self, table: Table) -> Answer:
        """Begin with points of the learner's."""
        return self.restart(self.session.settings.changed({"data": OWN_POINTS}), table)

    def reset(self) -> Answer:
        """Begin again without a mistake, and with the learner's file as it is now."""
        if self.own is not None:
            self.own.reload()
        self.chosen.choose(None, self.session)
        return self.restart(self.session.settings, self.table)

    def step(self, steps: int) -> None:
        for _ in range(steps):
            self.session.advance()

    def back(self, steps: int) -> None:
        self.session.back(steps)
        self._look_again()

    def edit(self, l: int, i: int, j: int | None, value: object) -> None:
        """Set W[l]_ij, or b[l]_i if j is None."""
        self.session.edit(l, i, j, value)
        self._look_again()

    def _look_again(self) -> None:
        """The parameters have changed, and perhaps not the step."""
        self.encoder.rewind()
        self.chosen.look_again()

    def choose_mistake(self, name: object) -> None:
        """Switch a mistake on, or off for None."""
        self._check_formulas()
        self.chosen.choose(None if name is None else fault_named(name, self.session.settings), self.session)

    def hide_mistake(self) -> None:
        """Switch on a mistake that the learner has to find."""
        self._check_formulas()
        self.chosen.hide(self.session)

    def _check_formulas(self) -> None:
        if self.own is not None:
            raise InputError(
                f"mistake: {self.own.name} trains, expected the formulas of the course",
                f"错误：正在用 {self.own.name} 训练，应为课程的公式",
            )

    def guess(self, name: object) -> Answer:
        return {"type": "guessed", **self.chosen.guess(name, self.session)}

    def give_up(self) -> Answer:
        return {"type": "guessed", **self.chosen.give_up(self.session)}

    def differences(self) -> Answer:
        return {"type": "differences", "step": self.session.step, "rows": GradientCheck(self.session).differences()}

    def export(self) -> Answer:
        return {"type": "export", **asdict(export(self.session, None if self.own is None else self.own.name))}

    def frame(self, *, running: bool) -> bytes:
        """What is seen now."""
        check = GradientCheck(self.session)
        mistake = self.chosen.seen(check, self.session, running=running)
        return self.encoder.frame(check, running=running, point=self.point, mistake=mistake)
