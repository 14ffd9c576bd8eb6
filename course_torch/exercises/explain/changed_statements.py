"""The learner's function with one statement in another place: in a loop or outside it, or after the next statement."""

import ast
from collections.abc import Iterator
from itertools import pairwise

from course_torch.exercises.sandbox.source import nodes_of
from course_torch.exercises.tasks.task import Finding, finding
from course_torch.language import Text

Block = list[ast.stmt]
LONGEST = 60
"""The longest statement that a sentence shows in full."""
OUTSIDE = (Text("before the {block}", "移到{block}之前"), Text("after the {block}", "移到{block}之后"))
INSIDE = (Text("at the beginning of the loop", "移到循环的开头"), Text("at the end of the loop", "移到循环的末尾"))
AGAIN = Text("at the end of the loop too", "在循环的末尾再写一次")
NEXT = Text("after line {line}", "移到第 {line} 行之后")
LOOP, CONDITION = Text("loop", "循环"), Text("if", " if 语句")


def moved_statements(function: ast.FunctionDef) -> Iterator[tuple[Finding, str]]:
    """Move one statement out of a loop or an `if`, into a loop, or behind the next statement, or repeat it in a loop.

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
                for to, text in zip((0, len(outer.body)), INSIDE, strict=True):
                    yield moved(function, one, block, outer.body, to, text)
                if block.index(one) < at and any(isinstance(name.ctx, ast.Load) for name in nodes_of(one, ast.Name)):
                    yield moved(function, one, [], outer.body, len(outer.body), AGAIN)
        for one, following in pairwise(block):
            if one in movable(block) and not isinstance(following, ast.Return):
                to = block.index(following)
                yield moved(function, one, block, block, to, NEXT.fill(line=following.end_lineno))


def meant_statements(function: ast.FunctionDef) -> Iterator[tuple[Finding, str]]:
    """Write `caches.append(cache)` for `caches = caches.append(cache)`, and `a[i] = 1` for `a[i] == 1`."""
    for block in [function.body, *inner_blocks(function)]:
        for at, statement in enumerate(block):
            match statement:
                case ast.Assign([ast.Name(to)], ast.Call(ast.Attribute(ast.Name(held), "append")) as call) if (
                    to == held
                ):
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


def late_returns(function: ast.FunctionDef) -> Iterator[tuple[Finding, str]]:
    """Move a return that ends the body of a loop, which then runs once, behind the loop."""
    for block in [function.body, *inner_blocks(function)]:
        for loop in [statement for statement in block if isinstance(statement, ast.For)]:
            if isinstance(loop.body[-1], ast.Return):
                yield moved(
                    function, loop.body[-1], loop.body, block, block.index(loop) + 1, OUTSIDE[1].fill(block=LOOP)
                )


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


def moved(
    function: ast.FunctionDef, statement: ast.stmt, source: Block, target: Block, to: int, where: Text
) -> tuple[Finding, str]:
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
