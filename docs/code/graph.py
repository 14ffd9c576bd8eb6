"""Station graph: a number that is used twice, and the graph of four friends."""


# %% twice
def J(x: float) -> float:
    u, v = 3 * x, 5 * x
    return u + v


print(J(3) - J(2))

# %% numbers
numbers = {"friends": 4}
