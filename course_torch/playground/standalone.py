"""The playground as one HTML file without a server: its engine runs in the browser, by the graphs of the formulas."""

import json
import re
from base64 import b64encode
from collections.abc import Mapping
from pathlib import PurePosixPath
from types import ModuleType
from typing import Any
from zlib import compress

from course_torch import errors
from course_torch.console import with_progress
from course_torch.data import csv_file
from course_torch.exchange.graph import packed, update_graph
from course_torch.formulas.activations import ACTIVATIONS
from course_torch.formulas.outputs import OUTPUTS
from course_torch.language import LANGUAGES, Text
from course_torch.network.parameters import INITIALIZATIONS
from course_torch.playground import connections, frames, mistakes, session, settings
from course_torch.playground.frames import as_json
from course_torch.playground.graphs import (
    derivative_graph,
    features_graph,
    mistakes_of_all_widths,
    passes_graph,
    score_graph,
)
from course_torch.playground.mistakes import fault_record
from course_torch.playground.settings import MOST_LAYERS, WIDEST, Examples, Settings
from course_torch.tracing.page import compact, source_hash, text_of, together
from course_torch.verification import comparing, judges
from course_torch.verification.faults import FAULTS

CONSTANTS: dict[ModuleType, tuple[str, ...]] = {
    csv_file: ("MOST_CLASSES", "TEST"),
    comparing: ("SAFETY", "BLIND", "ORDINARY", "SMALL_RESIDUAL"),
    judges: ("NUDGE", "RETRIES"),
    settings: ("MARGIN", "MOST_ROWS", "LARGEST_COORDINATE"),
    session: ("RING", "LARGEST_WEIGHT", "RECORD_EVERY"),
    frames: ("FLAT", "MOST", "SIZE", "STRIDE", "BINS", "SLICE", "PATIENCE"),
    connections: ("CREDITS", "QUIET", "RESTARTS"),
}
"""Module -> its constants that the page's engine uses too."""
OFFERED: dict[str, tuple[Any, ...]] = {
    "points": (settings.POINTS,),
    "noise": (None, 0.0),
    "optimizer": ("gradient_descent",),
    "precision": (64,),
}
"""Setting -> the values that the page's engine can compute, of those that the server can."""
TEXTS = {
    "found": Text(
        "{name}: found {found}, expected {expected} in this page", "{name}：得到 {found}，本页面中应为 {expected}"
    ),
    "unknown": Text("settings: found '{name}', which this page does not know", "设置：本页面没有“{name}”"),
    "seed": settings.RANGE,
    "flag": settings.FLAG,
    "no_points": Text("data: found csv, expected a CSV file of points first", "数据：csv 需要先给出点的 CSV 文件"),
    "no_mistake": Text(
        "mistake: this page cannot make '{name}' in this network", "错误：本页面不能在这个网络里犯“{name}”"
    ),
    "none_here": Text(
        "guess: this page makes no mistake in this network: choose another output, or other widths",
        "猜测：本页面不能在这个网络里犯错误：请换一个输出，或改变各层的宽度",
    ),
    "none_to_guess": Text("guess: there is no mistake to guess", "猜测：现在没有要猜的错误"),
    "value": session.VALUE,
    "one_of": errors.ONE_OF,
    "some_of": settings.SOME_OF,
    "rows": settings.ROWS,
    "domain": settings.DOMAIN,
    "widths": settings.WIDTHS,
    "lines": settings.LINES,
    "two": settings.TWO,
    "numbers": settings.NUMBERS,
    "no_text": csv_file.NO_TEXT,
    "columns": csv_file.COLUMNS,
    "line": csv_file.LINE,
    "no_number": csv_file.NO_NUMBER,
    "no_class": csv_file.NO_CLASS,
    "no_rows": csv_file.NO_ROWS,
    "classes": csv_file.CLASSES,
    "rare": csv_file.RARE,
    "none_shows": mistakes.NONE_SHOWS,
    "shapes": mistakes.SHAPE,
    "diverged": session.DIVERGED,
    "wrong_shape": comparing.WRONG_SHAPE,
    "a_multiple": comparing.A_MULTIPLE,
    "nearly": comparing.NEARLY,
    "no_multiple": comparing.NO_MULTIPLE,
}
"""What the engine says, in both languages."""


def kit() -> dict[str, Any]:
    """Everything that the page's engine needs: graphs, sets, mistakes, texts, and the choices that it offers."""
    every = mistakes_of_all_widths()
    return {
        "hello": offered(),
        "texts": {name: text._asdict() for name, text in TEXTS.items()},
        "constants": {name: getattr(module, name) for module, names in CONSTANTS.items() for name in names},
        "sets": {
            f"{data} {settings.in_words(noise)}": points_of(data, noise)
            for data in settings.NOISE
            for noise in OFFERED["noise"]
        },
        "std": {name: [std(n_in) for n_in in range(1, WIDEST + 1)] for name, std in INITIALIZATIONS.items()},
        "activations": {
            name: {"kink": g.kink, "derivative": derivative_graph(g)._asdict()} for name, g in ACTIVATIONS.items()
        },
        "passes": packed(
            {name: passes_graph(each) for name, each in with_progress(networks().items(), "The formulas")}
        ),
        "features": features_graph()._asdict(),
        "update": update_graph()._asdict(),
        "scores": {name: score_graph(OUTPUTS[name])._asdict() for name in settings.CHOICES["output"]},
        "mistakes": [
            {**fault_record(fault, "{m}"), "need": fault.need, "all_widths": fault.name in every}
            for fault in mistakes.in_groups(FAULTS)
        ],
    }


