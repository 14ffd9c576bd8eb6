"""What the judge says of a function: what is seen, or why it is not judged. The sentences of causes are elsewhere."""

from course_torch.exercises.sandbox.client import PROCESSOR_SECONDS, SLOWEST, TOGETHER, Failure
from course_torch.language import Text

# What a call shows
STRUCTURE = Text("{name}: it returns {found}, expected {expected}", "{name}：返回了 {found}，应当是 {expected}")
RAISES = Text("it raises {type} in {place}: {message}", "它在 {place} 抛出 {type}：{message}")
RAISES_IN_SILENCE = Text("it raises {type} in {place}", "它在 {place} 抛出 {type}")
RUNNING = Text("it does not return: {line} is still running", "它没有返回：还在执行{line}")
NO_ANSWER = {
    "NotReturning": Text(
        "it does not return: it still computes after {message} s of processor time",
        "它没有返回：用了 {message} 秒处理器时间之后还在计算",
    ),
    "timeout": Text(
        f"it did not return within {{message}} s and {SLOWEST} times its processor time: it waits for something, or "
        "this machine is too busy",
        f"它在 {{message}} 秒加上 {SLOWEST} 倍处理器时间之内没有返回：它在等待什么，或者这台机器太忙",
    ),
    "spent": Text(
        f"it is not called: the calls before it computed for {PROCESSOR_SECONDS} s, or took more than {TOGETHER:g} s "
        f"and {SLOWEST} times their processor time",
        f"没有调用它：之前的调用总共计算了 {PROCESSOR_SECONDS} 秒，"
        f"或者超过了 {TOGETHER:g} 秒加上 {SLOWEST} 倍处理器时间",
    ),
    "end": Text("it ended the process ({message})", "它结束了进程（{message}）"),
}
"""Type of a failure -> what is seen of a call that the process did not answer."""
AN_ANSWER = Text(
    "it returns what {name} of course_torch gives, which is empty while the file is judged: write the formula yourself",
    "它返回了 course_torch 中 {name} 的结果，而检查时 course_torch 是空的：请自己写出公式",
)
NOT_THERE = Text(
    "it uses {name} of the file {module}.py, which is not there when the file is judged: copy {name} into your file",
    "它用到了 {module}.py 中的 {name}，而检查时没有这个文件：请把 {name} 复制到你的文件里",
)
OTHER_START = Text(
    "each call starts from other parameters, so the updates cannot be compared: draw them with NumPy's or torch's "
    "randn, without a generator of your own",
    "每次调用的初始参数都不同，无法比较更新：请用 NumPy 或 torch 的 randn 随机初始化，不要自己建立随机数生成器",
)
ONLY_WITH = {Text("with one layer", "只有一层时"): "L", Text("with one example", "只有一个样本时"): "m"}
ONLY = Text("only {what}{grader}: {symptom}", "仅在{what}出错{grader}：{symptom}")
NOT_TRIED = Text(
    " (the course's own grader does not try this and accepts the function)",
    "（课程自己的评分程序不测试这种情况，会判为正确）",
)
# Before a call: what is missing
NOT_DEFINED = Text("the file does not define it", "文件里没有定义它")
ABSENT = Text("not in the file", "文件里没有")
UNFINISHED = Text("not written yet: {why}", "还没有写：{why}")
BLANK = Text(
    "nothing stands between the two comments that begin and end the place for your code ({places})",
    "该写代码的地方，开始与结束两行注释之间什么都没有（{places}）",
)
ANOTHER_SIGNATURE = Text("another signature: ({found}), expected ({right})", "参数不同：({found})，应当是 ({right})")
NO_ARGUMENT = Text(
    "it uses {name}, which is no argument and has no value: the arguments are ({right})",
    "它用到了 {name}，而 {name} 不是参数，也没有值：参数是 ({right})",
)
HAS_NO_VALUE = Text(
    "it uses {name}, which has no value: {line} failed with {type}: {message}",
    "它用到了 {name}，而 {name} 没有值：{line} 失败，{type}：{message}",
)
NEEDS_STUB = Text(
    "it uses {name}, which has no value: {line} needs {message}, which is not there when the file is judged",
    "它用到了 {name}，而 {name} 没有值：{line} 需要 {message}，而检查时没有它",
)
CALLS_BROKEN = Text("it uses {name}: {why}", "它用到了 {name}：{why}")
# Other functions that it calls
WAITS = Text("it calls {name}, which is not written yet", "它调用了 {name}，而 {name} 还没有写")
ELSEWHERE = Text(
    "it calls {name}, which the file does not define: copy {name} into your file",
    "它调用了 {name}，而文件里没有定义 {name}：请把 {name} 复制到你的文件里",
)
UNJUDGED = Text("it calls {name}, which is not judged", "它调用了 {name}，而 {name} 无法判断")
UNWRITTEN = Text("it calls a function that is not written yet ({place})", "它调用的函数还没有写（{place}）")
BLAMED = Text("it calls {name}, which is wrong: mend {name} first", "它调用了 {name}，而 {name} 有错：请先改正 {name}")
RIGHT_WITH = Text(
    "right with a right {names} in place of yours, which it calls",
    "把你的 {names}（它调用了）换成正确的之后，它是正确的",
)
WRONG_WITH = Text(
    "also with a right {names} in place of yours: {symptom}", "把你的 {names} 换成正确的之后仍然有错：{symptom}"
)
# A form of the file's own
OWN_ARGUMENTS = Text(
    "right here, but its arguments are in another order, ({found}): the course's own tests hand over ({right})",
    "在这里是正确的，但参数的顺序不同，是 ({found})：课程自己的测试传入的是 ({right})",
)
OWN_RESULTS = Text(
    "right here, but it returns {found}: the course's own tests expect {right}",
    "在这里是正确的，但它返回 {found}：课程自己的测试要求的是 {right}",
)
OTHER_LAYOUT = Text(
    "it takes {code}: perhaps its examples lie along the other axis. Where it is called here, {layout}",
    "它取 {code}：也许它的样本在另一个轴上。而这里调用它时，{layout}",
)
OWN_UNITS = Text(
    "right but for your own choice of {found} hidden units: the course's own tests expect {right}",
    "除了自己选择的 {found} 个隐藏单元之外是正确的：课程自己的测试要求的是 {right}",
)
OWN_KEYS = Text(
    "it has {found}, as other functions of your file have: expected {right}",
    "它写的是 {found}，与你文件里别的函数相同：应当是 {right}",
)
A_LIST = Text(
    "it takes entry {found}, as of a list: it is given a dict with the keys {right}",
    "它用下标 {found} 取值，像列表一样：传入的是键为 {right} 的 dict",
)
OTHER_FORM = Text("another form of the result: {symptom}", "结果的形式不同：{symptom}")
FOR_NUMBERS = Text(
    "it takes a single number, and your file calls it number by number: it is called with arrays here",
    "它只接受一个数，而你的文件逐个数地调用它：这里用数组调用它",
)
UNPACKED = Text(
    "it takes {name} apart into {count} values: it is called with another number of values here",
    "它把 {name} 拆成 {count} 个值：这里传入的值不是这么多",
)
ONE_VALUE = Text(
    "right numbers, but it returns only A, and {taker} takes two values from it: return A, Z",
    "数值正确，但它只返回 A，而 {taker} 从它取两个值：要写 return A, Z",
)
TAKES_ARRAY = Text(
    "it takes {name} as an array: it is called with a number here", "它把 {name} 当作数组：这里传入的是一个数"
)
TAKES_DICT = Text(
    "it takes {name} as a dict: it is called with a tuple here", "它把 {name} 当作 dict：这里传入的是元组"
)
TAKES_FUNCTION = Text(
    "it takes {name} as a function: it is called with the name of the activation here",
    "它把 {name} 当作函数：这里传入的是激活函数的名称",
)
A_TABLE = Text(
    "it takes a table of pandas (.{attribute}): it is called with arrays here",
    "它要的是 pandas 的表格（.{attribute}）：这里用数组调用它",
)
OWN_OPTIONS = Text(
    "it has {names}, which the course's function has not, and it draws random numbers: perhaps it is another function",
    "它有课程里没有的 {names}，而且用了随机数：它也许是另一个函数",
)
OWN_ACTIVATION = Text(
    "its hidden layer has {g}, as in {others} of your file, and the assignment has tanh: perhaps it is another network",
    "它的隐层用了 {g}，与你文件里的 {others} 相同，而作业用 tanh：它也许是另一种网络",
)
BESIDE_ANOTHER = Text(
    "{symptom}. {forward} of your file is not judged: perhaps this function belongs to the same other network",
    "{symptom}。你文件里的 {forward} 无法判断：这个函数也许属于同一个另外的网络",
)
OF_ANOTHER_NETWORK = Text(
    "{symptom}. {users} of your file calls it: perhaps it is a function of another network",
    "{symptom}。你文件里的 {users} 调用它：它也许属于另一种网络",
)
GUESSED = Text(
    "it has the arguments of {name}, and its result is another: perhaps it is another function",
    "它的参数与 {name} 相同，结果却不同：它也许是别的函数",
)
ELSEWHERE_RAISED = Text("{symptom}, and it is {library} that raises it", "{symptom}，是 {library} 抛出的")
UNASKED = Text(
    "{symptom}. The assignment has no {name}, and your functions do not call it: perhaps it is another function",
    "{symptom}。作业里没有 {name}，你的函数也没有调用它：它也许是别的函数",
)
SEVERAL_OUTPUTS = Text(
    "{symptom}. The file has {found}: perhaps its network has several outputs",
    "{symptom}。文件里有 {found}：它的网络也许有多个输出",
)
OUTSIDE = Text("it uses a variable outside the function", "它用了函数外面的变量")
# The checker itself, and a file that it cannot load
TROUBLE = Text(
    "the checker itself failed here, which is its mistake and not yours (--json says where)",
    "检查程序自己在这里出错了，这不是你的错（--json 会指出位置）",
)
NOT_LOADED = {
    "NotReturning": Text(
        "the file cannot be loaded: it still computes after {message} s of processor time. Is there an endless loop "
        "outside the functions?",
        "无法加载文件：用了 {message} 秒处理器时间之后还在计算。函数之外是不是有死循环？",
    ),
    "timeout": Text(
        f"the file cannot be loaded: it did not end within {{message}} s and {SLOWEST} times its processor time. Does "
        "it wait for something, or is this machine too busy?",
        f"无法加载文件：它在 {{message}} 秒加上 {SLOWEST} 倍处理器时间之内没有结束。"
        "它是不是在等待什么，或者这台机器太忙？",
    ),
    "end": Text(
        "the file cannot be loaded: its process ended ({message})", "无法加载文件：它的进程结束了（{message}）"
    ),
}
"""Type of a failure -> why the learner's file cannot be loaded."""
RIGHT_CHANGE = Text("right; {n} changes before it are not", "正确；前面的 {n} 处改动都不行")


def without_result(failure: Failure, file: str) -> Text:
    """What is seen of a call in a file that gave no result: it uses what is not there, gets no answer, or raises."""
    if failure.type == "StubResultError":
        module, _, name = failure.message.partition(".")
        return (AN_ANSWER if module == "course_torch" else NOT_THERE).fill(module=module, name=name)
    if failure.type in NO_ANSWER:
        return NO_ANSWER[failure.type].fill(message=failure.message)
    text = RAISES if failure.message else RAISES_IN_SILENCE
    return text.fill(type=failure.type, place=failure.where or file, message=failure.message)


def not_loaded(failure: Failure) -> Text:
    """Why the file cannot be loaded."""
    return NOT_LOADED.get(failure.type, NOT_LOADED["end"]).fill(message=failure.message)
