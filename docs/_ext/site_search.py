"""The search of the site: spellings, other names of the terms, and the lessons before the guides before the reference.

The name of a term leads to the lesson that needs the term first. `scorer.js` orders the pages.
"""

import json
import re
from typing import Any

from docutils import nodes
from sphinx.addnodes import index
from sphinx.application import Sphinx
from sphinx.search import SearchLanguage
from sphinx.search.en import SearchEnglish

from _terms import TERMS
from _terms.other_names import ALSO, CHINESE, ENGLISH, OF_PAGES

WORDS = re.compile(r"[一-鿿]+|[^\W_一-鿿]+")
AMERICAN = r"([a-z]{3}i)z(?=(?:e|es|ed|er|ers|ing|able|ation|ations)$)"
FUNCTION = re.compile(" ?(function|函数)$")
SEPARATOR = re.compile("[,、] ?")


def pages_of_names() -> dict[str, set[str]]:
    """Page -> what readers type for it and for its terms: names in both languages, also "cost" for "cost function"."""
    pages = {page: {*names} for page, names in OF_PAGES.items()}
    others = ALSO | CHINESE | ENGLISH
    for term in TERMS:
        names = {name for both in term.name for name in SEPARATOR.split(both)}
        names |= {other for other, name in others.items() if name in names}
        names |= {FUNCTION.sub("", name) for name in names} | {f"{name}s" for name in names if name.isascii()}
        page = f"lessons/{term.section}" if term.section else "guides/glossary"
        pages.setdefault(page, set()).update(names)
    return pages


def add_names(app: Sphinx, document: nodes.document) -> None:
    """Add the names of a page to the index of the search."""
    names = sorted(pages_of_names().get(app.env.docname, ()))
    document.append(index(entries=[("single", name, "", "main", None) for name in names]))


class English(SearchEnglish):
    """vectorize is found by vectorise and the other way round."""

    js_splitter_code = f"""
const OneSpelling = window.Stemmer;
window.Stemmer = function () {{
  const stemmer = new OneSpelling();
  this.stemWord = (word) => stemmer.stemWord(word.replace(/{AMERICAN}/, "$1s"));
}};
"""

    def stem(self, word: str) -> str:
        return super().stem(re.sub(AMERICAN, r"\1s", word.lower()))


class Chinese(SearchLanguage):
    """梯度下降 is found by 梯度, 度下, 下降: in the index and in the query, two neighbouring characters are a word.

    A word in Latin letters is found as it is, in lower case. The query gets the names of the glossary.
    """

    lang = "zh"
    language_name = "Chinese"
    names = {name: name for name in CHINESE.values()} | CHINESE
    js_splitter_code = (
        f"const NAMES = {json.dumps(dict(sorted(names.items(), key=lambda pair: -len(pair[0]))), ensure_ascii=False)};"
        r"""
function splitQuery(query) {
  const named = query.replace(new RegExp(Object.keys(NAMES).join("|"), "g"), (name) => NAMES[name]);
  return (named.match(/[一-鿿]+|[^\s_一-鿿!-\/:-@\[-`{-~、。，：；？！（）《》“”]+/g) || []).flatMap((word) =>
    /[一-鿿]/.test(word) && word.length > 1
      ? Array.from({length: word.length - 1}, (_, i) => word.slice(i, i + 2))
      : [word]);
}
"""
    )

    def split(self, input: str) -> list[str]:
        return [pair for word in WORDS.findall(input) for pair in self.pairs(word)]

    def pairs(self, word: str) -> list[str]:
        """The neighbouring pairs of a Chinese word; a single character and a Latin word stay whole."""
        if not "一" <= word[0] <= "鿿" or len(word) == 1:
            return [word]
        return [word[i : i + 2] for i in range(len(word) - 1)]

    def stem(self, word: str) -> str:
        return word.lower()


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_search_language(English)
    app.add_search_language(Chinese)
    app.connect("doctree-read", add_names)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
