"""The trace in words: the same steps as on the page, for a terminal of 80 columns."""

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from course_torch.language import NOTHING, OR, Language
from course_torch.language import Text as Sentence
from course_torch.lessons import to_open
from course_torch.text import shown
from course_torch.tracing.record import FirstWrong, Numbers, OwnResult, Step, Trace, TracedTensor, Value
from course_torch.verification.networks.explain.diagnosis import FACTS

WIDTH = 80
NARROW = 6
"""Up to this number of columns there is room for four digits, otherwise for three."""

WRITTEN = Sentence("{summary}: {file}", "{summary}：{file}")
DATA = Sentence("data: {name}", "数据：{name}")
PHASES = {
    "forward": Sentence("forward", "正向"),
    "backward": Sentence("backward", "反向"),
    "update": Sentence("update", "更新"),
}
UPDATE = Sentence("update {update}, {phase}", "第 {update} 次更新，{phase}")
CALLED = Sentence("layer {layer}, {function}, called in {place}", "第 {layer} 层，{function}，调用处 {place}")
GIVEN = Sentence("in: {values}", "输入：{values}")
MADE = Sentence("out:", "输出：")
YOURS = Sentence("yours", "你的")
YOUR_NUMBERS = Sentence("yours:", "你的：")
MORE_ROWS = Sentence("… {n} more rows", "… 还有 {n} 行")
PROBABLY = Sentence("Probably: {causes}", "可能的原因：{causes}")
FIRST_WRONG = Sentence("first wrong in {file}: {tensor}", "{file} 中第一个出错的张量：{tensor}")
RIGHT = Sentence(
    "{file}: J and all its gradients are equal to those of the formulas", "{file}：J 和所有梯度都与公式算出的相等"
)
WRONG = Sentence(
    "{file}: first wrong {tensor} in update {update}{line}",
    "{file}：第一个出错的张量是 {tensor}，在第 {update} 次更新{line}",
)
IN_LINE = Sentence(", {place}", "，{place}")
YOUR_LINE = Sentence("{file}, {place}: {code}", "{file}，{place}：{code}")
WITH_CAUSES = Sentence("{wrong}, probably {causes}", "{wrong}。可能的原因：{causes}")
WITH_FACT = Sentence("{wrong}: {causes}", "{wrong}。{causes}")


def in_words(trace: Trace, language: Language = "en") -> Iterator[Text]:
    """Yield the lines of all steps. The numbers of a tensor stand where the tensor appears first."""
    sizes = "-".join(map(str, trace.network["layer_sizes"]))
    yield Text(f"{sizes}, {trace.network['hidden_activation']}, {trace.network['output']}, m = {trace.m}")
    if trace.data["name"]:
        classes = ", ".join(map(shown, trace.data["class_names"]))
        name = shown(trace.data["name"]) + (f" ({classes})" if classes else "")
        yield Text(DATA.fill(name=name).say(language))
    told: set[int] = set()
    place = None
    for step in trace.steps:
        if (step.update, step.phase) != place:
            place = step.update, step.phase
            title = UPDATE.fill(update=step.update, phase=PHASES[step.phase])
            yield Text(f"\n{title.say(language)}", style="bold underline")
        yield from step_in_words(trace, step, told, language)
    yield Text(f"\n{trace.summary.say(language)}")
    if trace.own is not None:
        said = own_in_words(trace, trace.own, language)
        yield wrapped(said)
        yield from map(Text, to_open(said, language))


def own_in_words(trace: Trace, own: OwnResult, language: Language) -> str:
    """One sentence on a learner's pass: its first wrong tensor with the probable cause, or that all is equal."""
    wrong, file = own.first_wrong, shown(own.file)
    if wrong is None:
        return RIGHT.fill(file=file).say(language)
    tensor = trace.tensors[wrong.tensor]
    line = NOTHING if wrong.line is None else IN_LINE.fill(place=Sentence(**wrong.line["place"]))
    said = WRONG.fill(file=file, tensor=tensor.name, update=tensor.update, line=line)
    causes = OR.say(language).join(wrong.sentences[language])
    with_causes = WITH_FACT if set(wrong.causes) <= FACTS else WITH_CAUSES
    return (with_causes.fill(wrong=said, causes=causes) if causes else said).say(language)


