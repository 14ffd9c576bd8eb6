"""A mutant: the source of a module with one replaced span. The rest of the file, comments included, is unchanged."""

import ast
from dataclasses import dataclass


@dataclass(frozen=True)
class Mutant:
    """A mutated module: `before` and `after` are the changed line without indentation, `source` is the whole text."""

    file: str
    function: str
    line: int
    before: str
    after: str
    source: str

    @property
    def key(self) -> str:
        """The name of this mutant in the list of equivalent mutants."""
        return f"{self.file} {self.function}: {self.after}"


class Spans:
    """The source as bytes, because the syntax tree counts columns in bytes."""

    def __init__(self, source: str) -> None:
        self.text = source.encode()
        self.lines = [0]
        for line in self.text.splitlines(keepends=True):
            self.lines.append(self.lines[-1] + len(line))

    def start(self, node: ast.AST) -> int:
        return self.lines[node.lineno - 1] + node.col_offset

    def end(self, node: ast.AST) -> int:
        return self.lines[node.end_lineno - 1] + node.end_col_offset

    def of(self, node: ast.AST) -> str:
        return self.text[self.start(node) : self.end(node)].decode()

    def mutant(self, file: str, start: int, end: int, new: str, function: str) -> Mutant:
        """Return the mutant with `new` in place of the bytes from `start` to `end`."""
        first = self.text.rfind(b"\n", 0, start) + 1
        last = self.text.find(b"\n", end)
        head, tail = self.text[first:start].decode(), self.text[end:last].decode()
        before, after = (" ".join(line.split()) for line in (self.text[first:last].decode(), head + new + tail))
        source = (self.text[:start] + new.encode() + self.text[end:]).decode()
        return Mutant(file, function, self.text.count(b"\n", 0, start) + 1, before, after, source)
