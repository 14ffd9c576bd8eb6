"""Trainings of the flower under chosen hyperparameters: what is chosen, and what is learned (notes 3.3)."""

from typing import Any

from _widgets.parts import choice, controls, polyline, readout, scrolling, table, words
from course_torch.language import Language, Text
from lessons.values import printed

DRAWING = Text(
    "The cost against the number of iterations, with a point at the chosen number.",
    "成本随迭代次数变化的曲线，圆点是所选的迭代次数。",
)
AXIS, TOO_HIGH = Text("iterations", "迭代次数"), Text("J (above 1.2: at the upper edge)", "J（高于 1.2 的画在上边缘）")
LEFT, BOTTOM, WIDTH, HEIGHT, HIGHEST = 40, 200, 380, 170, 1.2
"""The origin of the drawing, the lengths of its axes, and the J at the upper edge."""


def at(iteration: int, J: float) -> tuple[float, float]:
    """The place of a cost in the drawing."""
    return LEFT + iteration / 1000 * WIDTH, round(BOTTOM - min(J, HIGHEST) / HIGHEST * HEIGHT, 1)


def curve(run: dict[str, Any]) -> list[tuple[float, float]]:
    return [at(10 * i, J) for i, J in enumerate(run["costs"])] + [at(1000, run["after"]["1000"]["J"])]


def drawing(run: dict[str, Any], iterations: str, language: Language) -> str:
    x, y = at(int(iterations), run["after"][iterations]["J"])
    parts = [
        f'<path class="axis" d="M{LEFT} {BOTTOM - HEIGHT}V{BOTTOM}H{LEFT + WIDTH}"/>',
        *(words(at(count, 0)[0], BOTTOM + 18, str(count), "middle") for count in (0, 500, 1000)),
        *(words(LEFT - 8, at(0, J)[1] + 4, f"{J:g}", "end") for J in (0, 0.4, 0.8, 1.2)),
        words(LEFT + 6, BOTTOM - HEIGHT - 10, TOO_HIGH.say(language)),
        words(LEFT + WIDTH / 4, BOTTOM + 18, AXIS.say(language), "middle"),
        polyline("y1", curve(run)),
        f'<circle class="point" r="6" cx="{x:.1f}" cy="{y:.1f}"/>',
    ]
    return f'<svg viewBox="0 0 440 226" role="img" aria-label="{DRAWING.say(language)}">{"".join(parts)}</svg>'


HIDDEN = ("", "4", "8", "4-4")
CHOICES: dict[str, tuple[Text, tuple[str, ...]]] = {
    "hidden": (Text("Units of the hidden layers", "各隐层的单元数"), HIDDEN),
    "activation": (Text("Activation", "激活函数"), ("tanh", "relu", "sigmoid")),
    "alpha": (Text("Learning rate α", "学习速率 α"), ("0.1", "1.2", "10")),
    "iterations": (Text("Iterations", "迭代次数"), ("10", "100", "1000")),
}
DEFAULT = {"hidden": "4", "activation": "tanh", "alpha": "1.2", "iterations": "1000"}
"""What the page shows before the reader chooses."""
NONE = Text("none", "没有")
IDLE = Text("without effect: there is no hidden layer", "没有隐层，激活函数不起作用")
"""Why the activation cannot be chosen."""
CHOSEN = Text("Chosen by you: hyperparameters", "由你选择：超参数")
LEARNED = Text("Learned from the data: parameters", "从数据中学到：参数")
HEAD = (
    Text("parameter", "参数"),
    Text("shape", "形状"),
    Text("numbers", "个数"),
    Text("first entry before", "首个元素，训练前"),
    Text("after", "训练后"),
)
COMPARED = Text("tanh, α = 1.2, after 1000 iterations", "tanh，α = 1.2，迭代 1000 次之后")
COLUMNS = (
    Text("hidden", "隐层"),
    Text("parameters", "参数个数"),
    Text("J", "J"),
    Text("flower", "训练的花"),
    Text("another flower", "另一朵花"),
)
COUNT = Text("parameters", "参数个数")
SEEN, NEW = Text("right in the flower", "训练用的花答对"), Text("right in another flower", "另一朵花答对")


