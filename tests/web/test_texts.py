"""The texts of the pages in two languages."""

import json
import re
from importlib.resources import files

WEB = files("course_torch") / "web"
TEXTS = {name: json.loads((WEB / f"texts/{name}.json").read_text(encoding="utf-8")) for name in ("en", "zh")}


def test_both_languages_have_the_same_texts() -> None:
    assert list(TEXTS["en"]) == list(TEXTS["zh"])


def test_both_languages_fill_the_same_placeholders() -> None:
    for key, text in TEXTS["en"].items():
        assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", TEXTS["zh"][key])), key


def test_a_space_separates_chinese_from_latin_letters_and_never_two_chinese_characters() -> None:
    chinese, latin = "[\u4e00-\u9fff]", "[A-Za-z0-9]"
    for key, text in TEXTS["zh"].items():
        assert not re.search(f"{chinese}{latin}|{latin}{chinese}|{chinese} +{chinese}", text), key
