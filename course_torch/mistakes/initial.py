"""Mistakes in the sizes of the layers and in the initial parameters."""

from course_torch.mistakes.record import Edit, edits, mistake

SIZES = "X.shape[1], 4, Y.shape[1]"
TURNED = str.maketrans("01", "10")
SHALLOW, DEEP, ZEROS = "initialize_parameters", "initialize_parameters_deep", "initialize_with_zeros"
W1, WL, WL_SIZES = "np.random.randn(n_h, n_x)", "np.random.randn({})", "layer_dims[l], layer_dims[l - 1]"


def in_sizes(rows: str) -> Edit:
    """An edit of all three sizes."""
    return Edit("layer_sizes", SIZES, rows, columns=(SIZES.translate(TURNED), rows.translate(TURNED)))


# fmt: off
INITIAL = [
    mistake("examples counted", "数成了样本", "2.1",
            "the number of examples is returned for a number of features: look along the other axis",
            "返回的是样本数，而不是特征数：应当看另一个轴",
            *map(in_sizes, ("X.shape[0], 4, Y.shape[0]", "X.shape[0], 4, Y.shape[1]", "X.shape[1], 4, Y.shape[0]"))),
    mistake("X and Y swapped", "X 和 Y 弄反了", "2.1",
            "n_x is taken from Y, and n_y from X", "n_x 取自 Y，n_y 取自 X",
            in_sizes("Y.shape[1], 4, X.shape[1]")),
    mistake("n_h of the data", "n_h 取自数据", "2.1",
            "n_h is the number of features: the course uses 4", "n_h 用了特征数：课程用的是 4",
            in_sizes("X.shape[1], X.shape[1], Y.shape[1]")),
    mistake("b not a number", "b 不是一个数", "1.3",
            "b has many entries: it is one number for all examples", "b 有多个元素：它对所有样本都是同一个数",
            *(Edit(ZEROS, "0.0", f"np.zeros({shape})") for shape in ("(dim, 1)", "(1, dim)", "dim"))),
    mistake("w square", "w 是方阵", "1.3",
            "w has dim * dim entries: it is one column", "w 有 dim * dim 个元素：它只是一列",
            Edit(ZEROS, "(dim, 1)", "(dim, dim)")),
    mistake("not 0", "不是 0", "1.3",
            "{name} is not 0", "{name} 不是 0",
            Edit(ZEROS, "0.0", "1.0"), Edit(ZEROS, "np.zeros", "np.ones"),
            recognized="exception"),
    mistake("sizes swapped", "大小写反了", "2.1",
            "the two sizes are swapped", "两个大小写反了",
            Edit(ZEROS, "(dim, 1)", "(1, dim)"), Edit(SHALLOW, "n_h, n_x", "n_x, n_h"),
            Edit(DEEP, WL_SIZES, "layer_dims[l - 1], layer_dims[l]"),
            recognized="exception"),
    mistake("parameter not finite", "参数里有 nan 或 inf", "3.3",
            "{name} contains nan or inf: draw it with randn", "{name} 里有 nan 或 inf：要用 randn 随机初始化",
            Edit(DEEP, "/ layer_dims[l - 1] ** 0.5", "/ (0 * l)", need="numpy"),
            recognized="exception"),
    mistake("biases not 0", "偏差不是 0", "3.3",
            "{name} is not 0: biases start at 0", "{name} 不是 0：偏差从 0 开始",
            *edits("np.zeros", "np.ones", SHALLOW, DEEP),
            recognized="exception"),
    mistake("equal units", "单元都相同", "2.5",
            "all rows of {name} are equal: the units of the layer then stay equal for ever, so start at random",
            "{name} 的各行都相同：这一层的单元会永远相同，所以要随机初始化",
            Edit(SHALLOW, W1, "np.zeros((n_h, n_x))"), Edit(SHALLOW, W1, "np.ones((n_h, n_x))"),
            Edit(DEEP, WL.format(WL_SIZES), f"np.zeros(({WL_SIZES}))"),
            recognized="exception"),
    mistake("weights are 0", "权重为 0", "2.5",
            "{name} is 0: weights start at random", "{name} 全为 0：权重要随机初始化",
            Edit(SHALLOW, "np.random.randn(n_y, n_h)", "np.zeros((n_y, n_h))"),
            recognized="exception"),
    mistake("weights too large", "权重太大", "3.3",
            "{name} reaches {size}: such large weights saturate the output, so scale them down",
            "{name} 达到 {size}：这么大的权重会使输出饱和，请把它们缩小",
            Edit(SHALLOW, "* 0.01", "* 100"), Edit(DEEP, "/ layer_dims[l - 1] ** 0.5", "* 100"),
            recognized="exception"),
]
# fmt: on
