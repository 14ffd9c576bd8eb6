"""{terms} 1: the glossary's terms of a chapter of the notes, in both languages, with a sentence in the page's language.

`{terms} others` lists the terms that the notes do not need. A section becomes a link as soon as it has a lesson.
"""

from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from _terms import TERMS, Term
from course_torch.language import Language
from lessons.language import language_of

OTHERS = "others"


def entry(term: Term, language: Language, lessons: Path) -> str:
    """The term in Markdown: a line with both names and the section, and the sentence below it."""
    other: Language = "en" if language == "zh" else "zh"
    parts = [f"**{term.name.say(language)}**"]
    if term.name.en != term.name.zh:
        parts.append(f'<span lang="{other}">{term.name.say(other)}</span>')
    if term.section:
        exists = (lessons / f"{term.section}.md").is_file()
        parts.append(f"[{term.section}](../lessons/{term.section}.md)" if exists else term.section)
    return f"{' · '.join(parts)}\n: {term.meaning.say(language)}\n"


class Terms(SphinxDirective):
    """```{terms} 1```."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        chapter = self.arguments[0].replace(OTHERS, "")
        chosen = [term for term in TERMS if term.section[:1] == chapter]
        if not chosen:
            raise self.error(f"terms: no term of chapter {chapter}")
        lessons = Path(self.env.srcdir) / "lessons"
        text = "\n".join(entry(term, language_of(self.env), lessons) for term in chosen)
        return self.parse_text_to_nodes(text)


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_directive("terms", Terms)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
