"""Settings of Sphinx for both languages. `tools/build_site.py` builds docs/en, and docs/zh with the tag zh."""

import sys
from pathlib import Path

from course_torch import __version__

DOCS = Path(__file__).parent
sys.path[:0] = [str(DOCS / "_ext"), str(DOCS)]
chinese = tags.has("zh")  # noqa: F821 (Sphinx defines tags)

project = "course_torch"
author = "the authors of course_torch"
version = release = __version__
language = "zh_CN" if chinese else "en"
html_search_language = "zh" if chinese else "en"
html_title = "course_torch · 神经网络与深度学习" if chinese else "course_torch · Neural Networks and Deep Learning"
html_short_title = "course_torch"

extensions = [
    "myst_parser",
    "katex_math",
    "chinese_lines",
    "code_lines",
    "site_search",
    "repository_pages",
    "glossary",
    "sphinx.ext.autodoc",
    "lessons",
    "reference",
    "notebooks",
    "wheel",
]
myst_enable_extensions = ["dollarmath", "deflist", "colon_fence"]
myst_heading_anchors = 3  # the included pages link to headings
nitpicky = True
nitpick_ignore_regex = [("py:.*", ".*")]  # the types in signatures: many belong to torch
highlight_language = "none"
smartquotes = False  # g'(Z) keeps its prime
default_role = "code"
autodoc_member_order = "bysource"
autodoc_class_signature = "mixed"
autodoc_inherit_docstrings = False  # a function without a docstring is a mistake
autodoc_preserve_defaults = True
add_module_names = False
toc_object_entries_show_parents = "hide"
math_number_all = False
html_math_renderer = "katex"

html_theme = "pydata_sphinx_theme"
html_static_path = ["_static", "_katex/site"]
templates_path = ["_templates"]
html_css_files = ["site.css"]
html_js_files = [
    (name, {"defer": "defer"})
    for name in ("language.js", "progress.js", "reading.js", "predictions.js", "questions.js")
]
html_copy_source = False
html_show_sourcelink = False
html_search_scorer = str(DOCS / "_ext" / "scorer.js")
html_show_search_summary = False  # it would fetch the pages, which a browser forbids from disk
html_show_sphinx = False
html_use_index = False
html_permalinks_icon = "#"
html_context = {
    "default_mode": "auto",
    "other_language": "en" if chinese else "zh",
    "other_name": "English" if chinese else "中文",
    "downloads": ("下载", "笔记本", "脚本") if chinese else ("Download", "notebook", "script"),
}
html_sidebars = {"**": ["contents"]}
BESIDE = ("start/layer", "start/backward", "lessons/2.5", "lessons/3.2")
"""The pages with a drawing beside the text, which takes the room of the contents of the page."""
html_theme_options = {
    "logo": {"text": "course_torch"},
    "navbar_center": [],
    "navbar_persistent": ["search-button", "language"],
    "navbar_end": ["theme-switcher"],
    "secondary_sidebar_items": {"**": ["page-toc"], **{page: [] for page in BESIDE}},
    "article_footer_items": ["downloads"],
    "footer_start": ["copyright"],
    "footer_end": [],
    "show_nav_level": 2,
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
    "back_to_top_button": False,
}
copyright = "course_torch"
