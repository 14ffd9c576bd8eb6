"""The playground's page: one HTML file, in which the engine trains by the graphs of the formulas."""

import json
import re
from base64 import b64encode
from dataclasses import fields, replace
from pathlib import PurePosixPath
from types import ModuleType
from typing import Any
from zlib import compress

from course_torch import errors
from course_torch.console import with_progress
from course_torch.data import csv_file
from course_torch.data.planar import NOISE, SURFACES
from course_torch.data.table import DataConfig
from course_torch.exercises.check.learners_pass import FLOWER, FLOWER_NETWORK
from course_torch.formulas.activations import ACTIVATIONS
from course_torch.formulas.outputs import OUTPUTS
from course_torch.language import LANGUAGES, Language, Text
from course_torch.network.config import NetworkConfig
from course_torch.network.parameters import INITIALIZATIONS
from course_torch.playground import settings
from course_torch.playground.graphs import (
    classic,
    derivative_graph,
    fault_record,
    features_graph,
    packed,
    passes_graph,
    score_graph,
    update_graph,
)
from course_torch.playground.settings import MOST_LAYERS, WIDEST, Settings, described, noises, points_of
from course_torch.playground.stored_page import GIVEN, SETS, SOURCES
from course_torch.reports.page import compact, source_hash, text_of, together
from course_torch.verification import central_differences, difference

CONSTANTS: dict[ModuleType, tuple[str, ...]] = {
    csv_file: ("MOST_CLASSES", "TEST"),
    difference: ("SAFETY", "BLIND", "ORDINARY", "SMALL_RESIDUAL"),
    central_differences: ("NUDGE", "RETRIES"),
    settings: ("MARGIN", "MOST_ROWS", "LARGEST_COORDINATE"),
}
"""Module -> its constants that the page's engine uses too."""
SHAPE = Text("{name}: shape {found}, expected {right}", "{name}：形状 {found}，应当是 {right}")
TEXTS = {
    "found": Text(
        "{name}: found {found}, expected {expected} in this page", "{name}：得到 {found}，本页面中应为 {expected}"
    ),
    "unknown": Text("settings: found '{name}', which this page does not know", "设置：本页面没有“{name}”"),
    "seed": Text("{least} to {most}", "{least} 到 {most}"),
    "flag": Text("true or false", "true 或 false"),
    "no_points": Text("data: found csv, expected a CSV file of points first", "数据：csv 需要先给出点的 CSV 文件"),
    "no_mistake": Text(
        "mistake: this page cannot make '{name}' in this network", "错误：本页面不能在这个网络里犯“{name}”"
    ),
    "none_to_guess": Text("guess: there is no mistake to guess", "猜测：现在没有要猜的错误"),
    "none_shows": Text(
        "mistake: none shows in this network now; make a step first", "错误：现在这个网络里看不出任何错误；请先走一步"
    ),
    "value": Text(
        "value: found {found}, expected a number from -{most} to {most}",
        "值：得到 {found}，应为 -{most} 到 {most} 的数",
    ),
    "one_of": errors.ONE_OF,
    "some_of": Text("a list of some of {choices}", "{choices} 中的一个或几个"),
    "widths": Text("at most {n} widths from 1 to {most}", "最多 {n} 个宽度，每个 1 到 {most}"),
    "rows": Text(
        "points: found {found}, expected at most {most} rows of x1, x2 and the label 0 or 1",
        "点：得到 {found}，应为最多 {most} 行 x1、x2 和标签 0 或 1",
    ),
    "domain": Text(
        "domain: found {found}, expected x1 from, to, x2 from, to", "范围：得到 {found}，应为 x1 从、到，x2 从、到"
    ),
    "lines": settings.LINES,
    "two": settings.TWO,
    "numbers": settings.NUMBERS,
    "no_text": csv_file.NO_TEXT,
    "columns": csv_file.COLUMNS,
    "with_class": csv_file.WITH_CLASS,
    "line": csv_file.LINE,
    "no_number": csv_file.NO_NUMBER,
    "no_class": csv_file.NO_CLASS,
    "no_rows": csv_file.NO_ROWS,
    "classes": csv_file.CLASSES,
    "rare": csv_file.RARE,
    "shapes": SHAPE,
    "diverged": Text("J = {J} at step {step}", "第 {step} 步的 J = {J}"),
    "wrong_shape": difference.WRONG_SHAPE,
    "a_multiple": difference.A_MULTIPLE,
    "nearly": difference.NEARLY,
    "no_multiple": difference.NO_MULTIPLE,
}
"""What the engine says, in both languages."""
OPTIONS = {"data": "data.name", "points": "data.points", "noise": "data.noise", "data_seed": "data.seed"}
OPTIONS |= {"batch_size": "data.batch_size", "model_seed": "model.seed"}
"""Setting -> its option of `course-torch train` and `course-torch trace`, if that is not model.NAME."""


