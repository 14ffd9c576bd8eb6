"""Lesson 3.3: parameters are learned, hyperparameters are chosen, and the choice decides what is learned."""

# %% count
import torch

from course_torch import DeepNetwork, gradient_descent
from course_torch.data.planar import flower_points
from course_torch.formulas.update import update
from course_torch.network.deep_network import evaluate

torch.set_default_dtype(torch.float64)


def network(hidden: list[int], activation: str = "tanh", seed: int = 1) -> DeepNetwork:
    return DeepNetwork([2, *hidden, 1], activation, generator=torch.Generator().manual_seed(seed))


def count(net: DeepNetwork) -> int:
    return sum(parameter.numel() for parameter in net.parameters())


for hidden in ([], [4], [8], [4, 4]):
    print(f"hidden layers {hidden!s:6}  {count(network(hidden)):2} parameters")

# %% one_number
paths = {}
for alpha in (0.1, 0.5, 1.2):
    w, path = torch.tensor(1.0), [1.0]
    for _ in range(4):
        update(w, 2 * w, alpha)  # J = w², so dw = 2 w
        path.append(w.item())
    paths[alpha] = path
    print(f"α = {alpha}:", "  ".join(f"{value:.4g}" for value in path))

# %% train
X, Y = flower_points(seed=1)  # 400 points
X_new, Y_new = flower_points(seed=2)  # 400 points that no training sees


def train(net: DeepNetwork, alpha: float, iterations: int) -> list[float]:
    return gradient_descent(net, X, Y, learning_rate=alpha, iterations=iterations, record_every=10).costs


print("   α        J  flower  another flower")
for alpha in (0.1, 1.2, 10.0):
    net = network([4])
    train(net, alpha, 1000)
    seen, new = evaluate(net, [(X, Y)]), evaluate(net, [(X_new, Y_new)])
    print(f"{alpha:4}  {seen.cost:.4f}  {seen.score:6.2%}          {new.score:6.2%}")

# %% seeds
trained = [network([4], seed=seed) for seed in (1, 4, 6)]
for net in trained:
    train(net, 1.2, 1000)
    first = [round(value, 2) for value in net.layers[0].W[0].tolist()]
    print(f"J = {evaluate(net, [(X, Y)]).cost:.4f}, weights of the first unit: {first}")


# %% numbers
def first_entries(net: DeepNetwork) -> list[float]:
    return [parameter.flatten()[0].item() for parameter in net.parameters()]


def recorded(hidden: list[int], activation: str, alpha: float) -> dict[str, object]:
    """The costs before every tenth update; parameters, J and accuracies after 10, 100 and 1000 updates."""
    net, costs, after = network(hidden, activation), [], {}
    shapes, start = [list(parameter.shape) for parameter in net.parameters()], first_entries(net)
    for updates, iterations in ((10, 10), (90, 100), (900, 1000)):
        costs += train(net, alpha, updates)
        seen, new = evaluate(net, [(X, Y)]), evaluate(net, [(X_new, Y_new)])
        after[str(iterations)] = {"J": seen.cost, "seen": seen.score, "new": new.score, "first": first_entries(net)}
    return {"parameters": count(net), "shapes": shapes, "start": start, "costs": costs, "after": after}


numbers = {
    "paths": {f"{alpha:g}": path for alpha, path in paths.items()},
    "seeds": [evaluate(net, [(X, Y)]).cost for net in trained],
    "course": count(DeepNetwork([12288, 20, 7, 5, 1])),
    "course_1": DeepNetwork([12288, 20, 7, 5, 1]).layers[0].W.numel() + 20,
    "runs": {
        f"{'-'.join(map(str, hidden))} {activation} {alpha:g}": recorded(hidden, activation, alpha)
        for hidden in ([], [4], [8], [4, 4])
        for activation in ("tanh", "relu", "sigmoid")
        for alpha in (0.1, 1.2, 10.0)
    },
}
