"""What a call shows by itself, before any cause is looked for, as sentences and findings."""

from course_torch.exercises.task import Finding
from course_torch.language import Text

RAISES = Text(
    "it raises {type} in {place}: {message}",
    "它在 {place} 抛出 {type}：{message}",
)
RAISES_IN_SILENCE = Text("it raises {type} in {place}", "它在 {place} 抛出 {type}")
NOT_RETURNING = Text("it did not return within {seconds} s", "它在 {seconds} 秒内没有返回")
ENDED = Text("it ended the process ({how})", "它结束了进程（{how}）")
CHANGED = Finding(
    "arguments changed",
    Text(
        "it changes its arguments: work on a copy, because the caller uses the same arrays again",
        "它修改了传入的参数：请在副本上计算，因为调用者还要用这些数组",
    ),
    "",
)
TWICE = Finding(
    "another result",
    Text(
        "a second call with the same arguments gives another result: the function draws random numbers, or it keeps "
        "something between calls, such as a global variable or gradients that add up",
        "用同样的参数再调用一次，结果不同：函数用了随机数，或者在两次调用之间保留了东西，例如全局变量或不断累加的梯度",
    ),
    "",
)
FOREIGN = Finding(
    "NumPy in torch",
    Text(
        "it returns a NumPy array, but the file's library is torch: compute with tensors",
        "它返回了 NumPy 数组，而这个文件用的是 torch：请用张量计算",
    ),
    "",
)
NOT_THERE = Text(
    "it returns what {name} of the file {module}.py gives, which is not there when the file is judged: copy {name} "
    "into your file",
    "它返回了 {module}.py 中 {name} 的结果，而检查时没有这个文件：请把 {name} 复制到你的文件里",
)
AN_ANSWER = Text(
    "it returns what {name} of course_torch gives, which is empty while the file is judged: write the formula yourself",
    "它返回了 course_torch 中 {name} 的结果，而检查时 course_torch 是空的：请自己写出公式",
)
LEFT_BEHIND = Finding(
    "caches not used",
    Text(
        "it does not use the cache that it is given, but what the last forward call left behind, such as a global "
        "variable",
        "它没有用传入的 cache，而是用了上一次正向传播留下的东西，例如全局变量",
    ),
    "",
)
STRUCTURE = Text("{name}: it returns {found}, expected {expected}", "{name}：返回了 {found}，应当是 {expected}")
WAITS = Text("it calls {name}, which is not written yet", "它调用了 {name}，而 {name} 还没有写")
BLAMED = Text("it calls {name}, which is wrong: mend {name} first", "它调用了 {name}，而 {name} 有错：请先改正 {name}")
UNJUDGED = Text("it calls {name}, which is not judged", "它调用了 {name}，而 {name} 无法判断")
NOT_DEFINED = Text("the file does not define it", "文件里没有定义它")
