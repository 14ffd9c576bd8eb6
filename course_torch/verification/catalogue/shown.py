"""Mistakes that show as a pattern in the numbers, and what else the numbers show of a wrong tensor."""

from course_torch.language import Text
from course_torch.verification.catalogue.cause import Cause

SHOWN = [
    Cause(
        "swapped",
        Text("dW and db are swapped", "dW 和 db 的位置互换了"),
        "3.2",
    ),
    Cause(
        "class weights",
        Text(
            "each class has its own factor, as by class weights: this cost has no class weights",
            "每一类各乘了一个系数，就像加了类别权重：这里的成本函数没有类别权重",
        ),
        "1.2",
    ),
    Cause(
        "labels shuffled",
        Text(
            "the labels belong to other examples: shuffle X and Y by the same permutation",
            "标签与样本对不上：打乱顺序时 X 和 Y 要用同一个排列",
        ),
        "1.1",
    ),
    Cause(
        "constant added",
        Text("the same number is added to every entry", "每个元素都多加了同一个数"),
        "2.5",
    ),
    Cause(
        "float32",
        Text(
            "precision is lost: the difference is as large as float32's rounding errors (some step is in float32)",
            "精度丢失了：差值与 float32 的舍入误差一样大，有一步用的是 float32",
        ),
        "1.6",
    ),
    Cause(
        "bfloat16",
        Text(
            "precision is lost: the difference is as large as bfloat16's rounding errors (computed in bfloat16)",
            "精度丢失了：差值与 bfloat16 的舍入误差一样大，计算用的是 bfloat16",
        ),
        "1.6",
    ),
    Cause(
        "float16",
        Text(
            "precision is lost: the difference is as large as float16's rounding errors (computed in float16)",
            "精度丢失了：差值与 float16 的舍入误差一样大，计算用的是 float16",
        ),
        "1.6",
    ),
]
"""Mistakes that show as a pattern in the numbers (`patterns`)."""

VAGUE = [
    Cause(
        "Z ≤ 0 only",
        Text(
            "wrong only where Z ≤ 0: look at the activation's derivative there",
            "只在 Z ≤ 0 处出错：检查激活函数在那里的导数",
        ),
        "2.4",
    ),
    Cause(
        "Y = 0 only",
        Text(
            "wrong only in examples with Y = 0: look at the terms with (1 - Y)",
            "只有 Y = 0 的样本出错：检查含 (1 - Y) 的项",
        ),
        "1.5",
    ),
    Cause(
        "all 0",
        Text(
            "all entries are 0: a factor is 0, or no unit is active",
            "所有元素都是 0：有一个因子为 0，或者没有一个单元被激活",
        ),
        "2.4",
    ),
    Cause(
        "not finite",
        Text(
            "nan or inf: a logarithm of 0, a division by 0 or an overflow",
            "出现了 nan 或 inf：对 0 取了对数、除以了 0 或者溢出了",
        ),
        "1.2",
    ),
    Cause("shape", Text("the shape is wrong", "形状不对"), "3.1"),
    Cause("unknown", Text("no known mistake makes exactly this tensor", "没有一种已知的错误恰好得出这个张量"), ""),
]
"""What the numbers show if no known mistake explains the tensor."""
