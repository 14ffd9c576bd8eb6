"""What a call shows by itself, before any cause is looked for, as sentences and findings."""

from course_torch.exercises.task import finding
from course_torch.language import Text

RAISES = Text("it raises {type} in {place}: {message}", "它在 {place} 抛出 {type}：{message}")
RAISES_IN_SILENCE = Text("it raises {type} in {place}", "它在 {place} 抛出 {type}")
CHANGED, TWICE = finding("arguments changed"), finding("another result")
FOREIGN, LEFT_BEHIND, OWN_CACHE = map(finding, ("NumPy in torch", "caches not used", "own cache"))
NOT_RETURNING = Text("it did not return within {seconds} s", "它在 {seconds} 秒内没有返回")
ENDED = Text("it ended the process ({how})", "它结束了进程（{how}）")
NOT_THERE = Text(
    "it returns what {name} of the file {module}.py gives, which is not there when the file is judged: copy {name} "
    "into your file",
    "它返回了 {module}.py 中 {name} 的结果，而检查时没有这个文件：请把 {name} 复制到你的文件里",
)
AN_ANSWER = Text(
    "it returns what {name} of course_torch gives, which is empty while the file is judged: write the formula yourself",
    "它返回了 course_torch 中 {name} 的结果，而检查时 course_torch 是空的：请自己写出公式",
)
STRUCTURE = Text("{name}: it returns {found}, expected {expected}", "{name}：返回了 {found}，应当是 {expected}")
WAITS = Text("it calls {name}, which is not written yet", "它调用了 {name}，而 {name} 还没有写")
BLAMED = Text("it calls {name}, which is wrong: mend {name} first", "它调用了 {name}，而 {name} 有错：请先改正 {name}")
UNJUDGED = Text("it calls {name}, which is not judged", "它调用了 {name}，而 {name} 无法判断")
NOT_DEFINED = Text("the file does not define it", "文件里没有定义它")
