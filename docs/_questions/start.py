"""The questions of the seven stations from nothing."""

from _questions.question import own, tensor


def nine(dz1: str, dz2: str, dz: str = "dz", values: tuple[str, str] = ("a1", "a2")) -> str:
    """The formulas of the nine slopes of a network 2-2-1: a row for each unit, its two weights and its bias."""
    rows = ((dz1, ("x1", "x2")), (dz2, ("x1", "x2")), (dz, values))
    return f"[{', '.join(f'[{slope} * {one}, {slope} * {other}, {slope}]' for slope, (one, other) in rows)}]"


START = {
    "slope-derivative": own(
        "2 * w",
        ("w**2", "this is w² itself, not its slope", "这是 w² 本身，不是它的斜率"),
        ("w", "one of the two equal terms w h is missing", "两个相同的项 w h 少算了一个"),
        ("2", "the slope belongs to a place: multiply by w", "斜率与位置有关：还要乘以 w"),
        w=4.0,
    ),
    "graph-twice": own(
        "behind * first + behind * second",
        ("behind * first * second", "the two paths are multiplied: add them", "两条路径相乘了：应当相加"),
        ("behind * first", "the second path is missing", "少了第二条路径"),
        ("behind * second", "the first path is missing", "少了第一条路径"),
        ("first + second", "the slope behind both paths is missing", "少乘了后面那一处的斜率"),
        first=2.0,
        second=4.0,
        behind=5.0,
    ),
    "neuron-dw": own(
        "(a - y) * x",
        ("(y - a) * x", "the sign is turned: a − y, not y − a", "符号反了：是 a − y，不是 y − a"),
        ("y - a", "this is y − a: turn the sign, then multiply by x", "这是 y − a：先变号，再乘以 x"),
        ("a - y", "this is dz: multiply it by x", "这是 dz：还要乘以 x"),
        ("a * x", "y is missing: the error is a − y", "少了 y：误差是 a − y"),
        x=3.0,
        a=0.6,
        y=1.0,
    ),
    "layer-z": tensor("Z", A_prev=[[2.0, 3.0]], W=[[1.0, -1.0], [0.5, 2.0]], b=[[4.0, -1.0]]),
    "backward-nine": own(
        nine("dz1", "dz2"),
        (nine("(dz * w1)", "(dz * w2)"), "g′ is missing: da is multiplied by 1 − a²", "少了 g′：da 还要乘以 1 − a²"),
        (
            nine("(dz * w1 * a1)", "(dz * w2 * a2)"),
            "here a stands for its slope: the slope of tanh is 1 − a²",
            "这里用 a 代替了斜率：tanh 的斜率是 1 − a²",
        ),
        (
            nine("(dz * (1 - a1**2))", "(dz * (1 - a2**2))"),
            "the weights to the output are missing: da is dz times the weight",
            "少了通向输出的权重：da 是 dz 乘以权重",
        ),
        (
            nine("dz1", "dz2", values=("x1", "x2")),
            "the weights of the output begin at the hidden units: take their a, not x",
            "输出的权重从隐层的单元出发：应当用它们的 a，不是 x",
        ),
        (
            nine("(dz * w2 * (1 - a1**2))", "(dz * w1 * (1 - a2**2))"),
            "the two weights to the output are swapped",
            "通向输出的两个权重弄反了",
        ),
        **{"x1": 2.0, "x2": -1.0, "a1": 0.5, "a2": -0.5, "w1": 2.0, "w2": -1.0, "a": 0.6, "y": 1.0},
        **{"dz": -0.4, "dz1": -0.6, "dz2": 0.3},
    ),
    "backward-dW": tensor("dW", dZ=[[1.0], [-1.0], [2.0]], A_prev=[[3.0, 4.0], [6.0, 1.0], [0.0, 3.0]]),
}
