"""The learner's function with one change in its text. A change that makes the function right is the cause.

sure_repairs     changes that nobody makes to a right function
likely_repairs   one expression for another that people confuse with it (confusions.py), or one statement elsewhere
without_asserts, on_copies, returning_keys   the function for a further call, which shows more
"""

import ast
import builtins
from collections import defaultdict
from collections.abc import Iterator, Set
from copy import deepcopy
from dataclasses import replace
from difflib import get_close_matches
from itertools import islice, pairwise

from course_torch.exercises.explain.confusions import NUMERIC, TARGETS, Place, confused, places_in
from course_torch.exercises.explain.function_text import is_replaced
from course_torch.exercises.explain.missing import MISSPELT, MODULES
from course_torch.exercises.explain.repair_table import LIKELY, SURE, Group
from course_torch.exercises.learners_file.syntax import (
    Function,
    arguments_of,
    is_number,
    name_of,
    named_targets,
    nodes_of,
)
from course_torch.exercises.learners_file.unwritten import is_none, values_in
from course_torch.exercises.tasks.task import Finding, finding
from course_torch.language import NOTHING, Text

MOST = 300
"""The largest number of changes that are tried."""
LONGEST_FUNCTION = 3000
"""The largest number of nodes in a function that is changed: each change writes its whole text anew."""
LONGEST = 60
"""The longest code that a sentence shows: a statement, or an expression around the change."""
WRITES = Text("it writes {code}", "而是写成了 {code}")
OUTSIDE = (Text("before the {block}", "移到{block}之前"), Text("after the {block}", "移到{block}之后"))
INSIDE = (Text("at the beginning of the loop", "移到循环的开头"), Text("at the end of the loop", "移到循环的末尾"))
LEFT_OUT = Text("left out", "去掉")
AGAIN = Text("at the end of the loop too", "在循环的末尾再写一次")
NEXT = Text("after line {line}", "移到第 {line} 行之后")
LOOP, CONDITION = Text("loop", "循环"), Text("if", " if 语句")
Block = list[ast.stmt]
Repair = tuple[Finding, str]
"""What is said of a change, and the text of the changed function. The tree of the function is then as before."""


LETTERS = {"l": 1, "I": 1, "O": 0, "o": 0}
"""Letter -> the digit that looks like it."""


def sure_repairs(function: Function, variables: Set[str]) -> Iterator[Repair]:
    """Change what is wrong whatever the numbers are: a number or a name of the file in the place of an argument, a
    beginner's slip, or a return that ends the body of a loop. `variables` are those of the file.
    """
    if (copied := changeable(function)) is not None:
        yield from with_its_arguments(copied)
        yield from outside_names(copied, variables)
        yield from own_for_given(copied)
        yield from meant_statements(copied)
        yield from late_returns(copied)
        yield from islice(exchanges(copied, SURE), MOST)


def likely_repairs(function: Function, raised_at: int = 0) -> Iterator[Repair]:
    """Change one expression, or the place of one statement. `raised_at` is the line of the exception, if any."""
    if (copied := changeable(function)) is not None:
        yield from islice(exchanges(copied, LIKELY), MOST)
        yield from exchanges(copied, ((TARGETS,),))
        yield from moved_statements(copied, raised_at)


def changeable(function: Function) -> ast.FunctionDef | None:
    """A copy of the function, or None if it is not changed.

    A function with `while` may never return after a change, and a function with None left in it is not finished.
    """
    unfinished = any(is_none(value) for values in values_in(function).values() for value in values)
    too_long = len(nodes_of(function, ast.AST)) > LONGEST_FUNCTION
    if not isinstance(function, ast.FunctionDef) or unfinished or too_long or nodes_of(function, ast.While):
        return None
    return deepcopy(function)


def with_its_arguments(function: ast.FunctionDef) -> Iterator[Repair]:
    """Use the arguments in whose place the function writes numbers, as in `num_iterations=2000`, all at once."""
    changed, found = deepcopy(function), dict[str, str]()
    arguments = [argument.arg for argument in changed.args.args]
    for call in nodes_of(changed, ast.Call):
        for keyword in call.keywords:
            if keyword.arg in arguments and is_number(keyword.value):
                found[keyword.arg] = ast.unparse(keyword)
                keyword.value = ast.Name(keyword.arg)
        given = {name.id for name in nodes_of(call, ast.Name)}
        missing = (name for name in arguments if name in NUMERIC and name not in given)
        for at, name in zip([at for at, value in enumerate(call.args) if is_number(value)], missing, strict=False):
            found[name] = ast.unparse(call.args[at])
            call.args[at] = ast.Name(name)
    if found:
        how = WRITES.fill(code=", ".join(found.values()))
        yield finding("argument unused", names=", ".join(found), how=how), ast.unparse(changed)


