"""What a checkpoint must contain: rules for its values, which are checked before any value is used or copied.

A library of schemas would make this no shorter: msgspec, which starts fastest, names neither the entry of a dict nor
the value that it rejects, and most rules are about tensors or compare two entries.
"""

import reprlib
from collections.abc import Callable, Mapping
from inspect import signature
from itertools import pairwise
from math import isfinite, prod
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from course_torch.errors import InputError, unexpected
from course_torch.language import Text, same
from course_torch.network.config import NetworkConfig
from course_torch.network.deep_network import DeepNetwork

PREFIX = "network."  # of a parameter in a checkpoint: the attribute of the LightningModule that holds the network
DTYPES = (torch.float64, torch.float32, torch.bfloat16, torch.float16)  # of the precisions of train.py
LARGEST_COUNT = 10**12
NESTED = Text("a nested tensor", "嵌套张量")
TENSOR_OF = Text("a tensor of {dtype} and shape {shape}", "形状为 {shape} 的 {dtype} 张量")


class Rule(NamedTuple):
    """`allowed` describes the allowed values in words. `holds` tests a value of any type, without an exception."""

    allowed: Text
    holds: Callable[[Any], bool]

    @property
    def or_none(self) -> "Rule":
        return Rule(
            Text(f"{self.allowed.en}, or None", f"{self.allowed.zh}，或 None"),
            lambda value: value is None or self.holds(value),
        )


Rules = dict[Any, Any]  # a Rule or Rules for each entry of a dict; a rule of `...` holds for all other entries


def check(name: str, value: Any, rule: Rule | Rules) -> None:
    """Reject a value that breaks the rule of the entry `name` ("": the whole checkpoint). Raises InputError."""
    if isinstance(rule, Rule):
        if not rule.holds(value):
            raise unexpected(name, described(value), rule.allowed)
        return
    check(name, value, DICT)
    if missing := [key for key in rule if key not in value and key is not ...]:
        raise InputError(
            f"{name or 'the checkpoint'} has no {missing[0]!r}", f"{name or '检查点'} 里没有 {missing[0]!r}"
        )
    for key, entry in value.items():
        if (inner := rule.get(key, rule.get(...))) is not None:
            plain = isinstance(key, str) and key.isidentifier()
            check(f"{name}.{key}".lstrip(".") if plain or not name else f"{name}[{reprlib.repr(key)}]", entry, inner)


def described(value: object) -> Text:
    """Describe any value in a few words, however large the value is."""
    if isinstance(value, Tensor):
        return NESTED if value.is_nested else TENSOR_OF.fill(dtype=value.dtype, shape=tuple(value.shape))
    return same(reprlib.repr(value))


def is_count(value: object) -> bool:
    return type(value) is int and 0 <= value <= LARGEST_COUNT


def is_number(value: object) -> bool:
    """Whether the value is a finite float, or an int that a float represents exactly. A bool is no number."""
    return (type(value) is float and isfinite(value)) or (type(value) is int and abs(value) <= 2**53)


def is_size(value: object) -> bool:
    return type(value) is int and 1 <= value < 2**31


def is_plain(value: object) -> bool:
    """Whether the value is None, a bool, a number or a str. Any other type may be nested without a limit."""
    return value is None or type(value) in (bool, int, float, str)


def is_dense(value: object) -> bool:
    """Whether the value is a tensor of numbers in the memory of the CPU, with a dtype of DTYPES."""
    return (
        type(value) in (Tensor, nn.Parameter)
        and isinstance(value, Tensor)
        and not value.is_nested
        and value.layout is torch.strided
        and value.device.type == "cpu"
        and value.dtype in DTYPES
    )


def list_of(holds: Callable[[Any], bool], length: int | None = None) -> Callable[[Any], bool]:
    """Return a test for a list or tuple of `length` entries (any number if None) that all pass the test `holds`."""
    return lambda value: type(value) in (list, tuple) and length in (None, len(value)) and all(map(holds, value))


def counts(*names: str) -> Rule:
    """A rule for a dict of exactly these counts."""
    return Rule(
        Text(
            f"the counts {', '.join(names)}, each from 0 to {LARGEST_COUNT}",
            f"计数 {'、'.join(names)}，各为 0 到 {LARGEST_COUNT}",
        ),
        lambda value: isinstance(value, dict) and value.keys() == set(names) and all(map(is_count, value.values())),
    )


def tensor_of(*shape: int) -> Rule:
    return Rule(
        Text(f"a tensor of shape {shape}", f"形状为 {shape} 的张量"),
        lambda value: is_dense(value) and tuple(value.shape) == shape,
    )


COUNT = Rule(Text(f"a whole number from 0 to {LARGEST_COUNT}", f"0 到 {LARGEST_COUNT} 的整数"), is_count)
NUMBER = Rule(Text("a finite number", "有限的数"), is_number)
FLAG = Rule(Text("True or False", "True 或 False"), lambda value: type(value) is bool)
TEXT = Rule(Text("text", "文本"), lambda value: type(value) is str)
LIST = Rule(Text("a list", "列表"), lambda value: type(value) is list)
DICT = Rule(Text("a dict", "字典"), lambda value: isinstance(value, dict))
SIZES = Rule(
    Text("a list of whole numbers, each from 1 to 2147483647", "整数的列表，各为 1 到 2147483647"), list_of(is_size)
)
PICTURE_SHAPE = Rule(
    Text("height, width and channels, each from 1 to 2147483647", "高、宽和通道数，各为 1 到 2147483647"),
    list_of(is_size, 3),
)
TENSOR = Rule(
    Text(
        f"a dense tensor on the CPU of {', '.join(map(str, DTYPES))}",
        f"CPU 上的稠密张量，dtype 为 {'、'.join(map(str, DTYPES))} 之一",
    ),
    is_dense,
)
SINGLE = Rule(
    Text("None, True, False, a number, text or a tensor", "None、True、False、数、文本或张量"),
    lambda value: is_plain(value) or is_dense(value),
)
FINITE = Rule(Text("finite values only", "只有有限的值"), lambda tensor: bool(tensor.isfinite().all()))

