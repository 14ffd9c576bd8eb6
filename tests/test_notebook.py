"""The small tables that a notebook shows."""

import re

from course_torch.notebook import html_table
from tests.html_cells import cells


def test_every_text_of_a_table_is_escaped() -> None:
    html = html_table("a <b>", ["<i>"], [["<script>"], ["x & \x1b[2J"]])
    assert cells(html) == [["&lt;i&gt;"], ["&lt;script&gt;"], ["x &amp; \\x1b[2J"]]
    assert html.startswith("<p>a &lt;b&gt;</p>")


def test_a_table_has_no_colours_of_its_own() -> None:
    assert not re.search(r"colou?r|background|class=", html_table("text", ["a"], [[1]]))
