"""The reference on the site: every public name with its shapes and docstring, every command with its options."""

import importlib
import inspect
import pkgutil
from argparse import SUPPRESS
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Literal

import pytest
from bs4 import BeautifulSoup, Tag

import course_torch
import course_torch.formulas
from course_torch.command_line.parser import SHORT_FLAGS
from course_torch.commands.options import parser_of
from course_torch.commands.table import COMMANDS, load_command
from tests.docs.texts import code_blocks, module_of_extension, text_of

languages = pytest.mark.parametrize("language", ["en", "zh"])
MODULES = [each.name for each in pkgutil.iter_modules(course_torch.formulas.__path__, "course_torch.formulas.")]
OTHERS = {
    "network": """config.NetworkConfig propagation.forward_propagation propagation.backward_propagation
        gradient_descent.History network_cost.network_cost evaluation.evaluate dimensions.check_batch
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


@cache
def page(site: Path, language: str, name: str) -> BeautifulSoup:
    text = (site / language / "reference" / f"{name}.html").read_text(encoding="utf-8")
    return BeautifulSoup(text, "html.parser")


def entry(site: Path, language: str, name: str, dotted: str) -> tuple[str, str]:
    """The signature of a function or class, and what stands below it, both with single spaces."""
    signature = page(site, language, name).find("dt", id=dotted)
    assert isinstance(signature, Tag), f"{dotted} is not on the page {name}"
    below = signature.find_next_sibling("dd")
    assert isinstance(below, Tag)
    return spaced(signature).removesuffix("#"), spaced(below)


def spaced(element: Tag) -> str:
    return " ".join(element.get_text().split())


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


programs = module_of_extension("programs")
GRADE = ["submissions", "--chapter", "--csv", "--json", "--figure", "--gradescope", "--jobs", "--seed", "--again"]
TRACE = ["--config", "--print_config", "--updates", "--examples", "--mine", "--out", "--open", "--language", "--text"]
TRACE += ["--json"]


def section(site: Path, language: str, name: str, heading: str) -> Tag:
    found = page(site, language, name).find("section", id=heading)
    assert isinstance(found, Tag), f"{heading} is not on the page {name}"
    return found


def option_names(part: Tag) -> list[str]:
    """The options of a section, each with all its option_names."""
    return [name.get_text() for name in part.select("dl.names > dt > code")]


def line_of(part: Tag, option: str) -> str:
    """The option_names, values and default of an option, and its meaning."""
    terms = [term for term in part.select("dl.names > dt") if option in [each.get_text() for each in term("code")]]
    (term,) = terms
    meaning = term.find_next_sibling("dd")
    assert isinstance(meaning, Tag)
    return f"{' '.join(each.get_text() for each in term.children if isinstance(each, Tag))}: {spaced(meaning)}"


@languages
@pytest.mark.parametrize("command", sorted({*COMMANDS} - {"train"}))
def test_every_command_with_every_option_of_its_parser(site: Path, language: str, command: str) -> None:
    part = section(site, language, "commands", f"command-{command}")
    own = [
        (each.option_strings or [each.metavar or each.dest])[0]
        for each in parser_of(command, load_command(command))._actions
        if each.help != SUPPRESS and each.dest.split(".")[0] not in ("help", "model", "data")
    ]
    assert set(own) <= set(option_names(part))
    assert f"course-torch {command} " in spaced(part)


@languages
@pytest.mark.parametrize(("command", "options"), [("grade", GRADE), ("trace", TRACE)])
def test_the_options_of_a_command(site: Path, language: str, command: str, options: list[str]) -> None:
    part = section(site, language, "commands", f"command-{command}")
    assert [name for name in option_names(part) if not name.startswith(("--model.", "--data."))] == options


@languages
@pytest.mark.parametrize(
    ("command", "option", "line"),
    [
        ("grade", "--jobs", "--jobs int = 1: number of files that are judged at the same time"),
        ("grade", "--chapter", "--chapter str: the chapter whose functions are judged, one point each"),
        ("grade", "--again", "--again: whether files are judged again that the table has already"),
        (
            "exercise",
            "--layout",
            "--layout rows | columns = rows: rows (of X are examples) or columns (as in the course)",
        ),
        ("trace", "--model.layer_sizes", "--model.layer_sizes Sequence[int] = [2, 4, 1]: number of features, then"),
        ("predict", "files", "files: pictures of any size and mode, folders of pictures, or CSV files of rows"),
    ],
)
def test_an_option_has_values_default_and_meaning(
    site: Path, language: str, command: str, option: str, line: str
) -> None:
    assert line_of(section(site, language, "commands", f"command-{command}"), option).startswith(line)


@languages
@pytest.mark.parametrize(
    ("command", "usage"),
    [
        ("grade", "course-torch grade --chapter CHAPTER submissions [options]"),
        ("check", "course-torch check [file] [options]"),
        ("predict", "course-torch predict checkpoint files ... [options]"),
        ("doctor", "course-torch doctor [options]"),
    ],
)
def test_the_usage_of_a_command(site: Path, language: str, command: str, usage: str) -> None:
    pre = section(site, language, "commands", f"command-{command}").pre
    assert pre is not None
    assert pre.get_text().strip() == usage


@languages
def test_commands_with_a_network_lead_to_its_options(site: Path, language: str) -> None:
    linked = {
        str(part["id"]).removeprefix("command-")
        for part in page(site, language, "commands").select("section[id^=command-]")
        if part.select('a[href="train.html"]')
    }
    assert linked == {"compare", "shapes", "trace"}


@languages
def test_the_options_of_training(site: Path, language: str) -> None:
    groups = {name: section(site, language, "train", f"train-{name}") for name in ("run", "model", "data", "short")}
    assert option_names(groups["run"]) == [
        "-c",
        "--config",
        "--print_config",
        "--resume",
        "--checkpoint_seconds",
        "--threads",
        "--lr_scheduler",
        "--allow-code",
    ]
    assert {"--model.layer_sizes", "--model.gradients", "--model.learning_rate"} <= set(option_names(groups["model"]))
    assert {"--data.name", "--data.root", "--data.batch_size", "--data.noise"} <= set(option_names(groups["data"]))
    assert set(option_names(groups["short"])) == {
        f"--{form}{name}" for name in SHORT_FLAGS for form in ("", "trainer.")
    }
    assert line_of(groups["short"], "--max_epochs").startswith("--max_epochs --trainer.max_epochs int | null = 10: ")
    changed = section(site, language, "train", "train-changed")
    assert line_of(changed, "--trainer.log_every_n_steps").startswith("--trainer.log_every_n_steps int | null = 10: ")
    others = spaced(section(site, language, "train", "train-others")).split()
    assert {"--trainer.callbacks", "--trainer.gradient_clip_val", "--trainer.accumulate_grad_batches"} <= set(others)
    assert "--trainer.max_epochs" not in others


@languages
def test_every_option_of_training_is_named(site: Path, language: str) -> None:
    shown = {each.get_text() for each in page(site, language, "train").select("article code")}
    options = programs.training_options().values()
    assert len(options) > 60
    assert {name for option in options for name in option.names} <= shown


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (int, "int"),
        (bool, "true | false"),
        (str | None, "str | null"),
        (Literal["en", "zh"], "en | zh"),
        (Literal["en", "zh"] | None, "en | zh | null"),
        (Literal[64, 32] | Literal["64", "bf16"], "64 | 32 | bf16"),
        (Sequence[int], "Sequence[int]"),
        (None, ""),
    ],
)
def test_the_values_of_a_type(kind: object, expected: str) -> None:
    assert programs.words(kind) == expected


@pytest.mark.parametrize(
    ("value", "expected"), [(None, "null"), ((2, 4, 1), "[2, 4, 1]"), (False, "false"), (0.02, "0.02"), ("cpu", "cpu")]
)
def test_a_default_as_a_config_writes_it(value: object, expected: str) -> None:
    assert programs.written(value) == expected
