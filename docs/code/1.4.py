"""Lesson 1.4: a derivative is a slope, and a computation graph multiplies slopes."""

# %% nudge
from math import log

import torch

from course_torch.formulas.computation_graph import (
    ComputationGraph,
    course_graph,
    slope_by_nudge,
    slope_from_both_sides,
)


def cube(a: float) -> float:
    return a**3


print(f"f(2) = {cube(2)}, f(2.001) = {cube(2.001):.9f}")
print(f"slope at 2 = {slope_by_nudge(cube, 2, nudge=0.001):.6f}")

# %% points
for a in (1, 2, 3):
    print(f"a = {a}: slope by nudge {slope_by_nudge(cube, a):9.6f}, derivative 3a² = {3 * a**2}")

# %% nudges
print("nudge    to the right    both sides")
for exponent in (0, -1, -3, -5, -8, -12, -15):
    nudge = 10.0**exponent
    print(f"1e{exponent:<5} {slope_by_nudge(cube, 2, nudge):14.9f} {slope_from_both_sides(cube, 2, nudge):14.9f}")

# %% graph
graph = course_graph()
for node in graph.forward():
    print(f"{node.text:9}  value {node.value:g}")
for node in graph.backward():
    print(f"d{node.name} = {node.derivative:g}")

# %% autograd
a, b, c = (torch.tensor(value, requires_grad=True) for value in (5.0, 3.0, 2.0))
J = 3 * (a + b * c)
J.backward()
print("da, db, dc =", a.grad.item(), b.grad.item(), c.grad.item())

# %% nudged_inputs
given = {"a": 5.0, "b": 3.0, "c": 2.0}
rises = {}
for name, value in given.items():
    *_, result = ComputationGraph({**given, name: value + 0.001}, graph.formulas).forward()
    rises[name] = result.value - 33
    print(f"{name} + 0.001: J = {result.value:.3f}, slope {rises[name] / 0.001:.3f}")


# %% numbers
functions = {"a²": lambda a: a**2, "a³": cube, "log a": log}
derivatives = {"a²": lambda a: 2 * a, "a³": lambda a: 3 * a**2, "log a": lambda a: 1 / a}
points = [1.0, 1.5, 2.0, 2.5, 3.0]
nudges = [0.5, *(10.0**exponent for exponent in range(-1, -16, -1))]
numbers = {
    "f": cube(2.001),
    "slope": slope_by_nudge(cube, 2),
    "both": slope_from_both_sides(cube, 2),
    "rise_at_2": cube(2.001) - cube(2),
    "rise_at_3": cube(3.001) - cube(3),
    "rise_c": rises["c"],
    "tiny": slope_by_nudge(cube, 2, 1e-15),
    "points": points,
    "nudges": nudges,
    "slopes": {
        name: [
            [[f(a), f(a + h), slope_by_nudge(f, a, h), slope_from_both_sides(f, a, h)] for h in nudges] for a in points
        ]
        for name, f in functions.items()
    },
    "derivatives": {name: [derivative(a) for a in points] for name, derivative in derivatives.items()},
    "curves": {name: [[a / 20, f(a / 20)] for a in range(1, 81)] for name, f in functions.items()},
}
