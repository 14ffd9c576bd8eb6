"""What a session shows, as a config and a command line of train.py."""

from dataclasses import asdict, dataclass

import yaml

from course_torch.errors import InputError
from course_torch.playground.session import Session
from course_torch.playground.settings import OWN_POINTS

CONFIG, POINTS = "playground.yaml", "points.csv"


@dataclass(frozen=True)
class Export:
    """A config, the command that trains it, and the name under which the learner's own points must lie beside it."""

    config: str
    command: str
    file: str = CONFIG
    points: str | None = None


def export(session: Session, mine: str | None = None) -> Export:
    """The config whose training ends on the parameters of the session, and its command.

    `mine` is the learner's file: its name stands on the command line, because a config may not name code. Raises
    InputError if a mistake has trained: train.py knows only right formulas.
    """
    if not session.as_exported:
        raise InputError("export: a mistake has trained, and train.py makes none: switch it off, and reset")
    settings = session.settings
    own = settings.data == OWN_POINTS
    model, data = asdict(settings.model_config()), asdict(settings.data_config())
    model["layer_sizes"] = list(settings.layer_sizes)
    if own:
        data["root"] = POINTS
    names = ("name", "root", "batch_size", "seed") if own else ("name", "batch_size", "seed", "points", "noise")
    config = {
        "model": {name: value for name, value in model.items() if name not in ("output", "gradients")},
        "data": {name: data[name] for name in names},
        "trainer": {
            "accelerator": "cpu",
            "precision": str(settings.precision),
            "max_epochs": -1,
            "max_steps": session.step,
        },
    }
    gradients = "" if mine is None else f" --model.gradients {mine}"
    return Export(
        config=yaml.safe_dump(config, sort_keys=False, default_flow_style=None),
        command=f"OMP_NUM_THREADS=1 course-torch train --config {CONFIG}{gradients}",
        points=POINTS if own else None,
    )
