"""The two loops over examples and features, line by line, with the sums that grow (notes 1.5)."""

from html import escape
from typing import Any

from _widgets.parts import controls, readout, scrolling, slider
from _widgets.two_loops_steps import SUMS, first_line, four, steps
from _widgets.watching import lines_of
from course_torch.formulas.logistic_regression import step_with_two_loops
from course_torch.language import Language, Text

COLUMNS = ("z", "a", "dz", *SUMS)
BACK, NEXT, EXAMPLE = Text("Back", "上一步"), Text("Next line", "下一行"), Text("Next example", "下一个样本")
STEP, CODE = Text("Step", "第几步"), Text("The code of the two loops", "两个循环的代码")
START, MEAN, UPDATED = Text("start", "开始"), Text("mean", "平均"), Text("new w, b", "新的 w、b")
TABLE = Text("The values of each example, and the sums after it", "每个样本的值，以及加上它之后的累加值")
HINT = Text(
    "Python counts from 0: i = 0 is example 1, and dw[0] is dw1.", "Python 从 0 数起：i = 0 是样本 1，dw[0] 就是 dw1。"
)


def data(numbers: dict[str, Any]) -> list[dict[str, Any]]:
    return steps(numbers)


def html(numbers: dict[str, Any], language: Language) -> str:
    lines = lines_of(step_with_two_loops)[first_line() :]
    code = "".join(f'<span data-line="{k}">{escape(line[4:])}</span>' for k, line in enumerate(lines))
    written = {name: value for each in steps(numbers) for name, value in each["cells"].items()}
    rows = {"start": START.say(language), **{str(i): f"i = {i}" for i in range(len(numbers["X"]))}}
    rows |= {"mean": MEAN.say(language), "new": UPDATED.say(language)}

    def cell(row: str, column: str) -> str:
        name = f"{row} {column}"
        return f'<td data-cell="{name}">{four(written[name])}</td>' if name in written else "<td></td>"

    head = "".join(f'<th scope="col">{name}</th>' for name in COLUMNS)
    body = "".join(
        f'<tr><th scope="row">{label}</th>{"".join(cell(row, name) for name in COLUMNS)}</tr>'
        for row, label in rows.items()
    )
    title = TABLE.say(language)
    values = (
        f'<table class="values"><caption>{title}</caption>'
        f"<thead><tr><td></td>{head}</tr></thead><tbody>{body}</tbody></table>"
    )
    return (
        f'<pre class="lines" role="group" tabindex="0" aria-label="{CODE.say(language)}"><code>{code}</code></pre>'
        + controls(
            f'<p class="arithmetic" aria-live="polite"></p>{readout([(name, name) for name in SUMS])}',
            f"<p>{slider('loops-step', STEP.say(language), 1, len(steps(numbers)), 1)}</p>",
            f'<button type="button" class="back">{BACK.say(language)}</button> ',
            f'<button type="button" class="next">{NEXT.say(language)}</button> ',
            f'<button type="button" class="example">{EXAMPLE.say(language)}</button>',
        )
        + scrolling(title, values, "wide")
        + f"<p>{HINT.say(language)}</p>"
    )
