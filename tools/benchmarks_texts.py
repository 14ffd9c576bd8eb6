"""The sentences and names of docs/benchmarks.md in both languages."""

from course_torch.language import Language, Text, same

INTRODUCTION = Text(
    """# Benchmarks

[README](../README.md) · [中文](benchmarks.zh-CN.md)

`make benchmarks` measures all times on this page and writes the page. `course-torch bench` prints them. Its options
`--json` and `--figure` write them to files. JAX is included if it is installed (`pip install -e '.[bench]'`). All
implementations are timed alternately in one run, so that a slowdown of the machine affects all of them.""",
    """# 测速

[README](../README.zh-CN.md) · [English](benchmarks.md)

`make benchmarks` 测出本页的全部时间，并写出本页。`course-torch bench` 打印这些时间，选项 `--json` 和 `--figure`
把它们写进文件。装了 JAX 就会一起测（`pip install -e '.[bench]'`）。所有实现在同一次运行里轮流计时，
机器变慢时，大家一起变慢。""",
)
MACHINE = Text(
    "The times below are from one run on {device}: {processor}, {cores} cores, {threads} threads of torch, {system}. "
    "Versions: {versions}.{gpu}",
    "下面的时间来自 {device} 上的一次运行：{processor}，{cores} 个核心，torch 用 {threads} 个线程，{system}。"
    "版本：{versions}。{gpu}",
)
NO_GPU = Text(" Times on a GPU were not measured.", "没有测 GPU 上的时间。")
STEP = Text(
    """## A step

The second column is `gradient_descent` with `method="auto"`, including set-up, over the course's number of iterations.
The third column is a lower bound for a *direct* step whose tensors come from memory: the larger of multiply-adds /
measured rate of 1024×1024 products, and bytes / measured bandwidth. `auto` is below this bound if it uses
[the Gram matrix](gram.md), and any implementation can be below it if a cache holds X. The other columns are the time of
a step divided by the time in the second column.""",
    """## 一步

第二列是取 `method="auto"` 的 `gradient_descent`，包括准备的时间，迭代次数与课程相同。
第三列是从内存读取张量时，*直接*计算的一步的下界：乘加次数除以 1024×1024 矩阵乘法的实测速度，字节数除以实测带宽，
取两者中较大的一个。`auto` 使用 [Gram 矩阵](gram.zh-CN.md)时会低于这个下界；缓存装得下 X 时，任何实现都可能低于它。
其余各列是一步的时间除以第二列的时间。""",
)
STEP_HEAD = (
    Text("workload", "任务"),
    Text("µs a step", "一步，µs"),
    Text("direct limit, µs", "直接计算的下界，µs"),
)
PIPELINES = Text(
    """## Lightning and the data pipeline

Lightning trains as train.py does, but without the callbacks of train.py. The bare loop calls `zero_grad`, `backward`
and `step`. The usual pipeline is `Dataset`, `ToTensor` and `DataLoader`.""",
    """## Lightning 与数据管道

Lightning 的训练与 train.py 相同，只是没有 train.py 的回调。裸循环只调用 `zero_grad`、`backward` 和 `step`。
常用的管道是 `Dataset`、`ToTensor` 和 `DataLoader`。""",
)
SECONDS, RATIO = Text("seconds", "秒"), Text("ratio", "倍数")
START = Text(
    """## The start

Each program starts in a new process. `check` judges a finished file of the chapter `deep`. The last row is the time
from a save of this file to the answer of a watcher that has answered before.""",
    """## 启动

每个程序都在新的进程里启动。`check` 评判的是 `deep` 一章做完的文件。最后一行是从保存这个文件到得到回答的时间，
此前已经回答过一次。""",
)
PROGRAM = Text("program", "程序")
PLAYGROUND = Text(
    """## The playground

A client without a picture counts the frames that the server sends. The step is a full batch in one thread.""",
    """## 训练场

一个不画图的客户端数服务器发来的帧。一步是在一个线程里算完整批样本。""",
)
OPENING = Text(
    "The page stands after {page:.2f} s, the first frame after {first_frame:.2f} s.\n\n",
    "页面在 {page:.2f} 秒后打开，第一帧在 {first_frame:.2f} 秒后出现。\n\n",
)
PLAYGROUND_HEAD = (
    Text("network", "网络"),
    Text("frames a second", "每秒帧数"),
    Text("steps a second", "每秒步数"),
    Text("setting, ms", "改一项设置，ms"),
    Text("µs a step", "一步，µs"),
    Text("ratio to `gradient_descent`", "与 `gradient_descent` 之比"),
)
CROSSOVER = Text(
    """## Fused and gram

Both forms at the points of a grid, in ms. `auto` chooses without a measurement ([how](gram.md)). The ratio is its time
divided by the time of the faster form. The table shows the points at which it is largest.""",
    """## fused 与 gram

两种形式在网格各点上的时间，单位是 ms。`auto` 不测时间就做选择（[方法](gram.zh-CN.md)）。
倍数是它的时间除以较快的那种形式的时间。表里是倍数最大的那些点。""",
)
CROSSOVER_HEAD = (same("m"), same("n_x"), same("n_1"), Text("iterations", "迭代次数"))
GOALS = Text("## Goals", "## 目标")
GOALS_HEAD = (
    Text("row", "行"),
    Text("measured", "量"),
    Text("value", "值"),
    Text("goal", "目标"),
    Text("result", "结果"),
)
RESULT = {True: Text("reached", "达到"), False: Text("missed", "未达到"), None: Text("not judged", "不评")}
AT_LEAST, AT_MOST = Text("at least", "至少"), Text("at most", "至多")
SENTENCE = Text("{row}: {what} is {measured}, the goal is {limit}.", "{row}：{what}是 {measured}，目标是{limit}。")
NOT_REACHED = Text(
    """## Goals that were not reached

The hand-written pass in `autograd.Function` stays readable: fused kernels would be faster, but hide the formulas.""",
    """## 没有达到的目标

`autograd.Function` 里手写的反向传播要保持可读：融合的核函数会更快，但会把公式藏起来。""",
)
BOOKKEEPING = Text(
    """On a small network the time goes into calls from Python. The empty Function has the arguments of the hand-written
pass, saves as many tensors, and returns gradients that are ready: it computes nothing. The rest of a step is the checks
of the shapes and the formulas of both passes, which are operations of torch that Python calls. Eager PyTorch runs the
loss and the backward pass in C++. The times are µs of a step with `zero_grad` and SGD.""",
    """网络小的时候，时间花在 Python 的调用上。空的 Function 与手写的传播参数相同，保存的张量一样多，
返回现成的梯度，什么都不计算。一步里其余的时间是形状的检查以及正向传播和反向传播的公式，即由 Python 调用的 torch 运算。
即时执行的 PyTorch 用 C++ 计算损失和反向传播。时间是一步的 µs 数，包括 `zero_grad` 和 SGD。""",
)
BOOKKEEPING_HEAD = (
    Text("row", "行"),
    same("autograd.Function"),
    Text("empty Function", "空的 Function"),
    Text("the rest", "其余"),
    Text("eager PyTorch", "即时执行的 PyTorch"),
)
NOT_JUDGED = Text(
    """## Goals that were not judged

This goal is for machines on which the memory limits NumPy. Here a step of NumPy takes less time than the direct limit:
a cache holds X.""",
    """## 没有评的目标

这个目标针对 NumPy 受内存限制的机器。这里 NumPy 的一步比直接计算的下界还快：缓存装得下 X。""",
)
GROWTH = Text(
    """## How the time grows

Each quantity is doubled four times. The time of a forward and backward pass grows as a power of it:""",
    """## 时间怎样增长

每个量翻倍四次。一次正向传播加反向传播的时间按它的某个幂次增长：""",
)
GROWTH_HEAD = (Text("quantity", "量"), Text("from", "从"), Text("to", "到"), Text("power", "幂次"))
FIGURE = Text(
    "![Seconds of a pass against m, n_x and L on log-log axes](images/growth.png)",
    "![在双对数坐标里，一次传播的秒数与 m、n_x 和 L 的关系](images/growth.png)",
)
NAMES = {
    "a step on flower, 2-4-1": "花形 2-4-1 的一步",
    "an epoch of 60,000 × 784": "60,000 × 784 的一轮",
    "cats, five layers": "猫，五层",
    "cats, logistic": "猫，Logistic 回归",
    "flower, 2-4-1": "花形，2-4-1",
    "wide, 1024-1024-1024-1": "宽网络，1024-1024-1024-1",
    ", float64": "，float64",
    ", float32": "，float32",
    "milliseconds of a step in Lightning beyond the bare loop": "Lightning 的一步比裸循环多出的毫秒数",
    "epoch with the data module / bare loop": "数据模块的一轮 / 裸循环",
    "usual pipeline / epoch with the data module": "常用管道 / 数据模块的一轮",
    "autograd.Function / eager PyTorch": "autograd.Function / 即时执行的 PyTorch ",
    "NumPy / gradient_descent": "NumPy / gradient_descent ",
    "bare loop": "裸循环",
    "data module": "数据模块",
    "usual pipeline": "常用管道",
    ", a whole chapter": "，一整章",
    ", to its first step": "，到第一步",
    "ratio to import torch": "与 import torch 之比",
    "seconds beyond import torch": "比 import torch 多出的秒数",
    "seconds from a save to the answer": "从保存到回答的秒数",
    "seconds from the command to the page": "从命令到页面的秒数",
    "frames a second": "每秒帧数",
    "ms from a setting to its frame": "从改设置到出现新一帧的毫秒数",
    "playground, ": "训练场，",
    "playground": "训练场",
    "fused and gram at ": "fused 与 gram，",
    " points": " 个点",
    "largest ratio of the time of auto to that of the faster form": "auto 与较快形式的时间之比的最大值",
}
"""English -> Chinese: names that the record of a run uses, or parts of names. Longer names stand before their parts."""


def named(name: str, language: Language) -> str:
    """The name of the record in this language."""
    if language == "zh":
        for english, chinese in NAMES.items():
            name = name.replace(english, chinese)
    return name
