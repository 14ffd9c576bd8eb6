"""Lesson 1.5: gradient descent for logistic regression, one example and then m examples with two loops."""

# %% one
from math import exp, log

from course_torch.formulas.computation_graph import slope_by_nudge, slope_from_both_sides
from course_torch.formulas.logistic_regression import step_with_two_loops

w, b, alpha = [0.8, -0.1], 0.2, 0.5
x, y = [1.0, 2.0], 1.0
z = w[0] * x[0] + w[1] * x[1] + b
a = 1 / (1 + exp(-z))
dz = a - y
single = step_with_two_loops([x], [y], w, b, alpha)  # m = 1: one example
print(f"z = {z:.4f}, a = {a:.4f}, dz = {dz:.4f}")
print(f"dw1 = {single.dw[0]:.4f}, dw2 = {single.dw[1]:.4f}, db = {single.db:.4f}")
print(f"new w1 = {single.w[0]:.4f}, new w2 = {single.w[1]:.4f}, new b = {single.b:.4f}")

# %% nudge
by_nudge = slope_by_nudge(lambda z: -log(1 / (1 + exp(-z))), z)  # the loss for y = 1
print(f"by a nudge of 0.001: {by_nudge:.4f}, a - y: {dz:.4f}")

# %% step
X = [[1.0, 2.0], [2.0, -1.0], [-1.0, 1.0]]  # three examples, one a row
Y = [1.0, 0.0, 1.0]
step = step_with_two_loops(X, Y, w, b, alpha)
print(f"J = {step.J:.4f}")
print(f"dw1 = {step.dw[0]:.4f}, dw2 = {step.dw[1]:.4f}, db = {step.db:.4f}")
print(f"new w1 = {step.w[0]:.4f}, new w2 = {step.w[1]:.4f}, new b = {step.b:.4f}")

# %% mean
rows = []  # loss, dw1, dw2, db of each example alone
for x_i, y_i in zip(X, Y, strict=True):
    alone = step_with_two_loops([x_i], [y_i], w, b, alpha)
    rows.append([alone.J, *alone.dw, alone.db])
sums = [sum(column) for column in zip(*rows, strict=True)]
means = [total / len(X) for total in sums]
for name, row in zip(("example 1", "example 2", "example 3", "sum", "mean"), (*rows, sums, means), strict=True):
    print(f"{name:9}", *(f"{value:8.4f}" for value in row))


# %% judge
def J_of(w1: float, w2: float, b: float) -> float:
    return step_with_two_loops(X, Y, [w1, w2], b, alpha).J


slopes = [
    slope_from_both_sides(lambda w1: J_of(w1, w[1], b), w[0]),
    slope_from_both_sides(lambda w2: J_of(w[0], w2, b), w[1]),
    slope_from_both_sides(lambda b: J_of(*w, b), b),
]
print("by nudges: ", [f"{slope:.4f}" for slope in slopes])
print("two loops: ", [f"{slope:.4f}" for slope in (*step.dw, step.db)])

# %% descent
costs, now = [], (w, b)
for iteration in range(5):
    result = step_with_two_loops(X, Y, *now, alpha)
    costs.append(result.J)
    now = (result.w, result.b)
    print(f"iteration {iteration}: J = {result.J:.4f}")

# %% numbers
numbers = {
    "x": [x],
    "X": X,
    "Y": [[label] for label in Y],
    "w": [[weight] for weight in w],
    "b": b,
    "alpha": alpha,
    **{"activation": "relu", "W1": [w], "b1": [[b]]},  # the drawn neuron, which has no hidden layer
    "z": z,
    "a": a,
    "dz": dz,
    "by_nudge": by_nudge,
    "single": single._asdict(),
    "step": step._asdict(),
    "sums": dict(zip(("J", "dw1", "dw2", "db"), sums, strict=True)),
    "dz_each": [[row[-1]] for row in rows],
    "costs": costs,
}
