"""What the engine of the page needs besides its script: graphs, mistakes, sentences and constants."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from course_torch import errors
from course_torch.console import with_progress
from course_torch.data import csv_file
from course_torch.formulas.activations import ACTIVATIONS
from course_torch.formulas.outputs import OUTPUTS
from course_torch.language import NOTHING, Text
from course_torch.mistakes import MISTAKES
from course_torch.mistakes.faults import GROUP_OF, Fault, classic
from course_torch.network.parameters import INITIALIZATIONS
from course_torch.playground import points, settings
from course_torch.playground.graphs import derivative_graph, features_graph, passes_graph, score_graph, update_graph
from course_torch.playground.packed import packed
from course_torch.playground.settings import CHOICES, MOST_LAYERS, WIDEST, Settings
from course_torch.verification import difference
from course_torch.verification.networks import central_differences

CONSTANTS: dict[ModuleType, tuple[str, ...]] = {
    csv_file: ("MOST_CLASSES", "TEST"),
    difference: ("SAFETY", "BLIND", "ORDINARY", "SMALL_RESIDUAL"),
    central_differences: ("NUDGE", "RETRIES"),
    points: ("MARGIN", "MOST_ROWS", "LARGEST_COORDINATE"),
    settings: ("DATA_SEED",),
}
"""Module -> its constants that the page's engine uses too."""
SHARED_TEXTS: dict[ModuleType, tuple[str, ...]] = {
    points: ("LINES", "TWO", "NUMBERS"),
    csv_file: ("NO_TEXT", "COLUMNS", "WITH_CLASS", "LINE", "NO_NUMBER", "NO_CLASS", "NO_ROWS", "CLASSES", "RARE"),
    difference: ("WRONG_SHAPE", "A_MULTIPLE", "NEARLY", "NO_MULTIPLE"),
}
"""Module -> its texts that the page's engine says too."""
ANOTHER_NUMBER = Text("another number", "另一个数")
SHAPE = Text("{name}: shape {found}, expected {right}", "{name}：形状 {found}，应当是 {right}")
LINE_TEXTS = {
    "line_long": Text("the line is too long: at most {most} characters", "这一行太长：最多 {most} 个字符"),
    "line_sign": Text("the page cannot read “{found}”", "本页面读不懂“{found}”"),
    "line_in_python": Text("write “{sign}” in place of “{found}”", "“{found}”在 Python 里写成“{sign}”"),
    "line_end": Text("the line ends too early", "这一行没有写完"),
    "line_bracket": Text("a bracket is not closed", "有一个括号没有闭合"),
    "line_expected": Text("“{sign}” is expected in place of “{found}”", "“{found}”的位置应当是“{sign}”"),
    "line_value": Text(
        "a tensor, a number or a bracket is expected in place of “{found}”", "“{found}”的位置应当是张量、数或括号"
    ),
    "line_function": Text(
        "the page does not have {name} with these arguments. It has {functions}",
        "本页面没有这样写的 {name}。可以用：{functions}",
    ),
    "line_target": Text(
        "the line begins with {kinds} and =, not with “{found}”", "这一行以 {kinds} 和 = 开头，而不是“{found}”"
    ),
    "line_operation": Text(
        "an operation such as @ or * is missing before “{found}”", "“{found}”前面少了运算符，例如 @ 或 *"
    ),
    "line_more": Text("nothing is expected behind the formula: “{found}”", "公式后面多了“{found}”"),
    "line_no_hidden": Text(
        "the network has no hidden layer: write dZ of the output, with A and Y",
        "这个网络没有隐层：请用 A 和 Y 写输出层的 dZ",
    ),
    "line_name": Text("{name} is not known in layer {l}. There are {names}", "第 {l} 层没有 {name}。可以用：{names}"),
    "line_shape": Text("{name} has the shape {found}, expected {right}", "{name} 的形状是 {found}，应当是 {right}"),
    "line_no_matrix": Text("@ needs two matrices: found {a} @ {b}", "@ 的两边都要是矩阵：得到 {a} @ {b}"),
    "line_product": Text(
        "{a} @ {b}: the inner sizes {columns} and {rows} must be equal",
        "{a} @ {b}：中间的两个数 {columns} 和 {rows} 应当相等",
    ),
    "line_turn": Text(
        "{a} @ {b}: the inner sizes {columns} and {rows} must be equal. Turn matrix {n}: add .T, or take .T away",
        "{a} @ {b}：中间的两个数 {columns} 和 {rows} 应当相等。把第 {n} 个矩阵转置：加上 .T，或者去掉 .T",
    ),
    "line_db": Text(
        "db adds up over the examples: axis={axis}, keepdims=True", "db 对样本求和：axis={axis}，keepdims=True"
    ),
    "line_m": MISTAKES["another m"].sentence,
    "line_entries": Text("the shapes {a} and {b} do not fit entry by entry", "形状 {a} 与 {b} 不能逐元素运算"),
}
"""What the engine says of a line that the reader writes."""
TEXTS = {
    "found": Text(
        "{name}: found {found}, expected {expected} in this page", "{name}：得到 {found}，本页面中应为 {expected}"
    ),
    "unknown": Text("settings: found '{name}', which this page does not know", "设置：本页面没有“{name}”"),
    "seed": Text("{least} to {most}", "{least} 到 {most}"),
    "flag": Text("true or false", "true 或 false"),
    "no_points": Text("data: found csv, expected a CSV file of points first", "数据：csv 需要先给出点的 CSV 文件"),
    "no_mistake": Text(
        "mistake: this page cannot make '{name}' in this network", "错误：本页面不能在这个网络里犯“{name}”"
    ),
    "none_to_guess": Text("guess: there is no mistake to guess", "猜测：现在没有要猜的错误"),
    "none_shows": Text(
        "mistake: none shows in this network now; make a step first", "错误：现在这个网络里看不出任何错误；请先走一步"
    ),
    "value": Text(
        "value: found {found}, expected a number from -{most} to {most}",
        "值：得到 {found}，应为 -{most} 到 {most} 的数",
    ),
    "state": Text(
        "state: found another, expected a step and {n} parameters from -{most} to {most}",
        "状态：链接中的状态不合，应为步数和 {n} 个参数，每个从 -{most} 到 {most}",
    ),
    **LINE_TEXTS,
    "one_of": errors.ONE_OF,
    "some_of": Text("a list of some of {choices}", "{choices} 中的一个或几个"),
    "widths": Text("at most {n} widths from 1 to {most}", "最多 {n} 个宽度，每个 1 到 {most}"),
    "rows": Text(
        "points: found {found}, expected at most {most} rows of x1, x2 and the label 0 or 1",
        "点：得到 {found}，应为最多 {most} 行 x1、x2 和标签 0 或 1",
    ),
    "domain": Text(
        "domain: found {found}, expected x1 from, to, x2 from, to", "范围：得到 {found}，应为 x1 从、到，x2 从、到"
    ),
    "shapes": SHAPE,
    "diverged": Text("J = {J} at step {step}", "第 {step} 步的 J = {J}"),
    **{name.lower(): getattr(module, name) for module, names in SHARED_TEXTS.items() for name in names},
}
"""What the engine says, in both languages."""


