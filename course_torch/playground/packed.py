"""Graphs as short texts, which `web/graph/packed.js` unpacks."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from course_torch.playground.recorder import Graph, Node


def packed(graphs: Mapping[str, Graph]) -> dict[str, Any]:
    """The graphs as short texts, which the page unpacks when it needs them.

    Most nodes of two graphs, and of two layers, differ only in the numbers of the nodes that they read. So a node is
    the number of its form, and the distances to what it reads. Numbers are written as characters: the texts compress to
    a third of JSON's numbers.
    """
    forms: dict[Node, int] = {}
    packs = {}
    for name, (nodes, outputs, mistakes) in graphs.items():
        chosen = [forms.setdefault(node._replace(reads=(0,) * len(node.reads)), len(forms)) for node in nodes]
        distances = [number - read for number, node in enumerate(nodes) for read in node.reads]
        packs[name] = {
            "forms": as_characters(chosen),
            "reads": as_characters(distances),
            "names": list(outputs),
            "outputs": as_characters(outputs.values()),
            "mistakes": {name: as_characters(steps_between(made, outputs)) for name, made in mistakes.items()},
        }
    return {"forms": [[form.operation, len(form.reads), form.others] for form in forms], "graphs": packs}


def steps_between(made: Mapping[str, int], outputs: Mapping[str, int]) -> Iterator[int]:
    """For each output 0 if the mistake leaves it, else 1 + the step from the last node: 2n forward, 2n - 1 back."""
    last = 0
    for name in outputs:
        if name in made:
            step, last = made[name] - last, made[name]
            yield 1 + (2 * step if step >= 0 else -2 * step - 1)
        else:
            yield 0


def as_characters(numbers: Iterable[int]) -> str:
    """A character for each number, from "#" for 0."""
    return "".join(chr(ord("#") + number) for number in numbers)
