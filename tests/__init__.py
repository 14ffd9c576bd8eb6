"""The checker of the annotations under pytest: beartype, with an int accepted where a float is asked for (PEP 484).

jaxtyping's hook gives every function a wrapper that checks all arguments twice and takes longer than most functions.
Here beartype checks each argument and the result once, and only a function with shapes gets axes of its own.
"""

from dataclasses import is_dataclass
from functools import wraps
from types import FunctionType
from typing import Any

import jaxtyping
from beartype import BeartypeConf, beartype

import tests.shape_checks  # noqa: F401 (makes the check of a tensor faster)

checked = beartype(conf=BeartypeConf(is_pep484_tower=True, violation_type=TypeError))
with_shapes = jaxtyping.jaxtyped
own_axes = with_shapes("context")
"""A context in which the names of axes have no sizes yet. The first shape that holds a name gives the name its size."""


def jaxtyped(function: Any = None, *, typechecker: Any) -> Any:
    """In place of `jaxtyping.jaxtyped`: check the annotations of a function, a dataclass, a property, …"""
    if function is None:
        return lambda function: jaxtyped(function, typechecker=typechecker)
    if isinstance(function, type):
        if is_dataclass(function) and "__init__" in vars(function):
            function.__init__ = jaxtyped(function.__init__, typechecker=typechecker)  # type: ignore[misc]
        return function
    if not isinstance(function, FunctionType):
        return with_shapes(function, typechecker=typechecker)
    checking = typechecker(function)
    if "jaxtyping." not in str(function.__annotations__):
        return checking

    @wraps(checking)
    def call(*arguments: Any, **named: Any) -> Any:
        with own_axes:
            return checking(*arguments, **named)

    return call


jaxtyping.jaxtyped = jaxtyped