def kit() -> dict[str, Any]:
    """What the page's engine needs of the formulas: graphs, mistakes, texts and constants. It takes some seconds."""
    return {
        "texts": {name: text._asdict() for name, text in TEXTS.items()},
        "constants": {name: getattr(module, name) for module, names in CONSTANTS.items() for name in names},
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
        "mistakes": [fault_record(fault) for fault in classic()],
    }


def sets(drawn: Settings) -> dict[str, Any]:
    """The sets of the plane with the points, the seed and the noise of these settings, and what the page offers."""
    begins = {"points": drawn.points, "data_seed": drawn.data_seed, "noise": drawn.noise}
    return {
        "hello": {
            **{"settings": described(drawn), "begins": begins, "noise_of": NOISE, "surfaces": [*SURFACES]},
            "options": {name: [option, usual_of(option)] for name, option in options().items()},
        },
        "sets": {
            data: [(noise, points_of(replace(drawn, data=data, noise=noise))) for noise in noises(drawn)]
            for data in NOISE
        },
    }


def options() -> dict[str, str]:
    """Setting -> its option of the commands."""
    of_network = {field.name: f"model.{field.name}" for field in fields(NetworkConfig)}
    names = (field.name for field in fields(Settings))
    return {name: option for name in names if (option := OPTIONS.get(name) or of_network.get(name)) is not None}


def usual_of(option: str) -> list[Any]:
    """The defaults of an option in `course-torch train` and in `course-torch trace`."""
    part, _, name = option.partition(".")
    configs = (DataConfig(), FLOWER) if part == "data" else (NetworkConfig(), FLOWER_NETWORK)
    return [getattr(config, name) for config in configs]


def networks() -> dict[str, Settings]:
    """Name of a graph -> a network of each output, activation and number of layers. Its widths are free."""
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


def joined(entry: str) -> str:
    """One classic script of a module of `web` and of all modules that it imports: from disk a browser loads no module.

    Each module becomes a function that returns what it exports. The entry module runs in an async function. Raises
    ValueError for an import or export that is written otherwise.
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
            module = add(resolved(path, found["path"]))
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


def standalone_page(made_of: str) -> str:
    """The page, with the hash of the sources that it is made of (`stored_page.hash_of_sources`).

    Its scripts and its style are allowed by their hashes alone, and the engine as a worker of the page. Raises
    RecordingError for a formula that no graph can hold.
    """
    style = together(("style.css", "playground/page.css"))
    script = STRICT + together(("elements.js", "progress.js")) + joined("playground/page.js")
    begin = f"{STRICT}{{\n{joined('standalone/begin.js')}}}\n"  # its names are not those of the script
    texts = {name: playground_texts(name) for name in LANGUAGES}
    blocks = {
        "script": deflated(script.encode()),
        "texts": deflated(as_json(texts)),
        "engine": deflated((STRICT + joined("engine/worker.js")).encode()),
        "kit": deflated(as_json(kit())),
        "failed": " ".join(every["playground.failed"] for every in texts.values()),  # a browser may unpack nothing
    }
    policy = (
        f"default-src 'none'; script-src {source_hash(begin)} {source_hash(script)}; style-src {source_hash(style)}; "
        "worker-src blob:; img-src data:; base-uri 'none'; form-action 'none'"
    )
    head = f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n{SOURCES.format(hash=made_of)}\n'
    head += f"<style>{style}</style>\n"
    tail = "".join(f'<script type="text/plain" id="{name}">{text}</script>\n' for name, text in blocks.items())
    tail += f"{SETS.format(data=block_of_sets(Settings()))}\n{GIVEN.format(data='{}')}\n<script>{begin}</script>\n"
    return text_of("playground/page.html").replace("</head>", f"{head}</head>").replace("</body>", f"{tail}</body>")


def block_of_sets(drawn: Settings) -> str:
    """The sets of a page, as the page holds them. Raises InputError for points, a seed or a noise out of range."""
    return deflated(as_json(sets(drawn)))


def as_json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def deflated(content: bytes) -> str:
    """The content compressed, in base64."""
    return b64encode(compress(content, 9)).decode()


def playground_texts(language: Language) -> dict[str, str]:
    """The texts of the playground in one language."""
    texts = json.loads(text_of(f"texts/{language}.json"))
    return {key: text for key, text in texts.items() if key.startswith("playground.")}