def outside_names(function: ast.FunctionDef, variables: Set[str]) -> Iterator[Repair]:
    """Put each argument in the place of a name that the function neither defines nor calls.

    A variable of the file, as m of the training set, may also stand for a local variable or a size.
    """
    arguments = [argument.arg for argument in nodes_of(function, ast.arg) if not argument.arg.startswith("print")]
    bound = {name.id for name in nodes_of(function, ast.Name) if isinstance(name.ctx, ast.Store)}
    outside: dict[str, list[Place]] = defaultdict(list)
    for place in places_in(function):
        if place.field != "func":
            outside[name_of(place.node)].append(place)
    for name in {"", *arguments, *bound, *MODULES, *dir(builtins)}:
        outside.pop(name, None)
    for name in outside:
        if name in LETTERS:
            yield exchanged_for(function, outside[name], ast.Constant(LETTERS[name]))
        sizes = [f"{matrix}.shape[{axis}]" for matrix in arguments if matrix[0].isupper() for axis in (0, 1)]
        near = get_close_matches(name.lower(), {own.lower(): own for own in (*arguments, *sorted(bound))}, 1, MISSPELT)
        same = [own for own in sorted(bound) if own.lower() in near]  # z = cache, and then Z; caches for cache
        same += [own for own in confused(name) if own in bound]  # A for A_prev
        meant = [*same, *arguments, *([*sorted(bound), *sizes] if name in variables or name == "m" else [])]
        yield from (exchanged_for(function, outside[name], ast.parse(code, mode="eval").body) for code in meant)
    words = {name: {*name.lower().split("_")} for name in (*outside, *arguments)}
    by_length = sorted(arguments, key=lambda own: len(words[own]))
    meant_by = {name: own for name in sorted(outside) for own in by_length if words[own] < words[name]}
    if len(meant_by) > 1:  # X_train and Y_train for X and Y, test_set_x and train_set_x for X_test and X_train
        changed = deepcopy(function)
        for node in nodes_of(changed, ast.Name):
            node.id = meant_by.get(node.id, node.id)
        yield finding("one change", found=", ".join(meant_by), right=", ".join(meant_by.values())), ast.unparse(changed)


def own_for_given(function: ast.FunctionDef) -> Iterator[Repair]:
    """Read an entry of a variable of the function in place of an argument: y[0, i] > 0.5 → probas[0, i] > 0.5."""
    own = {name.id for name in nodes_of(function, ast.Name) if isinstance(name.ctx, ast.Store)}
    for place in places_in(function):
        if isinstance(place.parent, ast.Subscript) and name_of(place.node) in {*arguments_of(function)} - own:
            yield from (exchanged_for(function, [place], ast.Name(name)) for name in sorted(own))


def exchanges(function: ast.FunctionDef, groups: tuple[Group, ...]) -> Iterator[Repair]:
    """Put other nodes in the place of each node, in one place at a time."""
    places = [*places_in(function)]
    for group in groups:
        for place in places:
            for kind in group:
                for other in kind.others(place):
                    cause, code = exchanged_for(function, [place], other)
                    yield replace(cause, maker=kind.key), code


def exchanged_for(function: ast.FunctionDef, places: list[Place], other: ast.expr) -> Repair:
    """The finding and the text of the function with another node in these places."""
    parent, node = places[0].parent, places[0].node
    found = ast.unparse(parent)
    for place in places:
        place.put(other)
    texts, code = (found, ast.unparse(parent)), ast.unparse(function)
    for place in places:
        place.put(place.node)
    if not isinstance(parent, ast.expr | ast.keyword) or max(map(len, texts)) > LONGEST:
        texts = (ast.unparse(node), ast.unparse(other))
    numbers = sorted({place.node.lineno for place in places})
    lines = ", ".join(map(str, numbers))
    times = Text(f"{len(places)} times: ", f"{len(places)} 处：") if len(places) > 1 else NOTHING
    found_in = Text(
        f"{texts[0]} ({times.en}{'line' if len(numbers) == 1 else 'lines'} {lines})",
        f"{texts[0]}（{times.zh}第 {lines} 行）",
    )
    return finding("one change", found=found_in, right=texts[1]), code


