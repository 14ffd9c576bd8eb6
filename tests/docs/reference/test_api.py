"""The reference of the library: every public name, its shapes, and its docstring."""

import importlib
import inspect
import pkgutil
from pathlib import Path

import pytest
from bs4 import Tag

import course_torch
import course_torch.formulas
from tests.docs.lessons import text_of
from tests.docs.page import code_blocks
from tests.docs.reference.pages import entry, page, spaced

languages = pytest.mark.parametrize("language", ["en", "zh"])
MODULES = [each.name for each in pkgutil.iter_modules(course_torch.formulas.__path__, "course_torch.formulas.")]
OTHERS = {
    "network": """config.NetworkConfig propagation.forward_propagation propagation.backward_propagation
        gradient_descent.History autograd_bridge.network_cost evaluation.evaluate dimensions.check_batch
        parameters.INITIALIZATIONS optimizers.OPTIMIZERS""",
    "data": """table.load_data_set table.DATA_SETS config.DataConfig source.Source data_set.DataSet data_set.features
        split.Split sampling.stratified_split planar.load_flower picture_files.decode csv_file.read_rows""",
    "verification": """report.GradientReport report.TensorReport comparing.Difference diagnosis.Diagnosis
        training_step.compare_step self_test.run_self_test reference.by_autograd judges.NumericJudge""",
    "exchange": """trained_network.load_trained sequential.as_sequential onnx_graph.as_onnx
        safetensors_file.write_safetensors safetensors_file.read_safetensors checkpoint_file.read_checkpoint""",
    "tracing": "record.Trace record.Trace.as_record record.Step page.page_of",
}
"""Package -> what a user of the library calls."""


@languages
@pytest.mark.parametrize("name", course_torch.__all__)
def test_every_name_of_the_package(site: Path, language: str, name: str) -> None:
    signature, docstring = entry(site, language, "package", f"course_torch.{name}")
    assert name in signature
    first_line = (inspect.getdoc(getattr(course_torch, name)) or "").partition("\n")[0]
    assert docstring.startswith(first_line.replace("`", ""))


@languages
@pytest.mark.parametrize("module", MODULES)
def test_every_public_function_and_class_of_the_formulas(site: Path, language: str, module: str) -> None:
    names = [
        name
        for name, each in vars(importlib.import_module(module)).items()
        if inspect.isroutine(each) or inspect.isclass(each)
        if each.__module__ == module and name not in (*course_torch.__all__, "_")
    ]
    assert names or module.endswith(".outputs")
    assert f"course_torch.formulas.{module.rpartition('.')[2]}" in spaced(page(site, language, "formulas"))
    for name in names:
        assert entry(site, language, "formulas", f"{module}.{name}")[1], name


@languages
@pytest.mark.parametrize(
    ("package", "name"), [(package, name) for package in OTHERS for name in OTHERS[package].split()]
)
def test_every_name_that_a_user_of_the_library_calls(site: Path, language: str, package: str, name: str) -> None:
    assert entry(site, language, package, f"course_torch.{package}.{name}")[1]


@languages
@pytest.mark.parametrize(
    ("name", "function", "signature"),
    [
        (
            "formulas",
            "formulas.layers.linear",
            'linear(A_prev: Float[Tensor, "m n_in"], W: Float[Tensor, "n_out n_in"], b: Float[Tensor, "1 n_out"]) '
            '→ Float[Tensor, "m n_out"]',
        ),
        ("formulas", "formulas.average.average", "average(total: "),
        (
            "formulas",
            "formulas.activations.relu_derivative",
            'relu_derivative(Z: Float[Tensor, "*shape"], at_zero: Literal[0, 1] = 0) → Float[Tensor, "*shape"]',
        ),
        ("formulas", "formulas.layers.LayerCache", "class LayerCache(A_prev: Tensor, Z: Tensor, A: Tensor)"),
        (
            "package",
            "DeepNetwork.cost",
            'cost(X: Float[Tensor, "m n_x"], Y: Shaped[Tensor, "m n_y"], m: float | None = None) → Float[Tensor, ""]',
        ),
        ("network", "network.propagation.Layer", "class Layer"),
        (
            "formulas",
            "formulas.activation.Activation",
            "class Activation(name: str, function: Callable[..., Tensor], derivative_by: Callable[..., Tensor], ",
        ),
        ("data", "data.data_set.DataSet.mean", 'property mean: Float64[Tensor, "1 n_x"] | None'),
    ],
)
def test_signatures_show_shapes(site: Path, language: str, name: str, function: str, signature: str) -> None:
    assert entry(site, language, name, f"course_torch.{function}")[0].startswith(signature)


