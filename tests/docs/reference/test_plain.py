"""A docstring is plain text: its paragraphs, lists of names and formulas, against structures written by hand."""

import pytest

from tests.docs.reference.extension import module_of_extension

plain = module_of_extension("reference.plain")
Paragraph, Names, Formulas = plain.Paragraph, plain.Names, plain.Formulas

SHAPES = """dW = (1/m) dZᵀ A_prev: the derivative
of the cost.

W          (n_out, n_in)
b          (1, n_out), which is added
           to every row
onnx, module   the operator and the module

Raises InputError."""
ARGUMENTS = """Print a table.

Args:
    device: cpu, cuda:1, mps
    noise: of a set in the plane; null
        for its own
"""
FORMULAS = """The transposes:

    here            columns
    Z = X Wᵀ + b    Z = W X + b

W is the same."""
RECORD = """A step has
    number        0, 1, 2
    m, updates
    inputs        each has
                  a name
Ids look like "layers.linear"."""


@pytest.mark.parametrize(
    ("docstring", "expected"),
    [
        ("One line.", [Paragraph("One line.")]),
        ("Two\nlines.\n\nAnd more.", [Paragraph("Two lines."), Paragraph("And more.")]),
        (
            SHAPES,
            [
                Paragraph("dW = (1/m) dZᵀ A_prev: the derivative of the cost."),
                Names(
                    [
                        ("W", "(n_out, n_in)"),
                        ("b", "(1, n_out), which is added to every row"),
                        ("onnx, module", "the operator and the module"),
                    ]
                ),
                Paragraph("Raises InputError."),
            ],
        ),
        (
            ARGUMENTS,
            [
                Paragraph("Print a table."),
                Names([("device", "cpu, cuda:1, mps"), ("noise", "of a set in the plane; null for its own")]),
            ],
        ),
        (
            FORMULAS,
            [
                Paragraph("The transposes:"),
                Formulas("here            columns\nZ = X Wᵀ + b    Z = W X + b"),
                Paragraph("W is the same."),
            ],
        ),
        (
            RECORD,
            [
                Paragraph("A step has"),
                Names([("number", "0, 1, 2"), ("m, updates", ""), ("inputs", "each has a name")]),
                Paragraph('Ids look like "layers.linear".'),
            ],
        ),
        ("A is\n    a + b\n      + c", [Paragraph("A is"), Formulas("a + b\n  + c")]),
    ],
)
def test_the_blocks_of_a_docstring(docstring: str, expected: list[object]) -> None:
    assert list(plain.blocks(docstring)) == expected


def test_an_odd_number_of_backticks_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="odd number"):
        list(plain.blocks("The `slope of leaky ReLU."))


def test_text_with_code_as_nodes() -> None:
    found = module_of_extension("reference.as_nodes").text_nodes('Set `m` or ``"auto"`` or |Z|, *b.')
    assert [(type(each).__name__, each.astext()) for each in found] == [
        ("Text", "Set "),
        ("literal", "m"),
        ("Text", " or "),
        ("literal", '"auto"'),
        ("Text", " or |Z|, *b."),
    ]


def test_blocks_as_html_elements() -> None:
    nodes = module_of_extension("reference.as_nodes").plain(f"{SHAPES}\n\n{FORMULAS}", "language-en")
    assert [each.tagname for each in nodes] == [
        "paragraph",
        "definition_list",
        "paragraph",
        "paragraph",
        "literal_block",
        "paragraph",
    ]
    assert nodes["classes"] == ["docstring", "language-en"]
    terms = [each.astext() for each in nodes[1].findall() if each.tagname == "term"]
    assert terms == ["W", "b", "onnx, module"]
