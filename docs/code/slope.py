"""Station slope: the slope of a curve, measured by a nudge."""

# %% nudge
from course_torch.formulas.computation_graph import slope_by_nudge


def J(w: float) -> float:
    return (w - 3) ** 2


print("    h    J(1 + h)    (J(1 + h) - J(1)) / h")
for h in (1, 0.1, 0.01, 0.001):
    print(f"{h:5}    {J(1 + h):.6f}    {slope_by_nudge(J, 1, h):.3f}")

# %% numbers
numbers = {"slope": slope_by_nudge(J, 1, 0.001)}
