"""The trace in words: the same steps as on the page, for a terminal of 80 columns."""

from collections.abc import Iterator
from textwrap import fill

from rich.text import Text

from course_torch.text import shown
from course_torch.tracing.record import Numbers, OwnResult, Step, Trace, TracedTensor, Value

WIDTH = 80
NARROW = 6
"""Up to this number of columns there is room for four digits, otherwise for three."""


def in_words(trace: Trace) -> Iterator[Text]:
    """Yield the lines of all steps. The numbers of a tensor stand where the tensor appears first."""
    sizes = "-".join(map(str, trace.network["layer_sizes"]))
    yield Text(f"{sizes}, {trace.network['hidden_activation']}, {trace.network['output']}, m = {trace.m}")
    if trace.data["name"]:
        classes = ", ".join(map(shown, trace.data["class_names"]))
        yield Text(f"data: {shown(trace.data['name'])}" + (f" ({classes})" if classes else ""))
    told: set[int] = set()
    place = None
    for step in trace.steps:
        if (step.update, step.phase) != place:
            place = step.update, step.phase
            yield Text(f"\nupdate {step.update}, {step.phase}", style="bold underline")
        yield from step_in_words(trace, step, told)
    yield Text(f"\n{trace}")
    if trace.own is not None:
        yield Text(fill(own_in_words(trace, trace.own), WIDTH))


def own_in_words(trace: Trace, own: OwnResult) -> str:
    """One sentence on a learner's pass: its first wrong tensor with the probable cause, or that all is equal."""
    wrong, file = own.first_wrong, shown(own.file)
    if wrong is None:
        return f"{file}: J and all its gradients are equal to those of the formulas"
    tensor = trace.tensors[wrong.tensor]
    causes = "; or: ".join(wrong.sentences["en"])
    return f"{file}: first wrong {tensor.name} in update {tensor.update}" + (f", probably {causes}" if causes else "")


def step_in_words(trace: Trace, step: Step, told: set[int]) -> Iterator[Text]:
    """The lines of a step. `told` are the ids of the tensors whose numbers are printed already."""
    source, (caller, line) = trace.sources[step.source], step.called_from
    indent = "  " * step.depth
    yield Text(f"{indent}{step.number}  {source.formula}", style="bold")
    yield Text(
        f"{indent}   layer {step.layer}, {source.function}, called in {trace.sources[caller].file}:{line}", "dim"
    )
    given = ", ".join(value_in_words(trace, each) for each in step.inputs)
    yield Text(fill(f"in: {given}", WIDTH, initial_indent=f"{indent}   ", subsequent_indent=f"{indent}       "))
    for each in step.inputs:
        if each.tensor is not None and each.tensor not in told:
            told.add(each.tensor)
            yield from tensor_in_words(trace.tensors[each.tensor], f"{indent}     ")
    for each in step.outputs:
        assert each.tensor is not None
        tensor = trace.tensors[each.tensor]
        if tensor.made == step.number and each.tensor not in told:
            told.add(each.tensor)
            yield Text(f"{indent}   out:")
            yield from tensor_in_words(tensor, f"{indent}     ")
    wrong = trace.own.first_wrong if trace.own is not None else None
    if wrong is not None and wrong.step == step.number:
        assert trace.own is not None
        yield Text(f"{indent}   first wrong in {shown(trace.own.file)}: {trace.tensors[wrong.tensor].name}", "bold red")
        yield Text(fill(wrong.symptom["en"], WIDTH, initial_indent=f"{indent}   ", subsequent_indent=f"{indent}   "))
        if wrong.sentences["en"]:
            causes = f"Probably: {'; or: '.join(wrong.sentences['en'])}"
            yield Text(fill(causes, WIDTH, initial_indent=f"{indent}   ", subsequent_indent=f"{indent}   "))


def value_in_words(trace: Trace, value: Value) -> str:
    """An argument with its shape, such as "A_prev = X (5, 2)"."""
    if value.tensor is None:
        return f"{value.name} = {value.text}"
    tensor = trace.tensors[value.tensor]
    return f"{value.name} = {tensor.name} {tuple(tensor.shape)}"


def tensor_in_words(tensor: TracedTensor, indent: str) -> Iterator[Text]:
    """The name, the shape, the verdicts and the numbers of a tensor."""
    line = Text(f"{indent}{' = '.join([tensor.name, *tensor.also])} {tuple(tensor.shape)}")
    if tensor.autograd is not None:
        line.append(*verdict("autograd", tensor.verdict == "equal", tensor.autograd.relative))
    if tensor.own is not None:
        line.append(*verdict("yours", tensor.own.verdict == "equal", tensor.own.relative))
    yield line
    yield from numbers_in_words(tensor.values, tensor.shape, indent)
    if tensor.own is not None and tensor.own.verdict == "different":
        yield Text(f"{indent}yours:")
        yield from numbers_in_words(tensor.own.values, tensor.shape, indent)


def verdict(judge: str, equal: bool, relative: float) -> tuple[str, str]:
    """A verdict and its colour."""
    return f"  {'✓' if equal else '✗'} {judge} ({relative:.1e})", "green" if equal else "bold red"


def numbers_in_words(values: Numbers, shape: list[int], indent: str) -> Iterator[Text]:
    """The rows of a matrix, or the one row of a vector or a number. An ellipsis stands for what is cut off."""
    rows = values if len(shape) == 2 else [values if shape else [values]]
    for row in rows:
        width, digits = (11, 4) if len(row) <= NARROW else (9, 3)
        more = " …" if shape and len(row) < shape[-1] else ""
        yield Text(indent + "".join(f"{each:{width}.{digits}g}" for each in row) + more)
    if len(shape) == 2 and len(rows) < shape[0]:
        yield Text(f"{indent}… {shape[0] - len(rows)} more rows")
