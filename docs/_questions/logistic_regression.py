"""The questions of lessons 1.1, 1.2, 1.3 and 1.5."""

from _questions.question import function, own, tensor

THREE = {"X": [[1.0, -2.0], [0.0, 4.0], [2.0, 1.0]], "dZ": [[-0.4], [0.2], [0.5]]}

LOGISTIC_REGRESSION = {
    "1.1-features": own(
        "height * width * 3",
        ("height * width", "these are the pixels: each has three numbers", "这是像素的个数：每个像素有三个数"),
        (
            "height * width + 3",
            "the channels are added: each pixel has three numbers",
            "加上了通道数：每个像素有三个数",
        ),
        ("(height + width) * 3", "height and width are added: multiply", "高和宽相加了：应当相乘"),
        height=20,
        width=30,
    ),
    "1.1-place": own(
        "(i * width + j) * 3 + c",
        (
            "(i * height + j) * 3 + c",
            "a full row has as many pixels as the picture is wide",
            "一整行的像素个数是宽，不是高",
        ),
        ("(j * width + i) * 3 + c", "row and column are swapped", "行和列弄反了"),
        (
            "i * width + j",
            "this is the number of the pixel: each has three numbers",
            "这是像素的序号：每个像素有三个数",
        ),
        (
            "(i * width + j) * 3",
            "this is the first number of the pixel: add the channel",
            "这是该像素的第一个数：还要加上通道",
        ),
        (
            "c * height * width + i * width + j",
            "this is the order of the slide: all numbers of a channel first",
            "这是幻灯片的顺序：先写完一个通道的所有数",
        ),
        i=2,
        j=1,
        c=2,
        height=4,
        width=5,
    ),
    "1.1-shape": own(
        "(m, height * width * 3)",
        (
            "(height * width * 3, m)",
            "here the examples are columns: the notes have them as rows",
            "这里样本成了列：笔记里样本为行",
        ),
        ("(m, height * width)", "each pixel has three numbers", "每个像素有三个数"),
        ("(m, 3)", "all numbers of a picture stand in its row", "一张图片的所有数都在它那一行里"),
        m=50,
        height=8,
        width=10,
    ),
    "1.2-z": own(
        "x1 * w1 + x2 * w2 + b",
        ("x1 * w1 + x2 * w2", "b is missing", "少了 b"),
        ("(x1 + x2) * (w1 + w2) + b", "each feature has a weight of its own", "每个特征有自己的权重"),
        ("x1 * w1 + x2 * w2 - b", "b is subtracted: add it", "减去了 b：应当加上"),
        ("x1 * w2 + x2 * w1 + b", "the weights are swapped", "两个权重弄反了"),
        x1=2.0,
        x2=-1.0,
        w1=0.5,
        w2=3.0,
        b=4.0,
    ),
    "1.2-loss": own(
        "-(y * log_a + (1 - y) * log_rest)",
        ("-log_a", "this is the loss for y = 1", "这是 y = 1 时的损失"),
        ("log_rest", "the minus sign is missing: a loss is never negative", "少了负号：损失不会是负数"),
        ("-(log_a + log_rest)", "both parts are added: y switches one of them off", "两部分都加上了：y 会关掉其中一个"),
        ("a - y", "this is the slope a − y: the loss is a logarithm", "这是斜率 a − y：损失是对数"),
        a=0.8,
        y=0.0,
        log_a=-0.223,
        log_rest=-1.609,
    ),
    "1.2-cost": own(
        "(L1 + L2 + L3 + L4) / 4",
        ("L1 + L2 + L3 + L4", "this is the sum: divide it by m", "这是总和：还要除以 m"),
        ("(L1 + L2 + L3 + L4) / 3", "there are four examples", "样本有四个"),
        ("(L1 + L2 + L3 + L4) / 2", "there are four examples", "样本有四个"),
        L1=0.1,
        L2=2.3,
        L3=0.4,
        L4=0.8,
    ),
    "1.3-step": own(
        "w - alpha * 2 * (w - 3)",
        ("w + alpha * 2 * (w - 3)", "the sign is turned: this step goes uphill", "符号反了：这一步在上坡"),
        ("w - 2 * (w - 3)", "α is missing", "少了 α"),
        ("alpha * 2 * (w - 3)", "this is the length of the step: subtract it from w", "这是步长：还要从 w 里减去它"),
        ("w - alpha * (w - 3)**2", "this uses the height J: the step needs the slope", "这里用了高度 J：应当用斜率"),
        w=4.0,
        alpha=0.2,
    ),
    "1.3-fall": own(
        "-alpha * (dw**2 + db**2)",
        ("alpha * (dw**2 + db**2)", "the cost falls: its change is negative", "成本下降：变化是负数"),
        (
            "-alpha * (dw + db)",
            "each slope is multiplied by its step, and so squared",
            "每个斜率乘以自己的步子，因此是平方",
        ),
        ("-(dw**2 + db**2)", "α is missing", "少了 α"),
        ("-alpha * (dw**2 - db**2)", "the square of a negative slope is positive too", "负斜率的平方也是正的"),
        dw=3.0,
        db=-4.0,
        alpha=0.02,
    ),
    "1.3-best": own(
        "1 / curve",
        (
            "2 / curve",
            "with this α the ball jumps between two places of equal height",
            "用这个 α，小球在两个同样高的地方来回跳",
        ),
        ("curve", "a steeper bowl needs a smaller α", "越陡的碗需要越小的 α"),
        ("1 / (2 * curve)", "this step goes half of the way", "这一步只走了一半"),
        ("1.0", "with α = 1 the ball jumps over the lowest point and climbs", "α = 1 时小球越过最低点，越跳越高"),
        curve=8.0,
    ),
    "1.5-dz": tensor("dZ[L]", "sigmoid", A=[[0.8], [0.3]], Y=[[1.0], [0.0]]),
    "1.5-dw": function("logistic weight_gradient", **THREE),
    "1.5-db": function("logistic bias_gradient", dZ=THREE["dZ"]),
    "1.5-step": function(
        "logistic update", part=0, w=[[0.5], [-1.0]], b=0.0, dw=[[0.3], [-0.2]], db=0.1, learning_rate=0.2
    ),
}