def offered() -> dict[str, Any]:
    """What a page says first, with the choices of the page's engine."""
    told: dict[str, Any] = connections.hello("", None) | {"session": None}
    for description in told["settings"]:
        if description["name"] in OFFERED:
            description["choices"] = OFFERED[description["name"]]
        if description["name"] == "data_seed":
            description["least"] = description["most"] = Settings.data_seed
    return told


def points_of(data: str, noise: float | None) -> dict[str, Any]:
    """The points of a set, as a start tells them."""
    examples = Examples(Settings(data=data, noise=noise), None)
    return {
        **{name: points.tolist() for name, points in examples.points.items()},
        "domain": examples.domain,
        "labels": examples.labels,
        "class_names": examples.data.class_names,
        "axes": examples.axes,
    }


def networks() -> dict[str, Settings]:
    """Name of a graph -> a network of each output, activation and number of layers. Its widths are free.

    Hidden layers of one width fit every mistake.
    """
    made = {}
    for output in settings.CHOICES["output"]:
        made[output] = Settings(output=output, hidden_layers=())
        for L in range(2, MOST_LAYERS + 2):
            for name, learned in (*((name, False) for name in ACTIVATIONS), ("leaky_relu", True)):
                made[f"{output}, {name}{', learned' if learned else ''} {L}"] = Settings(
                    output=output, hidden_layers=(4,) * (L - 1), hidden_activation=name, learn_slope=learned
                )
    return made


STRICT = '"use strict";\n'  # as modules are
IMPORT = re.compile(r'^import (?:\* as (?P<all>\w+)|\{ (?P<names>[^}]+) \}) from "(?P<path>[^"]+)";\n', re.M)
EXPORT = re.compile(r"^export (?=(?:(?:async )?function|const|class) (\w+))", re.M)


def joined(entry: str, instead: Mapping[str, str] = {}) -> str:
    """One classic script of a module of `web` and of all modules that it imports: from disk a browser loads no module.

    Each module becomes a function that returns what it exports; `instead` names modules that take the place of others.
    The entry module runs in an async function. Raises ValueError for an import or export that is written otherwise.
    """
    made: dict[str, str] = {}

    def add(path: str) -> str:
        """Add a module after its imports. Returns its name in the script."""
        name = re.sub(r"\W", "_", path)
        if name in made:
            return name
        text = text_of(path)
        bound = []
        for found in IMPORT.finditer(text):
            target = resolved(path, found["path"])
            module = add(instead.get(target, target))
            wanted = found["all"] or f"{{ {found['names'].replace(' as ', ': ')} }}"
            bound.append(f"const {wanted} = {module};\n")
        body, exports = EXPORT.sub("", IMPORT.sub("", text)), EXPORT.findall(text)
        if left := re.search(r"^(import|export)\b.*", body, re.M):
            raise ValueError(f"{path}: cannot join {left[0]!r}")
        head = f"const {name} = {'(async ' if path == entry else '('}() => {{\n"
        made[name] = f"{head}{''.join(bound)}{body}return {{ {', '.join(exports)} }};\n}})();\n"
        return name

    add(entry)
    return compact("".join(made.values()))


def resolved(path: str, target: str) -> str:
    """The path in `web` of what a module imports."""
    parts: list[str] = []
    for part in (PurePosixPath(path).parent / target).parts:
        parts = parts[:-1] if part == ".." else [*parts, part]
    return "/".join(parts)


def standalone_page(*, lessons: bool = False) -> str:
    """The page. Its scripts and its style are allowed by their hashes alone, and the engine as a worker of the page.

    lessons   whether the page lies beside the folders en and zh of the lessons: its tasks then link to them
    """
    style = together(("style.css", "playground/page.css"))
    script = (
        STRICT
        + together(("elements.js", "progress.js"))
        + joined("playground/page.js", {"playground/socket.js": "standalone/socket.js"})
    )
    begin = f"{STRICT}{{\n{joined('standalone/begin.js')}}}\n"  # its names are not those of the script
    texts = {name: json.loads(text_of(f"texts/{name}.json")) for name in LANGUAGES}
    blocks = {
        "script": deflated(script.encode()),
        "texts": deflated(as_json({name: playground_texts(every) for name, every in texts.items()})),
        "engine": deflated((STRICT + joined("engine/worker.js")).encode()),
        "kit": deflated(as_json(kit())),
    }
    policy = (
        f"default-src 'none'; script-src {source_hash(begin)} {source_hash(script)}; style-src {source_hash(style)}; "
        "worker-src blob:; img-src data:; base-uri 'none'; form-action 'none'"
    )
    head = f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n<style>{style}</style>\n'
    blocks["failed"] = " ".join(every["playground.failed"] for every in texts.values())  # a browser may unpack nothing
    tail = "".join(f'<script type="text/plain" id="{name}">{text}</script>\n' for name, text in blocks.items())
    html = text_of("playground/page.html")
    html = re.sub(r'<link rel="stylesheet".*>\n', "", html)
    html = re.sub(r"<script .*</script>\n", "", html)
    if lessons:
        html = html.replace("<html", '<html data-lessons=""')
    return html.replace("</head>", f"{head}</head>").replace("</body>", f"{tail}<script>{begin}</script>\n</body>")


def deflated(content: bytes) -> str:
    """The content compressed, in base64."""
    return b64encode(compress(content, 9)).decode()


def playground_texts(texts: Mapping[str, str]) -> dict[str, str]:
    """The texts of the playground alone."""
    return {key: text for key, text in texts.items() if key.startswith("playground.")}