def key(chosen: dict[str, str]) -> str:
    """The name of a training in the numbers of the lesson."""
    return f"{chosen['hidden']} {chosen['activation']} {chosen['alpha']}"


def data(numbers: dict[str, Any]) -> dict[str, Any]:
    """The trainings, with the curve of each as points of the drawing."""
    return {
        name: {
            "parameters": run["parameters"],
            "shapes": [shape(each) for each in run["shapes"]],
            "start": [round(each, 4) for each in run["start"]],
            "after": run["after"],
            "curve": " ".join(f"{x:.1f},{y:.1f}" for x, y in curve(run)),
            "points": {count: at(int(count), result["J"]) for count, result in run["after"].items()},
        }
        for name, run in numbers["runs"].items()
    }


def shape(sizes: list[int]) -> str:
    return f"({', '.join(map(str, sizes))})"


def label(value: str, language: Language) -> str:
    """What a button says."""
    return value.replace("-", " + ") or NONE.say(language)


def buttons(language: Language) -> str:
    """Radio buttons for each hyperparameter, the default chosen."""
    sets = ""
    for name, (title, values) in CHOICES.items():
        listed = [(value, label(value, language)) for value in values]
        html = choice(f"choice-{name}", title.say(language), listed).replace(" checked", "")
        html = html.replace(f'value="{DEFAULT[name]}"', f'value="{DEFAULT[name]}" checked')
        if name == "activation":
            reason = f'<span class="reason" hidden>{IDLE.say(language)}</span>'
            html = html.replace("</fieldset>", f"{reason}</fieldset>")
        sets += html
    return sets


def learned(run: dict[str, Any], language: Language) -> str:
    """A row for each parameter matrix of up to three layers."""
    after, rows = run["after"][DEFAULT["iterations"]]["first"], []
    for i, name in enumerate(f"{kind}[{l}]" for l in (1, 2, 3) for kind in ("W", "b")):
        there = i < len(run["shapes"])
        sizes = run["shapes"][i] if there else [0]
        cells = [shape(sizes), str(sizes[0] * sizes[-1])] if there else ["", ""]
        cells += [printed(each[i], ".4f") if there else "" for each in (run["start"], after)]
        hidden = "" if there else " hidden"
        rows.append(f'<tr{hidden}><th scope="row">{name}</th>{"".join(f"<td>{each}</td>" for each in cells)}</tr>')
    head = "".join(f'<th scope="col">{each.say(language)}</th>' for each in HEAD)
    rows_and_head = f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody>"
    title = LEARNED.say(language)
    return f'<p class="title">{title}</p>' + scrolling(title, f'<table class="values learned">{rows_and_head}</table>')


def compared(runs: dict[str, Any], language: Language) -> str:
    """The networks side by side under the default of the other hyperparameters."""
    rows = []
    for hidden in HIDDEN:
        run = runs[key(DEFAULT | {"hidden": hidden})]
        result = run["after"][DEFAULT["iterations"]]
        scores = [f"{result[name]:.2%}" for name in ("seen", "new")]
        rows.append([label(hidden, language), str(run["parameters"]), printed(result["J"], ".4f"), *scores])
    title = COMPARED.say(language)
    return scrolling(title, table(title, [each.say(language) for each in COLUMNS], rows))


def html(numbers: dict[str, Any], language: Language) -> str:
    run = numbers["runs"][key(DEFAULT)]
    return (
        controls(f'<p class="title">{CHOSEN.say(language)}</p>{buttons(language)}')
        + drawing(run, DEFAULT["iterations"], language)
        + controls(
            readout(
                [
                    ("parameters", COUNT.say(language)),
                    ("J", "J"),
                    ("seen", SEEN.say(language)),
                    ("new", NEW.say(language)),
                ]
            )
        )
        + learned(run, language)
        + compared(numbers["runs"], language)
    )
