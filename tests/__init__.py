"""The checker of the annotations under pytest: beartype, with an int accepted where a float is asked for (PEP 484).

jaxtyping's hook wraps every function, and the wrapper takes longer than most functions. Only a function with shapes
needs the wrapper, which compares the shapes of all arguments. The others are given to beartype alone.
"""

from types import FunctionType
from typing import Any

import jaxtyping
from beartype import BeartypeConf, beartype

checked = beartype(conf=BeartypeConf(is_pep484_tower=True, violation_type=TypeError))
with_shapes = jaxtyping.jaxtyped


def jaxtyped(function: Any = None, *, typechecker: Any) -> Any:
    """In place of `jaxtyping.jaxtyped`: check the annotations of a function, a dataclass, a property, …"""
    if function is None:
        return lambda function: jaxtyped(function, typechecker=typechecker)
    if isinstance(function, FunctionType) and "jaxtyping." not in str(function.__annotations__):
        return typechecker(function)
    return with_shapes(function, typechecker=typechecker)


jaxtyping.jaxtyped = jaxtyped