def moved_statements(function: ast.FunctionDef, raised_at: int) -> Iterator[Repair]:
    """Move one statement out of a loop or an `if`, into a loop, or behind the next statement, repeat or leave it out.

    The function is as before when all are yielded.
    """
    for block in [function.body, *inner_blocks(function)]:
        for outer in [statement for statement in block if isinstance(statement, ast.For | ast.If)]:
            at, is_loop = block.index(outer), isinstance(outer, ast.For)
            for inner in (outer.body, outer.orelse):
                for one in [*movable(inner), *(last for last in inner if isinstance(last, ast.Return))]:
                    for step, text in enumerate(OUTSIDE):
                        where = text.fill(block=LOOP if is_loop else CONDITION)
                        yield moved(function, one, inner, block, at + step, where)
            for one in movable(block) if is_loop else ():
                overwritten = [is_replaced(outer.body, name) for name in named_targets(one)]
                for to, text in zip((0, len(outer.body)), INSIDE, strict=True):
                    if to or not (overwritten and all(overwritten)):
                        yield moved(function, one, block, outer.body, to, text)
                if block.index(one) < at and any(isinstance(name.ctx, ast.Load) for name in nodes_of(one, ast.Name)):
                    yield moved(function, one, [], outer.body, len(outer.body), AGAIN)
        for one in movable(block):
            if not one.lineno <= raised_at <= (one.end_lineno or 0):  # without its line no function raises an exception
                yield moved(function, one, block, [], 0, LEFT_OUT)
        for one, following in pairwise(block):
            if one in movable(block) and not isinstance(following, ast.Return):
                to = block.index(following)
                yield moved(function, one, block, block, to, NEXT.fill(line=following.end_lineno))


def meant_statements(function: ast.FunctionDef) -> Iterator[Repair]:
    """Write `caches.append(cache)` for `caches = caches.append(cache)`, and `a[i] = 1` for `a[i] == 1`."""
    for block in [function.body, *inner_blocks(function)]:
        for at, statement in enumerate(block):
            match statement:
                case ast.Assign([ast.Name(to)], ast.Call(ast.Attribute(ast.Name(of), "append")) as call) if to == of:
                    meant: ast.stmt = ast.Expr(call)
                case ast.Expr(ast.Compare(ast.Name() | ast.Subscript() as target, [ast.Eq()], [value])):
                    meant = ast.Assign([target], value, lineno=statement.lineno)
                case _:
                    continue
            block[at] = meant
            code = ast.unparse(function)
            block[at] = statement
            line = Text(f"(line {statement.lineno})", f"（第 {statement.lineno} 行）")
            found = Text(*(f"{ast.unparse(statement)} {where}" for where in line))
            yield finding("one change", found=found, right=ast.unparse(meant)), code


def late_returns(function: ast.FunctionDef) -> Iterator[Repair]:
    """Move a return that ends the body of a loop, or its last `if`, behind the loop."""
    for block in [function.body, *inner_blocks(function)]:
        for loop in [statement for statement in block if isinstance(statement, ast.For)]:
            last, behind, where = loop.body[-1], block.index(loop) + 1, OUTSIDE[1].fill(block=LOOP)
            for body in (loop.body, *((last.body, last.orelse) if isinstance(last, ast.If) else ())):
                if body and isinstance(body[-1], ast.Return):
                    yield moved(function, body[-1], body, block, behind, where)


def inner_blocks(function: ast.FunctionDef) -> list[Block]:
    """The statements in each loop and each `if`."""
    compound = (node for node in ast.walk(function) if isinstance(node, ast.For | ast.If))
    return [block for statement in compound for block in (statement.body, statement.orelse)]


def movable(block: Block) -> Block:
    """The statements that assign something, or call a method such as `caches.append`."""
    return [
        one
        for one in block
        if isinstance(one, ast.Assign | ast.AugAssign)
        or (isinstance(one, ast.Expr) and isinstance(one.value, ast.Call) and isinstance(one.value.func, ast.Attribute))
    ]


def moved(function: ast.FunctionDef, statement: ast.stmt, source: Block, target: Block, to: int, where: Text) -> Repair:
    """The finding and the text of the function with the statement moved from one block into another."""
    before = (list(source), list(target))
    if source:
        source.remove(statement)
        source.extend([ast.Pass()] if not source else [])
    target.insert(to, statement)
    code, text = ast.unparse(function), ast.unparse(statement)
    source[:], target[:] = before
    text = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
    return finding("one statement moved", code=text, line=statement.lineno, where=where), code


def without_asserts(function: ast.FunctionDef) -> str:
    """The function, where every assert holds."""
    changed = deepcopy(function)
    for statement in nodes_of(changed, ast.Assert):
        statement.test = ast.Constant(True)
    return ast.unparse(changed)


def on_copies(function: ast.FunctionDef) -> str:
    """The function, which works on copies of its arguments."""
    changed, names = deepcopy(function), ", ".join(arguments_of(function))
    changed.body[:0] = ast.parse(f"from copy import deepcopy\n({names},) = deepcopy(({names},))").body
    return ast.unparse(changed)


def returning_keys(function: ast.FunctionDef) -> str:
    """The function, which returns the keys of its dicts where it raises a KeyError."""
    changed = deepcopy(function)
    keys = "{name: list(value) for name, value in locals().items() if isinstance(value, dict)}"
    handler = ast.parse(f"try: pass\nexcept KeyError: return {keys}").body[0]
    assert isinstance(handler, ast.Try)
    handler.body, changed.body = changed.body, [handler]
    return ast.unparse(changed)
