"""What the text of a function shows of its cause, or contradicts."""

import ast
import re
from dataclasses import replace

from course_torch.exercises.learners_file.syntax import Function, name_of, nodes_of
from course_torch.exercises.tasks.task import LAYOUTS, Finding, finding
from course_torch.language import Text

WRITTEN_AS_NUMBERS = ("learning_rate", "num_iterations", "iterations")
"""Arguments that are numbers, which people write as constants."""
ABOUT_M = re.compile(r"m of the .*|another m")
WRONG_M = {
    "rows": re.compile(r"m = (\d+|\w+\.shape\[1\])"),
    "columns": re.compile(r"m = (\d+|len\(\w+\)|\w+\.shape\[0\])"),
}
"""Layout -> statements that give m another value than the number of examples."""
DZ_FOR_DA = re.compile(r"dA\w* = (A\w*) - Y")
"""A statement that gives dA the value of dZ, which is multiplied by A (1 - A) afterwards."""
IS_IT_A_NUMBER = Text("does a number stand in its place?", "是不是写成了数字？")
WITH_LINE = Text("{cause} (line {line}: {code})", "{cause}（第 {line} 行：{code}）")


def in_words_of_text(function: Function, cause: Finding, layout: str) -> Finding:
    """A cause in the words of the text: the line that gives m or dA a wrong value, or a start in every iteration."""
    if cause.key == "no update" and (start := restarted(function)):
        return finding("start in the loop", name=start)
    for node in nodes_of(function, ast.Assign) if cause.key == "squared error" else ():
        if DZ_FOR_DA.fullmatch(code := ast.unparse(node)):
            return finding("dZ as dA", code=code, name=name_of(node.targets[0]))
    for node in nodes_of(function, ast.Assign) if ABOUT_M.fullmatch(cause.key) else ():
        if WRONG_M[layout].fullmatch(code := ast.unparse(node)):
            return replace(cause, text=WITH_LINE.fill(cause=cause.text, line=node.lineno, code=code))
    return cause


def shown_by_text(function: Function) -> tuple[Finding, ...]:
    """An argument that is replaced before it is used, numbers that are never used, or a start in every iteration."""
    if not isinstance(function, ast.FunctionDef):
        return ()
    names = [argument.arg for argument in function.args.args]
    replaced = [name for name in names if is_replaced(function.body, name)]
    used = {node.id for node in nodes_of(function, ast.Name)}
    if unused := [name for name in names if name in WRITTEN_AS_NUMBERS and name not in used]:
        return (finding("argument unused", names=", ".join(unused), how=IS_IT_A_NUMBER),)
    if not replaced and (start := restarted(function)):
        return (finding("start in the loop", name=start),)
    return tuple(finding("argument replaced", name=name) for name in replaced)


CONTRADICTED = {
    "not summed": r"^ *{name} = [^\n]*(sum|mean|dot|@)",
    "denominator only": r"1(\.0)? / 1",
    "brackets of the sigmoid": r"\A(?!.*1(\.0)? / 1)",
    "axis of length 1": r"\A(?!.*({axis}|len\())",
    "no 1/m": r"^ *{name} = [^\n]*\bm\b",
    "1/m twice": r"^ *d[ZA]\w* = [^\n]*\bm\b",
    "+ for -": r"\A(?=.*update_parameters\()(?!.*-learning_rate)",
    "1/m in dZ": r"\A(?!.*\n *dZ\w* = [^\n]*(\bm\b|shape|len))",
    "1/m in dA": r"\A(?!.*\n *dA\w* = [^\n]*(\bm\b|shape|len))",
}
"""Cause -> a pattern in the text of a function that contradicts it.

{name} is the first wrong tensor, and {axis} a size that is not the number of examples.
"""
FLAGS, NEVER = re.DOTALL | re.MULTILINE, "(?!)"


def not_contradicted(function: Function, causes: tuple[Finding, ...], name: str, layout: str) -> tuple[Finding, ...]:
    """Those of several causes that the text does not contradict, or all if it contradicts all."""
    if len(causes) < 2:
        return causes
    text, axis = ast.unparse(function), rf"shape\[{[*LAYOUTS].index(layout) ^ 1}\]"
    patterns = {key: one.replace("{name}", name).replace("{axis}", axis) for key, one in CONTRADICTED.items()}
    return tuple(one for one in causes if not re.search(patterns.get(one.key, NEVER), text, FLAGS)) or causes


def restarted(function: Function) -> str:
    """The function that makes the initial parameters, if a loop calls it in every iteration; otherwise no text."""
    statements = (statement for loop in nodes_of(function, ast.For) for statement in loop.body)
    calls = (call for one in statements if isinstance(one, ast.Assign) for call in nodes_of(one.value, ast.Call))
    called = (call.func.id for call in calls if isinstance(call.func, ast.Name))
    return next((name for name in called if name.startswith("initialize")), "")


def is_replaced(statements: list[ast.stmt], name: str) -> bool:
    """Whether the first of the statements with the name assigns to it and does not read it."""
    for statement in statements:
        uses = [node.ctx for node in nodes_of(statement, ast.Name) if node.id == name]
        if uses:
            return isinstance(statement, ast.Assign) and all(isinstance(use, ast.Store) for use in uses)
    return False
