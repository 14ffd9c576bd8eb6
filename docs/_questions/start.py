"""The questions of the hour from nothing."""

from _questions.question import own, tensor

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
    "backward-dW": tensor("dW", dZ=[[1.0], [-1.0], [2.0]], A_prev=[[3.0, 4.0], [6.0, 1.0], [0.0, 3.0]]),
}
