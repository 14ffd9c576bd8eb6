"""The questions of lesson 1.4."""

from _questions.question import function, own

GRAPH = {"a": 1.0, "b": -2.0, "c": 4.0}


DERIVATIVES = {
    "1.4-slope": function(
        "tensors slope_by_nudge",
        (
            "2 * a",
            "this is the derivative 2a: a step that is not tiny has another slope",
            "这是导数 2a：步子不是很小时，斜率与它不同",
        ),
        f=lambda a: a**2,
        a=4.0,
        nudge=0.1,
    ),
    "1.4-rise": own(
        "slope * h",
        ("slope / h", "the slope is divided by the nudge: multiply", "斜率除以了小增量：应当相乘"),
        ("slope", "this is the slope: multiply it by the nudge", "这是斜率：还要乘以小增量"),
        ("slope + h", "the nudge is added to the slope: multiply", "斜率加上了小增量：应当相乘"),
        slope=-4.0,
        h=0.05,
    ),
    "1.4-J": function("tensors computation_graph", part=0, **GRAPH),
    "1.4-dJ": function("tensors computation_graph", part=slice(1, None), **GRAPH),
}
