"""The table of commands. A command NAME is the function NAME in the module `course_torch.commands.NAME`."""

from collections.abc import Callable
from importlib import import_module

from course_torch.language import Text

COMMANDS = {  # This module imports no command, so the help needs no torch.
    "train": Text("train a network through Lightning, as train.py does", "用 Lightning 训练网络，与 train.py 相同"),
    "configs": Text(
        "list the configs of the experiments that `--config NAME` finds", "列出 `--config NAME` 能找到的实验配置"
    ),
    "exercise": Text(
        "write the file of a chapter: one function for each formula",
        "写出一章的练习文件：笔记里的每个公式是一个要写的函数",
    ),
    "check": Text(
        "judge the functions of your file, and say why one is wrong", "检查你的文件里的函数，说出函数为什么错"
    ),
    "grade": Text(
        "judge the files of a class, each in a sandbox, into a table",
        "检查全班的文件，每个文件在沙箱里运行，写成一张成绩表",
    ),
    "trace": Text(
        "show every formula of the passes and the update in numbers", "用数展示正向传播、反向传播和更新的每个公式"
    ),
    "playground": Text(
        "open a page in which a network trains and you make mistakes",
        "打开训练网络的网页：检查每个梯度，还可以故意犯错",
    ),
    "lesson": Text("open the lessons on the notes, in English or Chinese", "在浏览器里打开笔记的课程，中文或英文"),
    "compare": Text("judge the gradients against autograd and central differences", "用 autograd 和差分检查手写的梯度"),
    "reproduce": Text("run the course's experiments against the published numbers", "重做课程的实验，与公布的数比较"),
    "bench": Text(
        "time a step, an epoch and the start against alternatives",
        "测量梯度下降法的一步、一轮和启动的时间，与其他做法比较",
    ),
    "shapes": Text("print the shapes of all W, b, Z, A and of their derivatives", "打印所有 W、b、Z、A 及其导数的形状"),
    "figures": Text("draw the figures of the notes", "画出笔记的图"),
    "vectorization": Text("time loops against vectorized code", "测量循环与向量化的时间"),
    "predict": Text(
        "apply a trained network to pictures or to rows of numbers", "把训练好的网络用于图片、图片文件夹或一行行的数"
    ),
    "export": Text(
        "write a trained network as safetensors, ONNX, nn.Sequential",
        "把训练好的网络写成 safetensors、ONNX、nn.Sequential",
    ),
    "doctor": Text("check the installation, this machine and its gradients", "检查安装、本机，以及各设备上的梯度"),
}


def load_command(name: str) -> Callable[..., int]:
    return getattr(import_module(f"course_torch.commands.{name}"), name)
