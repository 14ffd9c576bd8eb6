"""torch.compile compiles the forward pass and the hand-written backward pass as one graph each.

The tests run subprocesses without the jaxtyping hook, because torch.compile cannot trace the shape checks.
"""

import json
import shutil
import subprocess
import sys

import pytest

NETWORKS = [
    {"hidden_activation": "tanh"},
    {"hidden_activation": "relu"},
    {"hidden_activation": "leaky_relu", "learn_slope": True},
    {"hidden_activation": "tanh", "output": "softmax"},
]
PROGRAM = """
import json, sys, torch
from torch._dynamo.backends.common import aot_autograd
from functorch.compile import make_boxed_func
from course_torch import DeepNetwork

compiled = []  # for each graph: "forward" or "backward", then the dtypes of its matrix products

def count(name):
    def compile_(graph, inputs):
        products = [node for node in graph.graph.nodes if str(node.target) in ("aten.mm.default", "aten.addmm.default")]
        compiled.append([name, *{str(node.meta["val"].dtype) for node in products}])
        return make_boxed_func(graph.forward)
    return compile_

backend, options, sizes, pass_m, bfloat16 = json.loads(sys.argv[1])
if backend == "count":
    backend = aot_autograd(fw_compiler=count("forward"), bw_compiler=count("backward"))
generator = torch.Generator().manual_seed(1)
network = DeepNetwork([3, 5, 4, 2], dtype=torch.float64, generator=generator, **options)
dtype = torch.float32 if bfloat16 else torch.float64
network.to(dtype)
network.compiled_cost = torch.compile(network.cost, fullgraph=True, backend=backend)
errors = []
for rows in sizes:
    X = torch.randn(rows, 3, dtype=dtype, generator=generator)
    Y = torch.eye(2, dtype=dtype)[torch.randint(2, (rows,), generator=generator)]
    gradients = []
    for cost in (network.cost, network.compiled_cost):
        with torch.autocast("cpu", torch.bfloat16, enabled=bfloat16):
            J = cost(X, Y, rows / 2 if pass_m else None)
        gradients.append(torch.autograd.grad(J, list(network.parameters())))
    errors.append(max(((a - b).norm() / a.norm()).item() for a, b in zip(*gradients)))
print(json.dumps([errors, compiled]))
"""


def run(
    options: dict[str, object],
    sizes: list[int],
    *,
    backend: str = "count",
    pass_m: bool = False,
    bfloat16: bool = False,
) -> tuple[list, list]:
    """Return the relative errors of the gradients for batches of these sizes, and the compiled passes.

    If `pass_m`, the cost gets m as an argument, as in training.
    """
    arguments = json.dumps([backend, options, sizes, pass_m, bfloat16])
    command = [sys.executable, "-W", "error::RuntimeWarning", "-c", PROGRAM, arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=500)
    assert done.returncode == 0, done.stderr[-3000:]
    errors, compiled = json.loads(done.stdout)
    return errors, compiled


@pytest.mark.parametrize("pass_m", [False, True])
@pytest.mark.parametrize("options", NETWORKS, ids=[" ".join(map(str, options.values())) for options in NETWORKS])
def test_both_passes_are_one_graph_each_and_the_gradients_are_the_same(
    options: dict[str, object], pass_m: bool
) -> None:
    """`fullgraph` rejects graph breaks. The second batch size compiles once more, for all sizes; the third does not."""
    errors, compiled = run(options, [7, 7, 11, 5, 13], pass_m=pass_m)
    assert max(errors) < 1e-12
    assert compiled == [["forward", "torch.float64"], ["backward", "torch.float64"]] * 2


def test_a_single_batch_size_is_compiled_once() -> None:
    assert [name for name, *_ in run(NETWORKS[0], [7, 7])[1]] == ["forward", "backward"]


def test_the_compiled_backward_pass_uses_the_autocast_state_of_the_forward_pass() -> None:
    """Both passes multiply in bfloat16, so the gradients differ by a few rounding errors of 2⁻⁸."""
    errors, compiled = run(NETWORKS[0], [7], bfloat16=True)
    assert compiled == [["forward", "torch.bfloat16"], ["backward", "torch.bfloat16"]]
    assert max(errors) < 8 * 2**-8


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("g++") is None, reason="inductor compiles with g++")
def test_inductors_kernels_compute_the_same() -> None:
    errors, _ = run(NETWORKS[2], [7, 11, 5], backend="inductor", pass_m=True)
    assert max(errors) < 1e-12
