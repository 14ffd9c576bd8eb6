"""The reasons why a function of an assignment is not judged, although it is wrong by its calls.

It has a form of the file's own, as other keys or single numbers, or its file is a program of another kind.
"""

import ast
import re
from collections.abc import Iterator
from string import digits

import numpy as np

from course_torch.exercises.explain.missing import LAYER, beginning
from course_torch.exercises.explain.raised_call import RaisedCall
from course_torch.exercises.explain.sizes import speaks_of_sizes
from course_torch.exercises.judge import sentences as said
from course_torch.exercises.judge.outcome import Claim
from course_torch.exercises.judge.own_form import first_name, keys_in, own_keys, reads_others
from course_torch.exercises.judge.verdicts import is_unknown
from course_torch.exercises.learners_file.source import Source
from course_torch.exercises.learners_file.syntax import Function, arguments_of, name_of, nodes_of, used_by
from course_torch.exercises.sandbox.layout import PARAMETER
from course_torch.exercises.tasks import CHAPTERS
from course_torch.exercises.tasks.task import LAYOUTS
from course_torch.language import Text

OF_THE_COURSE = ("", "numpy", "torch", "random", "copy")
"""Whose exceptions are the learner's. Another library may need a window, a file or another version."""
ARRAY_FOR_NUMBER = re.compile(r"truth value of an? |only (length-1|size-1|0-dim)|must be real number")
"""What a function of single numbers says of an array."""
OF_TABLE = re.compile(r"no attribute '(values|iloc|loc|to_numpy|columns|index)'")
"""What an array says to a function of a table of pandas."""
OTHER_M = {
    "rows": re.compile(r"m = \w+\.shape\[1\]|\(?\w+, m\)? = \w+\.shape"),
    "columns": re.compile(
        r"m = (len\(\w+\)|\w+\.shape\[0\])|\(?m, \w+\)? = \w+\.shape|.*\bw\.T(, | @ |\.dot\()X\.T\b.*"
    ),
}
"""Layout -> a statement that gives m the number of examples in the other layout."""
DERIVATIVES = {
    "relu": re.compile(r"\b[ZA]\w* (>|>=|<|<=) 0(?![.\d])", re.IGNORECASE),
    "sigmoid": re.compile(r"\b(\w+(\(\w+\))?) \* \(1 - \1\)"),
}
"""Activation of a hidden layer that a file may have in place of tanh -> its derivative."""
ARGMAX = re.compile("arg_?max", re.IGNORECASE)
"""Shows no several outputs by itself: in a network with one output it is a mistake."""


def raised_elsewhere(claim: Claim) -> Text | None:
    """Another library than those of the course raised the exception."""
    wrong = claim.verdict
    failure = wrong.raised and wrong.raised.failure
    if not failure or failure.library in OF_THE_COURSE:
        return None
    return said.ELSEWHERE_RAISED.fill(symptom=wrong.symptom, library=failure.library)


def for_numbers(claim: Claim) -> Text | None:
    """The function is written for single numbers, and the file uses it so."""
    wrong = claim.verdict
    raised = wrong.raised is not None and ARRAY_FOR_NUMBER.search(wrong.raised.message)
    return said.FOR_NUMBERS if raised and used_for_numbers(claim.source, wrong.task.name) else None


def another_container(claim: Claim) -> Text | None:
    """The function expects a tuple, a list, a table or a function, or has other keys or words than the course's."""
    wrong = claim.verdict
    if wrong.has_cause("another result") and (options := [*own_options(claim)]):
        return said.OWN_OPTIONS.fill(names=", ".join(options))
    if wrong.raised is None or wrong.call is None:
        return further_layer(claim)
    if (of_table := OF_TABLE.search(wrong.raised.message)) is not None:
        return said.A_TABLE.fill(attribute=of_table[1])
    own_cache = any(made.function in claim.caller.present for made in wrong.call.learners.values())
    if "tuple indices must be integers" in wrong.raised.message and not own_cache:
        found = wrong.raised.read_by_text()
        return said.TAKES_DICT.fill(name=found) if found else None
    if (taken := taken_otherwise(wrong.raised)) is not None:
        return taken
    if unpacked := wrong.raised.unpacked():
        return said.UNPACKED.fill(name=unpacked[0], count=unpacked[1])
    if wrong.raised.failure.type not in ("KeyError", "UnboundLocalError"):  # if activation == "Sigmoid":
        return None
    values, message = wrong.call.arguments.values(), wrong.raised.message
    if own := own_keys(claim.source, wrong.task.name, [*values, wrong.call.right]):
        return said.OWN_KEYS.fill(found=", ".join(own), right=", ".join(own.values()))
    given, key = [name for value in values for name in keys_in(value)], message.strip("'")
    if given and message.isdecimal():  # the keys of the course are texts
        return said.A_LIST.fill(found=key, right=", ".join(given))
    read = {name_of(node.value) for node in wrong.raised.on_line(ast.Subscript)}
    if given and key not in given and read & {*arguments_of(claim.function)} and has_key(claim, key, ast.Store):
        return said.OWN_KEYS.fill(found=key, right=", ".join(given))
    return None


