"""What can be wrong with initial parameters, which are drawn at random."""

from collections.abc import Mapping

import torch
from torch import Tensor

from course_torch.exercises.task import Finding
from course_torch.language import Text


def wrong_start(found: Mapping[str, Tensor]) -> Finding | None:
    """What is wrong with initial parameters of the right shapes."""
    for name, tensor in found.items():
        if not tensor.isfinite().all():
            text = Text(f"{name} contains nan or inf", f"{name} 里有 nan 或 inf")
            return Finding("not finite", text, "3.3")
        if name.startswith("b") and tensor.any():
            text = Text(f"{name} is not 0: biases start at 0", f"{name} 不是 0：偏差从 0 开始")
            return Finding("biases not 0", text, "3.3")
        if name.startswith("W") and len(tensor) > 1 and torch.equal(tensor, tensor[:1].expand_as(tensor)):
            text = Text(
                f"all rows of {name} are equal: the units of the layer then stay equal for ever, so start at random",
                f"{name} 的各行都相同：这一层的单元会永远相同，所以要随机初始化",
            )
            return Finding("equal units", text, "2.5")
        if name.startswith("W") and not tensor.any():
            text = Text(f"{name} is 0: weights start at random", f"{name} 全为 0：权重要随机初始化")
            return Finding("equal units", text, "2.5")
        if name.startswith("W") and tensor.abs().max() > 20:
            text = Text(
                f"{name} reaches {tensor.abs().max():.0f}: such large weights saturate the output, so scale them down",
                f"{name} 达到 {tensor.abs().max():.0f}：这么大的权重会使输出饱和，请把它们缩小",
            )
            return Finding("weights too large", text, "3.3")
    return None
