"""The trace of the next step: every formula with its numbers, for five points (`course-torch trace`)."""

from copy import deepcopy

import torch

from course_torch.language import Language
from course_torch.playground.own import OwnFile
from course_torch.playground.session import Session
from course_torch.tracing.page import page_of
from course_torch.tracing.trace import trace

POINTS = 5


def trace_page(session: Session, own: OwnFile | None, language: Language) -> str:
    """The page of one update W -= α dW from the parameters of now, in float64."""
    data, settings = session.examples.data, session.settings
    X, Y = data.train.evenly_spaced(POINTS)
    record = trace(
        deepcopy(session.network).double(),
        data.features(X, torch.float64),
        Y,
        learning_rate=settings.learning_rate,
        own=None if own is None else own.own_pass,
        own_name="" if own is None else own.name,
    )
    record.data = {"name": settings.data, "class_names": list(data.class_names)}
    return page_of(record.as_record(), language)
