"""torch.compile compiles the forward and the hand-written backward pass as one graph each, and FSDP shards them."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

NETWORKS = [
    {"hidden_activation": "tanh"},
    {"hidden_activation": "relu"},
    {"hidden_activation": "leaky_relu", "learn_slope": True},
    {"hidden_activation": "tanh", "output": "softmax"},
]
COMPILING = """
import json, sys, torch
from torch._dynamo.backends.common import aot_autograd
from functorch.compile import make_boxed_func
from course_torch import DeepNetwork

compiled = []  # for each graph of a case: "forward" or "backward", then the dtypes of its matrix products

def count(name):
    def compile_(graph, inputs):
        products = [node for node in graph.graph.nodes if str(node.target) in ("aten.mm.default", "aten.addmm.default")]
        compiled.append([name, *{str(node.meta["val"].dtype) for node in products}])
        return make_boxed_func(graph.forward)
    return compile_

def compile_and_compare(backend, options, sizes, pass_m, bfloat16):
    torch._dynamo.reset()
    compiled.clear()
    if backend == "count":
        backend = aot_autograd(fw_compiler=count("forward"), bw_compiler=count("backward"))
    generator = torch.Generator().manual_seed(1)
    network = DeepNetwork([3, 5, 4, 2], dtype=torch.float64, generator=generator, **options)
    dtype = torch.float32 if bfloat16 else torch.float64
    network.to(dtype)
    dynamic = True if backend == "inductor" else None  # its kernels take seconds: those for all sizes alone
    network.compiled_cost = torch.compile(network.cost, fullgraph=True, backend=backend, dynamic=dynamic)
    errors = []
    for rows in sizes:
        X = torch.randn(rows, 3, dtype=dtype, generator=generator)
        Y = torch.eye(2, dtype=dtype)[torch.randint(2, (rows,), generator=generator)]
        gradients = []
        for cost in (network.cost, network.compiled_cost):
            with torch.autocast("cpu", torch.bfloat16, enabled=bfloat16):
                J = cost(X, Y, rows / 2 if pass_m else None)
            gradients.append(torch.autograd.grad(J, list(network.parameters())))
        errors.append(torch.stack([(a - b).norm() / a.norm() for a, b in zip(*gradients)]).max().item())  # nan stays
    return errors, list(compiled)

print(json.dumps([compile_and_compare(*case) for case in json.loads(sys.argv[1])]))
"""


class Case(NamedTuple):
    """A network, the sizes of its batches, and how it is compiled.

    If `pass_m`, the cost gets m as an argument, as in training.
    """

    backend: str
    options: dict[str, Any]
    sizes: list[int]
    pass_m: bool = False
    bfloat16: bool = False


class Compiled(NamedTuple):
    """The relative errors of the gradients for the batches of a case, and its compiled passes."""

    errors: list[float]
    passes: list[list[str]]


def run(cases: list[Case]) -> list[Compiled]:
    """Compile all cases in one process: the compiler alone takes seconds to import."""
    command = [sys.executable, "-W", "error::RuntimeWarning", "-c", COMPILING, json.dumps(cases)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=500)
    assert done.returncode == 0, done.stderr[-3000:]
    return [Compiled(*each) for each in json.loads(done.stdout)]


CASES = {
    " ".join(map(str, options.values())): Case("count", options, [7, 7, 11, 5], pass_m=True) for options in NETWORKS
}
CASES["tanh without m"] = Case("count", NETWORKS[0], [7, 7, 11, 5])


@pytest.fixture(scope="module")
def outcomes() -> dict[str, Compiled]:
    cases = CASES | {
        "one size": Case("count", NETWORKS[0], [7, 7]),
        "bfloat16": Case("count", NETWORKS[0], [7], bfloat16=True),
    }
    return dict(zip(cases, run(list(cases.values())), strict=True))


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_both_passes_are_one_graph_each_and_the_gradients_are_the_same(
    name: str, outcomes: dict[str, Compiled]
) -> None:
    """`fullgraph` rejects graph breaks. The second batch size compiles once more, for all sizes; the third does not."""
    errors, passes = outcomes[name]
    assert all(error < 1e-12 for error in errors)
    assert passes == [["forward", "torch.float64"], ["backward", "torch.float64"]] * 2


@pytest.mark.slow
def test_a_single_batch_size_is_compiled_once(outcomes: dict[str, Compiled]) -> None:
    assert [name for name, *_ in outcomes["one size"].passes] == ["forward", "backward"]


@pytest.mark.slow
def test_the_compiled_backward_pass_uses_the_autocast_state_of_the_forward_pass(outcomes: dict[str, Compiled]) -> None:
    """Both passes multiply in bfloat16, so the gradients differ by a few rounding errors of 2⁻⁸."""
    errors, passes = outcomes["bfloat16"]
    assert passes == [["forward", "torch.bfloat16"], ["backward", "torch.bfloat16"]]
    assert all(error < 8 * 2**-8 for error in errors)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("g++") is None, reason="inductor compiles with g++")
def test_inductors_kernels_compute_the_same() -> None:
    (outcome,) = run([Case("inductor", NETWORKS[2], [7, 11, 5], pass_m=True)])
    assert all(error < 1e-12 for error in outcome.errors)


SHARDING = """
import os, sys, torch
from torch.distributed import barrier, init_process_group
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import fully_shard, register_fsdp_forward_method
from course_torch import DeepNetwork

rank, folder = int(sys.argv[1]), sys.argv[2]
init_process_group("gloo", init_method=f"file://{folder}/rendezvous", rank=rank, world_size=2)

def trained(shard, m, prepare, updates=20):
    network = DeepNetwork([6, 8, 4, 1], "tanh", dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    prepare(network)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.5, momentum=0.9)
    X = torch.randn(11, 6, dtype=torch.float64, generator=torch.Generator().manual_seed(2))
    for _ in range(updates):
        optimizer.zero_grad()
        network.cost(X[shard], (X[shard, :1] > 0).double(), m).backward()
        optimizer.step()
    return network

def shard_network(network):
    fully_shard(network, mesh=init_device_mesh("cpu", (2,)))
    register_fsdp_forward_method(network, "cost")

first, whole = (trained(slice(0, 11), 11, lambda network: None, updates) for updates in (0, 20))
assert not any(torch.equal(old, new) for old, new in zip(first.parameters(), whole.parameters(), strict=True))
# Shards of 5 and 6 examples. FSDP averages the gradients of the 2 ranks, so each divides by half of m.
halves = trained(slice(rank * 5, 5 + rank * 6), 11 / 2, shard_network)
for one, half in zip(whole.parameters(), halves.parameters(), strict=True):
    torch.testing.assert_close(half.full_tensor(), one, rtol=1e-10, atol=1e-10)
    rows = one.chunk(2) if len(one) > 1 else (one, one[:0])  # rank 0 holds a single row
    torch.testing.assert_close(half.to_local(), rows[rank])
barrier()  # gloo may abort a process whose peer has ended
os._exit(0)  # the threads of gloo may abort a process that ends by itself
"""


@pytest.mark.slow
def test_a_sharded_network_ends_with_the_parameters_of_an_unsharded_network(tmp_path: Path) -> None:
    processes = [
        subprocess.Popen([sys.executable, "-c", SHARDING, rank, str(tmp_path)], stderr=subprocess.PIPE, text=True)
        for rank in ("0", "1")
    ]
    try:
        errors = [process.communicate(timeout=200)[1] for process in processes]
    finally:
        for process in processes:
            process.kill()
    assert [process.returncode for process in processes] == [0, 0], "".join(errors)[-3000:]