def step_in_words(trace: Trace, step: Step, told: set[int], language: Language) -> Iterator[Text]:
    """The lines of a step. `told` are the ids of the tensors whose numbers are printed already."""
    source, at = trace.sources[step.source], step.called_from
    indent = "  " * step.depth
    yield Text(f"{indent}{step.number}  {source.formula}", style="bold")
    place = f"{trace.sources[at.source].file}:{at.line}"
    called = CALLED.fill(layer=step.layer, function=source.function, place=place)
    yield Text(f"{indent}   {called.say(language)}", "dim")
    given = ", ".join(value_in_words(trace, value) for value in step.inputs)
    yield wrapped(GIVEN.fill(values=given).say(language), f"{indent}   ", f"{indent}       ")
    for value in step.inputs:
        if value.tensor is not None and value.tensor not in told:
            told.add(value.tensor)
            yield from tensor_in_words(trace.tensors[value.tensor], f"{indent}     ", language)
    for value in step.outputs:
        assert value.tensor is not None
        tensor = trace.tensors[value.tensor]
        if tensor.made == step.number and tensor.id not in told:
            told.add(tensor.id)
            yield Text(f"{indent}   {MADE.say(language)}")
            yield from tensor_in_words(tensor, f"{indent}     ", language)
    if trace.own is not None and trace.own.first_wrong is not None and trace.own.first_wrong.step == step.number:
        yield from first_wrong_in_words(trace, trace.own.file, trace.own.first_wrong, f"{indent}   ", language)


def first_wrong_in_words(trace: Trace, file: str, wrong: FirstWrong, indent: str, language: Language) -> Iterator[Text]:
    """The lines below the step that makes the first wrong tensor of a learner's pass."""
    title = FIRST_WRONG.fill(file=shown(file), tensor=trace.tensors[wrong.tensor].name)
    yield Text(f"{indent}{title.say(language)}", "bold red")
    if wrong.line is not None:
        place = Sentence(**wrong.line["place"])
        line = YOUR_LINE.fill(file=shown(file), place=place, code=shown(wrong.line["code"]))
        yield Text(f"{indent}{line.say(language)}")
    yield wrapped(wrong.symptom[language], indent, indent)
    causes = OR.say(language).join(wrong.sentences[language])
    if causes:
        is_fact = set(wrong.causes) <= FACTS
        yield wrapped(causes if is_fact else PROBABLY.fill(causes=causes).say(language), indent, indent)


def wrapped(text: str, indent: str = "", hanging: str = "") -> Text:
    """The text in lines of at most WIDTH columns, of which a Chinese character takes two."""
    first, *others = (line.plain.rstrip() for line in Text(text).wrap(Console(), WIDTH - len(hanging)))
    return Text("\n".join([indent + first, *(hanging + line for line in others)]))


def value_in_words(trace: Trace, value: Value) -> str:
    """An argument with its shape, such as "A_prev = X (5, 2)"."""
    if value.tensor is None:
        return f"{value.name} = {value.text}"
    tensor = trace.tensors[value.tensor]
    return f"{value.name} = {tensor.name} {tuple(tensor.shape)}"


def tensor_in_words(tensor: TracedTensor, indent: str, language: Language) -> Iterator[Text]:
    """The name, the shape, the verdicts and the numbers of a tensor."""
    line = Text(f"{indent}{' = '.join([tensor.name, *tensor.also])} {tuple(tensor.shape)}")
    if tensor.autograd is not None:
        line.append(*verdict("autograd", tensor.verdict == "equal", tensor.autograd.relative))
    if tensor.own is not None:
        line.append(*verdict(YOURS.say(language), tensor.own.verdict == "equal", tensor.own.relative))
    yield line
    yield from numbers_in_words(tensor.values, tensor.shape, indent, language)
    if tensor.own is not None and tensor.own.verdict == "different":
        yield Text(f"{indent}{YOUR_NUMBERS.say(language)}")
        yield from numbers_in_words(tensor.own.values, tensor.shape, indent, language)


def verdict(judge: str, equal: bool, relative: float) -> tuple[str, str]:
    """A verdict and its colour."""
    return f"  {'✓' if equal else '✗'} {judge} ({relative:.1e})", "green" if equal else "bold red"


def numbers_in_words(values: Numbers, shape: list[int], indent: str, language: Language) -> Iterator[Text]:
    """The rows of a matrix, or the one row of a vector or a number. An ellipsis stands for what is cut off."""
    rows = values if len(shape) == 2 else [values if shape else [values]]
    for row in rows:
        width, digits = (11, 4) if len(row) <= NARROW else (9, 3)
        more = " …" if shape and len(row) < shape[-1] else ""
        yield Text(indent + "".join(f"{entry:{width}.{digits}g}" for entry in row) + more)
    if len(shape) == 2 and len(rows) < shape[0]:
        yield Text(f"{indent}{MORE_ROWS.fill(n=shape[0] - len(rows)).say(language)}")
