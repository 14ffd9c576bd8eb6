"""What a page learns first: the settings that exist, and what stays the same until the next restart."""

from dataclasses import asdict
from typing import Any

from course_torch.data.planar import NOISE
from course_torch.playground.mistakes import as_record, fitting
from course_torch.playground.own import OwnFile
from course_torch.playground.pace import SPEEDS
from course_torch.playground.session import Session
from course_torch.playground.settings import described


def hello(name: str, own: OwnFile | None) -> dict[str, Any]:
    """The name of the session, and every choice that the page offers."""
    mine = None if own is None else own.name
    return {"session": name, "mine": mine, "settings": described(), "noise_of": NOISE, "speeds": SPEEDS}


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
        "train": examples.train.rows,
        "held_out": examples.held_out.rows,
        "mistakes": [as_record(fault, m) for fault in fitting(settings)] if own is None else [],
    }