@languages
def test_no_signature_is_longer_than_its_source(site: Path, language: str) -> None:
    """An expanded type would fill the page."""
    for name in ("package", "formulas", *OTHERS):
        for signature in page(site, language, name).select("dt.sig"):
            assert len(spaced(signature)) < 500, signature["id"]
            assert "object at 0x" not in signature.get_text()
            assert "jaxtyping" not in signature.get_text()
            assert "*args" not in signature.get_text()


def test_a_formula_stands_out_and_has_its_chinese_sentence(site: Path) -> None:
    _, english = entry(site, "en", "formulas", "course_torch.formulas.layers.linear_backward_input")
    assert english == "dA_prev = dZ W: the derivative of each example's loss by the layer's input."
    _, chinese = entry(site, "zh", "formulas", "course_torch.formulas.layers.linear_backward_input")
    assert chinese.startswith("dA_prev = dZ W：每个样本的损失对该层输入的导数。")
    assert chinese.endswith("the derivative of each example's loss by the layer's input.")
    dt = page(site, "en", "formulas").find("dt", id="course_torch.formulas.layers.linear_backward_input")
    assert dt is not None
    assert dt.find_next("code").get_text() == "dA_prev = dZ W"


def test_fields_of_a_tuple_have_the_shapes_of_their_comments(site: Path) -> None:
    signature = page(site, "en", "formulas").find("dt", id="course_torch.formulas.layers.LayerCache")
    assert signature is not None
    fields = signature.find_next("dl")
    assert isinstance(fields, Tag)
    shapes = {"A_prev": "(m, n_in)", "Z": "(m, n_out)", "A": "(m, n_out)"}
    assert [spaced(each) for each in fields(["dt", "dd"])] == [each for pair in shapes.items() for each in pair]
    assert "Alias for" not in page(site, "en", "formulas").get_text()


def test_a_table_shows_its_names_but_not_its_values(site: Path) -> None:
    signature, text = entry(site, "en", "formulas", "course_torch.formulas.activations.ACTIVATIONS")
    assert signature == "ACTIVATIONS"
    assert text == "Name -> activation. Names: sigmoid, tanh, relu, leaky_relu, identity."


@languages
def test_docstrings_are_marked_as_english(site: Path, language: str) -> None:
    marked = page(site, language, "formulas").select("dd > .docstring[lang=en]")
    assert len(marked) > 60


@languages
@pytest.mark.parametrize("name", ["package", "formulas", *OTHERS])
def test_no_markup_is_left_over(site: Path, language: str, name: str) -> None:
    article = page(site, language, name).select_one("article")
    assert article is not None
    for block in article.select(".docstring"):
        assert "`" not in block.get_text()
    assert article.select(".system-message, .problematic") == []


@languages
def test_the_example_runs_and_judges_its_network(language: str, capsys: pytest.CaptureFixture[str]) -> None:
    (code,) = code_blocks(text_of(language, "reference/package.md"), "python")
    exec(code, {})
    assert capsys.readouterr().out.startswith("all 8 tensors are equal")


@pytest.mark.parametrize("name", ["package", "formulas", *OTHERS])
def test_both_languages_show_the_same_modules(name: str) -> None:
    english, chinese = (code_blocks(text_of(each, f"reference/{name}.md"), r"\{eval-rst\}") for each in ("en", "zh"))
    assert english
    assert english == chinese
