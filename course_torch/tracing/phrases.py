"""What the trace in words says between its formulas and numbers, in both languages."""

from course_torch.language import Text

WRITTEN = Text("{summary}: {file}", "{summary}：{file}")
DATA = Text("data: {name}", "数据：{name}")
PHASES = {"forward": Text("forward", "正向"), "backward": Text("backward", "反向"), "update": Text("update", "更新")}
UPDATE = Text("update {update}, {phase}", "第 {update} 次更新，{phase}")
CALLED = Text("layer {layer}, {function}, called in {place}", "第 {layer} 层，{function}，调用处 {place}")
GIVEN = Text("in: {values}", "输入：{values}")
MADE = Text("out:", "输出：")
YOURS = Text("yours", "你的")
YOUR_NUMBERS = Text("yours:", "你的：")
MORE_ROWS = Text("… {n} more rows", "… 还有 {n} 行")
OR = Text("; or: ", "；或者：")
PROBABLY = Text("Probably: {causes}", "可能的原因：{causes}")
FIRST_WRONG = Text("first wrong in {file}: {tensor}", "{file} 中第一个错的张量：{tensor}")
RIGHT = Text(
    "{file}: J and all its gradients are equal to those of the formulas", "{file}：J 和所有梯度都与公式算出的相等"
)
WRONG = Text(
    "{file}: first wrong {tensor} in update {update}", "{file}：第一个错的张量是 {tensor}，在第 {update} 次更新"
)
WITH_CAUSES = Text("{wrong}, probably {causes}", "{wrong}。可能的原因：{causes}")