def own_options(claim: Claim) -> Iterator[str]:
    """The arguments with a default that the course's function does not have: dropout=0.5."""
    defaults = claim.function.args.defaults if isinstance(claim.function, ast.FunctionDef) else []
    for name in arguments_of(claim.function)[-len(defaults) :] if defaults else ():
        if name not in (*claim.verdict.task.argument_names, *claim.verdict.task.further):
            yield name


def further_layer(claim: Claim) -> Text | None:
    """The result has parameters of a further layer, which another function of the file reads."""
    wrong = claim.verdict
    right = wrong.call.right if wrong.call else None
    if not (isinstance(wrong.result, dict) and isinstance(right, dict)):
        return None
    own = [key for key in wrong.result if PARAMETER.fullmatch(str(key)) and int(key[1:]) > len(right) // 2]
    found = [key for key in own if has_key(claim, key, ast.Load)]
    return said.OWN_KEYS.fill(found=", ".join(found), right=", ".join(right)) if found else None


def other_layout(claim: Claim) -> Text | None:
    """Sizes do not fit in a function whose m is the length of the axis that has the examples in the other layout."""
    wrong, source = claim.verdict, claim.source
    failure = wrong.raised.failure if wrong.raised else None
    if not failure or not (failure.type == "IndexError" or speaks_of_sizes(failure.message)) or not failure.place:
        return None
    inside = [name for name in source.functions if source.is_inside(name, failure.place)]
    own_mistake = wrong.is_repaired and wrong.task.name in inside
    codes = (ast.unparse(node) for name in inside for node in nodes_of(source.functions[name], ast.Assign))
    found = next((code for code in codes if OTHER_M[source.layout].fullmatch(code) and not own_mistake), None)
    return said.OTHER_LAYOUT.fill(code=found, layout=LAYOUTS[source.layout]) if found else None


def taken_otherwise(raised: RaisedCall) -> Text | None:
    """A number of which the line reads the shape, or the name of an activation that it calls, among the arguments."""
    if "'int' object has no attribute 'shape'" in raised.message:
        read = [name_of(node.value) for node in raised.on_line(ast.Attribute)]
        numbers = [
            name for name in read if isinstance(raised.given.get(name), int) and name not in raised.call.arguments
        ]
        return said.TAKES_ARRAY.fill(name=numbers[0]) if numbers else None
    compares = any(isinstance(node.left, ast.Name) for node in nodes_of(raised.function, ast.Compare))
    called = [
        name for call in raised.on_line(ast.Call) if isinstance(raised.given.get(name := name_of(call.func)), str)
    ]
    return said.TAKES_FUNCTION.fill(name=called[0]) if called and not compares else None


def guessed(claim: Claim) -> Text | None:
    """Only the arguments say which function of the chapter it is, and no mistake is known that makes its numbers."""
    wrong = claim.verdict
    is_known = wrong.part is not None and not is_unknown(wrong.findings)
    return said.GUESSED.fill(name=wrong.task.key) if wrong.task.by_arguments and not is_known else None


def used_for_numbers(source: Source, name: str) -> bool:
    """Whether the file calls a function number by number: by vectorize or map, or for an entry in a loop."""
    for tree in source.trees:
        calls = nodes_of(tree, ast.Call)
        mapped = (call.args[:1] for call in calls if first_name(call.func) in ("map", "np"))
        if any([ast.unparse(one) for one in given] == [name] for given in mapped):
            return True
        targets = [loop.target for loop in ast.walk(tree) if isinstance(loop, ast.For | ast.comprehension)]
        entries = {node.id for target in targets for node in nodes_of(target, ast.Name)}
        given = [call.args[0] for call in calls if name_of(call.func) == name and call.args]
        if any(one.id in entries if isinstance(one, ast.Name) else is_entry(one) for one in given):
            return True
    return False


def is_entry(value: ast.expr) -> bool:
    """Whether a value is one entry of a table, as Z[0, i] and Z[0][i] are."""
    if not isinstance(value, ast.Subscript):
        return False
    return isinstance(value.slice, ast.Tuple) or isinstance(value.value, ast.Subscript)


def has_key(claim: Claim, key: str, use: type[ast.Load | ast.Store]) -> bool:
    """Whether another function of the file reads or makes the entry of a dict with this key: "w1", or "w" + str(l).

    W0 and W4 are not keys of the file's own where its loop makes "W" + str(l): they are those of no layer.
    """
    others = [tree for function, tree in claim.source.functions.items() if function != claim.verdict.task.name]
    keys = [node.slice for tree in others for node in nodes_of(tree, ast.Subscript) if isinstance(node.ctx, use)]
    keys += [key for tree in others for node in nodes_of(tree, ast.Dict) for key in node.keys if key is not None]
    made = {beginning(one) for one in keys if not isinstance(one, ast.Constant)}
    is_made = key.rstrip(digits) in made and not LAYER.fullmatch(key)
    return is_made or key in {one.value for one in keys if isinstance(one, ast.Constant)}


def other_results(claim: Claim) -> Text | None:
    """Nothing says which of the results of the function is which."""
    wrong = claim.verdict
    if not is_unknown(wrong.findings) or wrong.call is None or wrong.symptom is None:
        return None
    if wrong.part is not None:  # one number under another name, as in `return accuracy`
        returned = [node.value for node in nodes_of(claim.function, ast.Return)]
        is_named = all(isinstance(value, ast.Name) and value.id != wrong.part.name for value in returned)
        is_number = wrong.part.found.ndim == 0 and wrong.part.right.numel() > 1
        return said.OTHER_FORM.fill(symptom=wrong.symptom) if is_number and is_named else None
    if reads_others(claim.source, wrong.task.name):
        return None
    lacks_key = isinstance(wrong.result, dict) and isinstance(wrong.call.right, dict)
    if lacks_key or not isinstance(wrong.result, tuple | list | dict | np.ndarray):
        return None
    return said.OTHER_FORM.fill(symptom=wrong.symptom)


def several_outputs(claim: Claim) -> Text | None:
    """Its network seems to have several outputs, and no mistake is known that makes the result."""
    wrong = claim.verdict
    found = [name for name in claim.caller.contents.names_of_classes if not ARGMAX.search(name)]
    is_other = bool(found) and is_unknown(wrong.findings)
    return said.SEVERAL_OUTPUTS.fill(symptom=wrong.symptom, found=", ".join(found)) if is_other else None


def in_another_network(claim: Claim) -> Text | None:
    """It is a single formula, and a function of no chapter computes with it: `softmax` of a network with columns."""
    task, contents = claim.verdict.task, claim.caller.contents
    users = [one for one in contents.others if task.name in used_by(claim.source.functions, one)]
    if contents.chapter.training is not None or len(task.argument_names) > 1 or not users:
        return None
    return said.OF_ANOTHER_NETWORK.fill(symptom=claim.verdict.symptom, users=", ".join(users))


def own_activation(claim: Claim) -> Text | None:
    """Its hidden layer has another activation, which a function of the file that it does not use has too."""
    wrong, functions = claim.verdict, claim.source.functions
    for g in (g for g in DERIVATIVES if wrong.has_cause(f"{g} in the hidden layer")):
        near = used_by(functions, wrong.task.name) | {wrong.task.name, *(name for name in functions if g in name)}
        others = [name for name, tree in functions.items() if name not in near and has_derivative(tree, g)]
        return said.OWN_ACTIVATION.fill(g=g, others=", ".join(others)) if others else None
    return None


def has_derivative(function: Function, g: str) -> bool:
    """Whether a function has the derivative of an activation or its name: relu_backward, "relu", A > 0, A * (1 - A)."""
    words = [*nodes_of(function, ast.Name), *nodes_of(function, ast.Constant)]
    named = [str(getattr(word, "id", getattr(word, "value", ""))) for word in words]
    is_named = any((g == "relu" and g in name) or re.match(rf"{g}_?(b|d|p)", name) for name in named if " " not in name)
    return is_named or DERIVATIVES[g].search(ast.unparse(function)) is not None


def beside_another_network(claim: Claim) -> Text | None:
    """No mistake is known, and the forward pass of the file is not judged, because it is that of another network."""
    before = [one.task for one in claim.earlier.values() if one.state == "not judged"]
    forward = [task.name for task in before if task.key in ("forward_propagation", "L_model_forward")]
    if not forward or not is_unknown(claim.verdict.findings) or claim.verdict.part is None:
        return None
    return said.BESIDE_ANOTHER.fill(symptom=claim.verdict.symptom, forward=forward[0])


def unasked(claim: Claim) -> Text | None:
    """No assignment has such a function, nothing calls it, and no mistake is known that makes its numbers."""
    wrong = claim.verdict
    key, name, functions = wrong.task.key, wrong.task.name, claim.source.functions
    asked = {task.key for chapter in CHAPTERS.values() for task in chapter.tasks if task.in_assignment}
    is_used = any(name in used_by(functions, other) for other in functions.keys() - {name})
    is_known = wrong.raised is None and not is_unknown(wrong.findings)
    if key in asked or key in claim.caller.contents.chapter.assignment.helpers or is_used or is_known:
        return None
    return said.UNASKED.fill(symptom=wrong.symptom, name=key)