@contextmanager
def without_collector() -> Iterator[None]:
    """Inside this context Python searches for no cycles: to search the many nodes again and again takes long."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@without_collector()
def kit(*, prove: bool = True) -> dict[str, Any]:
    """What the page's engine needs of the formulas: graphs, mistakes, texts and constants. It takes some seconds.

    prove   whether the graphs are proved to be free of sizes (`step_graph`), which doubles the time
    """
    return {
        "texts": {name: text._asdict() for name, text in TEXTS.items()},
        "constants": {name: getattr(module, name) for module, names in CONSTANTS.items() for name in names},
        "std": {name: [std(n_in) for n_in in range(1, WIDEST + 1)] for name, std in INITIALIZATIONS.items()},
        "activations": {
            name: {"kink": g.kink, "derivative": derivative_graph(g)._asdict()} for name, g in ACTIVATIONS.items()
        },
        "passes": packed(
            {name: passes_graph(each, prove=prove) for name, each in with_progress(networks().items(), "The formulas")}
        ),
        "features": features_graph()._asdict(),
        "update": update_graph()._asdict(),
        "scores": {name: score_graph(OUTPUTS[name])._asdict() for name in CHOICES["output"]},
        "mistakes": [fault_record(fault) for fault in classic()],
    }


def fault_record(fault: Fault) -> dict[str, Any]:
    """The fault for the page, which writes m into the sentences."""
    sentence = fault.sentence.fill(
        number=ANOTHER_NUMBER,
        m="{m}",
        exactly=NOTHING,
        factor="c",
        calls=NOTHING,
        dtype="float16",
        sign=NOTHING,
        size=1,
    )
    words = {"title": fault.title._asdict(), "sentences": sentence._asdict()}
    return {"name": fault.name, "group": GROUP_OF[fault.name], **words}


def networks() -> dict[str, Settings]:
    """Name of a graph -> a network of each output, activation and number of layers. Its widths are free."""
    made = {}
    for output in CHOICES["output"]:
        made[output] = Settings(output=output, hidden_layers=())
        for L in range(2, MOST_LAYERS + 2):
            for name, learned in (*((name, False) for name in ACTIVATIONS), ("leaky_relu", True)):
                made[f"{output}, {name}{', learned' if learned else ''} {L}"] = Settings(
                    output=output, hidden_layers=(4,) * (L - 1), hidden_activation=name, learn_slope=learned
                )
    return made