CONTENTS: Rules = {
    "state_dict": {...: TENSOR},
    "hyper_parameters": {"layer_sizes": SIZES},
    "global_step": COUNT,
    "loops": DICT,
    "CourseData": {
        "picture_shape": PICTURE_SHAPE.or_none,
        "class_names": Rule(Text("a list of texts", "文本的列表"), list_of(TEXT.holds)),
    },
}
ARGUMENTS = {  # argument of NetworkConfig, which checks its range -> rule for its type
    name: {bool: FLAG, int: COUNT, float: NUMBER, str: TEXT}.get(argument.annotation, SIZES)
    for name, argument in signature(NetworkConfig).parameters.items()
}


def check_contents(checkpoint: Mapping[str, Any], size: int) -> None:
    """Reject a checkpoint of `size` bytes unless it describes a network without contradiction. Raises InputError."""
    check("", checkpoint, CONTENTS)
    arguments = checkpoint["hyper_parameters"]
    if unknown := [name for name in arguments if name not in ARGUMENTS]:
        known = ", ".join(ARGUMENTS)
        raise InputError(
            f"hyper_parameters: found {described(unknown[0]).en}, expected names among {known}",
            f"hyper_parameters：得到 {described(unknown[0]).zh}，名称应为 {known} 之一",
        )
    check("hyper_parameters", arguments, {name: ARGUMENTS[name] for name in arguments})
    check_parameters(checkpoint["state_dict"], arguments, size)
    check_meaning(checkpoint["CourseData"], network_without_memory(arguments))


def network_without_memory(hyper_parameters: Mapping[str, Any]) -> DeepNetwork:
    """Build the network of a checkpoint on the device "meta", where tensors have shapes but no memory."""
    with torch.device("meta"):
        return NetworkConfig(**hyper_parameters).network()


def check_parameters(parameters: Mapping[str, Tensor], hyper_parameters: Mapping[str, Any], size: int) -> None:
    """Check that the parameters are those of the network with these arguments, and finite. Raises InputError."""
    # Two tensors may share memory, and a tensor may repeat values: a copy can be much larger than the file.
    if (memory := sum(tensor.nbytes for tensor in parameters.values())) > size:
        raise InputError(
            f"state_dict: found {memory} bytes, expected at most the {size} bytes of the file",
            f"state_dict：有 {memory} 字节，至多为文件的 {size} 字节",
        )
    sizes = pairwise(hyper_parameters["layer_sizes"])  # compared first: they can describe billions of parameters
    check_shapes(parameters, {f"{PREFIX}layers.{i}.W": (n_out, n_in) for i, (n_in, n_out) in enumerate(sizes)})
    expected = network_without_memory(hyper_parameters).state_dict(prefix=PREFIX)
    check_shapes(parameters, {name: tuple(tensor.shape) for name, tensor in expected.items()})
    if unknown := [name for name in parameters if name not in expected]:
        raise InputError(
            f"state_dict: found {described(unknown[0]).en}, expected the tensors of the network only",
            f"state_dict：得到 {described(unknown[0]).zh}，应当只有网络的张量",
        )
    if len(dtypes := {tensor.dtype for tensor in parameters.values()}) > 1:
        raise InputError(
            f"state_dict: found {', '.join(sorted(map(str, dtypes)))}, expected one dtype",
            f"state_dict：得到 {'、'.join(sorted(map(str, dtypes)))}，应为同一种 dtype",
        )
    check("state_dict", parameters, {...: FINITE})


def check_shapes(tensors: Mapping[str, Tensor], expected: Mapping[str, tuple[int, ...]]) -> None:
    for name, shape in expected.items():
        if name not in tensors:
            raise InputError(f"state_dict has no {name!r}", f"state_dict 里没有 {name!r}")
        if tuple(tensors[name].shape) != shape:
            raise InputError(
                f"state_dict['{name}']: found shape {tuple(tensors[name].shape)}, expected {shape}",
                f"state_dict['{name}']：形状是 {tuple(tensors[name].shape)}，应为 {shape}",
            )


def check_meaning(about: Mapping[str, Any], network: DeepNetwork) -> None:
    """Check that the meaning of inputs and outputs fits the network. Older checkpoints have no quantity and no mean."""
    n_x, n_y = network.layer_sizes[0], network.layer_sizes[-1]
    names, shape = about["class_names"], about["picture_shape"]
    if network.output.probabilities is not None and len(names) != max(2, n_y):
        raise InputError(
            f"CourseData.class_names: found {len(names)} class names, expected {max(2, n_y)}",
            f"CourseData.class_names：有 {len(names)} 个类别名，应为 {max(2, n_y)} 个",
        )
    if shape is not None and prod(shape) != n_x:
        raise InputError(
            f"CourseData.picture_shape: found {tuple(shape)}, expected {n_x} values in a picture",
            f"CourseData.picture_shape：得到 {tuple(shape)}，一张图片应有 {n_x} 个值",
        )
    if about.get("quantity") is not None:
        check("CourseData.quantity", about["quantity"], {"name": TEXT, "shift": NUMBER, "scale": NUMBER})
    if about.get("mean") is not None:
        check("CourseData.mean", about["mean"], tensor_of(1, n_x))
        check("CourseData.mean", about["mean"], FINITE)
