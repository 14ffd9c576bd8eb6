"""Search in Chinese pages: every pair of neighbouring characters is a word, in the index and in the query."""

import re
from typing import Any

from sphinx.application import Sphinx
from sphinx.search import SearchLanguage

WORDS = re.compile(r"[一-鿿]+|[^\W_一-鿿]+")


class ChineseBigrams(SearchLanguage):
    """梯度下降 is found by 梯度, 度下, 下降; words in Latin letters are found as they are, in lower case."""

    lang = "zh"
    language_name = "Chinese"
    js_splitter_code = r"""
function splitQuery(query) {
  return (query.match(/[一-鿿]+|[^\s_一-鿿!-\/:-@\[-`{-~、。，：；？！（）《》“”]+/g) || []).flatMap((word) =>
    /[一-鿿]/.test(word) && word.length > 1
      ? Array.from({length: word.length - 1}, (_, i) => word.slice(i, i + 2))
      : [word]);
}
"""

    def split(self, input: str) -> list[str]:
        return [each for word in WORDS.findall(input) for each in self.pairs(word)]

    def pairs(self, word: str) -> list[str]:
        """The neighbouring pairs of a Chinese word; a single character and a Latin word stay whole."""
        if not "一" <= word[0] <= "鿿" or len(word) == 1:
            return [word]
        return [word[i : i + 2] for i in range(len(word) - 1)]

    def stem(self, word: str) -> str:
        return word.lower()


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_search_language(ChineseBigrams)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
