"""The page of the benchmarks in both languages: page.md and page.zh-CN.md, filled with the record of a run.

`python -m benchmarks.page` writes docs/benchmarks.md and docs/benchmarks.zh-CN.md from docs/benchmarks.json.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from benchmarks.contenders import AUTO, BRIDGE, COMPILED, EAGER, NUMPY
from benchmarks.timing import FLOWER
from course_torch.language import LANGUAGES, Language

HERE = Path(__file__).parent
RECORD = HERE.parent / "docs" / "benchmarks.json"
PAGES: dict[Language, Path] = {"en": RECORD.with_name("benchmarks.md"), "zh": RECORD.with_name("benchmarks.zh-CN.md")}
TEMPLATES: dict[Language, Path] = {"en": HERE / "page.md", "zh": HERE / "page.zh-CN.md"}
SHORT = {  # contender -> the head of its column, in the order of the columns
    **{"gradient_descent, fused": "fused", "gradient_descent, plain": "plain"},
    **{BRIDGE: "autograd.Function", EAGER: "eager"},
    **{COMPILED: "torch.compile", NUMPY: "NumPy"},
    "scikit-learn MLPClassifier": "scikit-learn",
}
# fmt: off
NAMES = {  # names of a record, or parts of names. Longer names stand before their parts.
    "a step on flower, 2-4-1": "花形数据 2-4-1 的一步", "an epoch of 60,000 × 784": "60,000 × 784 的一轮",
    "cats, five layers": "猫，五层", "cats, logistic": "猫，Logistic 回归", "flower, 2-4-1": "花形数据，2-4-1",
    "wide, 1024-1024-1024-1": "宽网络，1024-1024-1024-1", ", float64": "，float64", ", float32": "，float32",
    "bare loop": "裸循环", "data module": "数据模块",
    "usual pipeline": "常用管道",
}
# fmt: on


def page(record: Mapping[str, Any], language: Language) -> str:
    """Fill the template of the language."""

    def named(name: str) -> str:
        for english, chinese in NAMES.items() if language == "zh" else ():
            name = name.replace(english, chinese)
        return name

    rows = record["rows"]
    timed = [contender for contender in SHORT if any(contender in row["seconds"] for row in rows)]
    micro = {
        named(f"{row['workload']}, {row['dtype']}"): {way: 1e6 * seconds for way, seconds in row["seconds"].items()}
        for row in rows
    }
    flower = {
        way: 1e6 * seconds
        for way, seconds in rows[[row["workload"] for row in rows].index(FLOWER.name)]["seconds"].items()
    }
    values = {
        **record["machine"],
        "versions": ", ".join(f"{name} {version}" for name, version in record["machine"]["versions"].items()),
        "contenders": " | ".join(SHORT[contender] for contender in timed),
        "rows": table(
            (name, f"{times[AUTO]:,.1f}", *(ratio(times, contender, AUTO) for contender in timed))
            for name, times in micro.items()
        ),
        "pipelines": table(
            (named(title), named(way), f"{times[way]:.3g}", ratio(times, way, "bare loop"))
            for title, times in record["pipelines"].items()
            for way in times
        ),
        "compiling": f"{record['first_compiled_step']:.1f}",
        "all_steps": f"{FLOWER.iterations * flower[AUTO] / 1e6:.2f}",
        "compiled_step": f"{flower[COMPILED] / flower[AUTO]:.1f}",
    }
    return TEMPLATES[language].read_text(encoding="utf-8").format(**values)


def ratio(seconds: Mapping[str, float], way: str, unit: str) -> str:
    return f"{seconds[way] / seconds[unit]:.2f}" if way in seconds else ""


def table(rows: Iterable[Iterable[str]]) -> str:
    """The rows of a Markdown table whose head stands in the template, below the line that ends the head."""
    lines = [list(row) for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in [["---"] * len(lines[0]), *lines])


def main() -> None:
    record = json.loads(RECORD.read_text(encoding="utf-8"))
    for language in LANGUAGES:
        PAGES[language].write_text(page(record, language), encoding="utf-8")


if __name__ == "__main__":
    main()
