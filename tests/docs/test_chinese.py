"""Chinese search finds every pair of neighbouring characters, and Chinese lines are joined without a space."""

import json
import runpy

import pytest
import quickjs

from tests.docs.lessons import DOCS

SEARCH = runpy.run_path(str(DOCS / "_ext" / "chinese_search.py"))["ChineseBigrams"]({})
BREAK = runpy.run_path(str(DOCS / "_ext" / "chinese_lines.py"))["BREAK"]
PHRASES = [
    ("梯度下降", ["梯度", "度下", "下降"]),
    ("猫", ["猫"]),
    ("sigmoid 函数", ["sigmoid", "函数"]),
    ("损失函数，成本", ["损失", "失函", "函数", "成本"]),
    ("Logistic回归", ["Logistic", "回归"]),
]


@pytest.mark.parametrize(("phrase", "words"), PHRASES)
def test_the_index_and_the_query_have_the_same_words(phrase: str, words: list[str]) -> None:
    assert SEARCH.split(phrase) == words
    context = quickjs.Context()
    context.eval(SEARCH.js_splitter_code)
    assert json.loads(context.eval(f"JSON.stringify(splitQuery({json.dumps(phrase)}))")) == words


def test_index_and_query_write_words_in_lower_case() -> None:
    assert SEARCH.stem("ReLU") == "relu"


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        ("损失\n函数", "损失函数"),
        ("损失，\nz 应该", "损失，z 应该"),
        ("损失，\n$z$ 应该", "损失，$z$ 应该"),
        ("损失函数 L\n是", "损失函数 L\n是"),
        ("## 思路\n\n损失", "## 思路\n\n损失"),
        ("损失：\n```{cell} a", "损失：\n```{cell} a"),
        ("损失：\n- 成本", "损失：\n- 成本"),
        ("1. 损失。\n2. 成本。\n10. J。", "1. 损失。\n2. 成本。\n10. J。"),
        ("- 损失函数，\n  也叫\n  损失", "- 损失函数，也叫损失"),
        ("损失：\n\n    成本 = J\n    损失 = L", "损失：\n\n    成本 = J\n    损失 = L"),
        ("损失，\n2 个样本", "损失，2 个样本"),
    ],
)
def test_lines_of_a_paragraph_are_joined(lines: str, joined: str) -> None:
    assert BREAK.sub("", lines) == joined
