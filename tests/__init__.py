"""The checker of the annotations under pytest: beartype, with an int accepted where a float is asked for (PEP 484).

jaxtyping's hook gives every function a wrapper that checks all arguments twice and takes longer than most functions.
Here beartype checks each argument and the result once, and only a function with shapes gets axes of its own.

jaxtyping compares a dtype with a list of names, and copies the sizes of all axes to restore them. Here a dtype is
judged once, and sizes are stored only for a shape that fits. Annotations with other axes are left to jaxtyping.
"""

from dataclasses import is_dataclass
from functools import cache, wraps
from types import FunctionType
from typing import Any

import jaxtyping
import torch
from beartype import BeartypeConf, beartype
from jaxtyping import _array_types as arrays
from jaxtyping._storage import get_shape_memo
from torch import Tensor
from torch.nn import Parameter

Axes = list[str | int | None]

by_jaxtyping = arrays._MetaAbstractArray.__instancecheck__


def fits(annotation: Any, value: object) -> bool:
    """Whether the value has the annotated dtype and shape. A name that has no size yet gets the size of its axis."""
    axes = axes_of(annotation) if type(value) in (Tensor, Parameter) else None
    if axes is None:
        return by_jaxtyping(annotation, value)
    if not has_dtype(annotation, value.dtype):
        return False
    sizes, shapes, *_ = get_shape_memo()
    if isinstance(axes, str):
        return shapes.setdefault(axes, (False, value.shape)) == (False, value.shape)
    return fits_axes(axes, value.shape, sizes)


def fits_axes(axes: Axes, shape: torch.Size, sizes: dict[str, int]) -> bool:
    """Whether each axis has its size. `sizes` are the known sizes of names, and get the new ones."""
    if len(shape) != len(axes):
        return False
    new: dict[str, int] = {}
    for axis, size in zip(axes, shape, strict=True):
        if isinstance(axis, str):
            axis = sizes[axis] if axis in sizes else new.setdefault(axis, size)
        if axis is not None and axis != size:
            return False
    sizes.update(new)
    return True


@cache
def axes_of(annotation: Any) -> Axes | str | None:
    """The name or the size of each axis, or None for any size; the name of a whole shape.

    None for an annotation that only jaxtyping can judge.
    """
    if annotation.array_type is not Tensor:
        return None
    axes: Axes = []
    for dim in annotation.dims:
        name = getattr(dim, "name", None)
        if dim == arrays._NamedVariadicDim(name, False, False):
            return name if len(annotation.dims) == 1 else None
        if dim == arrays._NamedDim(name, False, False):
            axes.append(name)
        elif dim == arrays._FixedDim(getattr(dim, "size", None), False):
            axes.append(dim.size)
        elif dim is arrays._anonymous_dim:
            axes.append(None)
        else:
            return None
    return axes


@cache
def has_dtype(annotation: Any, dtype: torch.dtype) -> bool:
    """Whether the annotation allows the dtype, as jaxtyping judges it."""
    return by_jaxtyping(annotation.dtype[Tensor, "..."], torch.empty(0, dtype=dtype))


arrays._MetaAbstractArray.__instancecheck__ = fits  # type: ignore[method-assign]

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
