"""FSDP can shard the network as a whole: each of two ranks stores half of the parameters between steps."""

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import os, sys, torch
from torch.distributed import barrier, init_process_group
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import fully_shard, register_fsdp_forward_method
from course_torch import DeepNetwork

rank, folder = int(sys.argv[1]), sys.argv[2]
init_process_group("gloo", init_method=f"file://{folder}/rendezvous", rank=rank, world_size=2)

def trained(shard, m, prepare):
    network = DeepNetwork([6, 8, 4, 1], "tanh", dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    prepare(network)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.5, momentum=0.9)
    X = torch.randn(11, 6, dtype=torch.float64, generator=torch.Generator().manual_seed(2))
    for _ in range(20):
        optimizer.zero_grad()
        network.cost(X[shard], (X[shard, :1] > 0).double(), m).backward()
        optimizer.step()
    return network

def shard_network(network):
    fully_shard(network, mesh=init_device_mesh("cpu", (2,)))
    register_fsdp_forward_method(network, "cost")

whole = trained(slice(0, 11), 11, lambda network: None)
halves = trained(slice(rank * 5, 5 + rank * 6), 11 / 2, shard_network)  # shards of 5 and 6 examples
for one, half in zip(whole.parameters(), halves.parameters(), strict=True):
    torch.testing.assert_close(half.full_tensor(), one, rtol=1e-10, atol=1e-10)
    torch.testing.assert_close(half.to_local(), one.chunk(2)[rank] if len(one) > 1 or rank == 0 else one[:0])
barrier()  # gloo may abort a process whose peer has ended
os._exit(0)  # the threads of gloo may abort a process that ends by itself
"""


@pytest.mark.slow
def test_a_sharded_network_ends_with_the_parameters_of_an_unsharded_network(tmp_path: Path) -> None:
    processes = [
        subprocess.Popen([sys.executable, "-c", PROGRAM, rank, str(tmp_path)], stderr=subprocess.PIPE, text=True)
        for rank in ("0", "1")
    ]
    try:
        errors = [process.communicate(timeout=200)[1] for process in processes]
    finally:
        for process in processes:
            process.kill()
    assert [process.returncode for process in processes] == [0, 0], "".join(errors)[-3000:]
