"""What the blocks of a network compute, step by step: three layers forward, the output, three layers backward."""

from typing import NamedTuple

from course_torch.language import Text

L = 3
FORWARD, BACKWARD = Text("forward {l}", "正向块 {l}"), Text("backward {l}", "反向块 {l}")
USED = Text("from the cache", "取自 cache")
GIVEN, MADE = Text("given", "输入"), Text("computed", "算出")


def bracketed(name: str) -> str:
    """dA1 as dA[1], as in the drawing."""
    return f"{name[:-1]}[{name[-1]}]" if name[-1].isdigit() else name


class Step(NamedTuple):
    """A block at work: its title, its formulas, and the matrices by their part in it."""

    title: Text
    tex: str
    matrices: tuple[tuple[Text, tuple[str, ...]], ...]
    said: Text


def forward_step(l: int) -> Step:
    """Block l forward."""
    g = r"\mathrm{ReLU}" if l < L else r"\sigma"
    tex = rf"""\begin{{aligned}}
        Z^{{[{l}]}} &= A^{{[{l - 1}]}} W^{{[{l}]\top}} + b^{{[{l}]}} \\
        A^{{[{l}]}} &= {g}(Z^{{[{l}]}})
        \end{{aligned}}"""
    return Step(
        FORWARD.fill(l=l),
        tex,
        ((GIVEN, (f"A{l - 1}", f"W{l}", f"b{l}")), (MADE, (f"Z{l}", f"A{l}"))),
        Text(
            f"Block {l} forward puts A[{l - 1}], Z[{l}] and A[{l}] into cache {l}.",
            f"正向块 {l} 把 A[{l - 1}]、Z[{l}] 和 A[{l}] 存入 cache {l}。",
        ),
    )


def output_step() -> Step:
    return Step(
        Text("output", "输出"),
        rf"dZ^{{[{L}]}} = A^{{[{L}]}} - Y",
        ((GIVEN, (f"A{L}", "Y")), (MADE, (f"dZ{L}",))),
        Text(f"The way back begins: the loss gives dZ[{L}].", f"从这里往回走：损失函数给出 dZ[{L}]。"),
    )


def backward_step(l: int) -> Step:
    """Block l backward. The last block gets dZ[L] itself."""
    slopes = (
        *((rf"dZ^{{[{l}]}} &= dA^{{[{l}]}} * g'(Z^{{[{l}]}})",) if l < L else ()),
        rf"dW^{{[{l}]}} &= \tfrac1m\, dZ^{{[{l}]\top}} A^{{[{l - 1}]}}",
        rf"db^{{[{l}]}} &= \tfrac1m \textstyle\sum_i dZ^{{[{l}](i)}}",
        rf"dA^{{[{l - 1}]}} &= dZ^{{[{l}]}} W^{{[{l}]}}",
    )
    tex = r"\begin{aligned}" + r" \\ ".join(slopes) + r"\end{aligned}"
    used = (f"A{l - 1}", f"Z{l}") if l < L else (f"A{l - 1}",)
    names = Text(*(join.join(map(bracketed, used)) for join in (" and ", " 和 ")))
    made = (*((f"dZ{l}",) if l < L else ()), f"dW{l}", f"db{l}", f"dA{l - 1}")
    return Step(
        BACKWARD.fill(l=l),
        tex,
        ((GIVEN, (f"dA{l}" if l < L else f"dZ{l}", f"W{l}")), (USED, used), (MADE, made)),
        Text(f"Block {l} backward takes {names.en} out of cache {l}.", f"反向块 {l} 从 cache {l} 取出 {names.zh}。"),
    )


STEPS = (*map(forward_step, range(1, L + 1)), output_step(), *map(backward_step, range(L, 0, -1)))
OUTPUT = L + 1
"""The number of the step between both directions. Block l works in step l and in step 2 L + 2 - l."""
