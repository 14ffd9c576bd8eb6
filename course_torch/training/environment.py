"""Checks of the environment variables and of the numbers that place a process among the others."""

from collections.abc import Mapping
from typing import Any

from lightning import Trainer
from lightning.pytorch.plugins.environments import LightningEnvironment, TorchElasticEnvironment

from course_torch.errors import InputError
from course_torch.training.rendezvous import AgreeingDDP

RANKS = ("LOCAL_RANK", "NODE_RANK", "GROUP_RANK", "RANK", "WORLD_SIZE")
RANGES = {"MASTER_PORT": (1, 65535)} | dict.fromkeys(RANKS, (0, 2**31 - 1))
"""Environment variables that Lightning reads as numbers, with the range of each."""
PER_CORE = 4
"""Processes that a core can share. More processes take turns, and each takes some 300 MB."""
AT_LEAST = 8


def check_numbers(environment: Mapping[str, str]) -> None:
    """Reject an environment variable that is no number in its range. Raises InputError."""
    for name, (low, high) in RANGES.items():
        text = environment.get(name)
        if text is not None and not (text.isascii() and text.isdecimal() and low <= int(text) <= high):
            raise InputError(f"environment variable {name}: found '{text}', expected a number from {low} to {high}")


def check_devices(devices: Any, cores: int) -> None:
    """Reject a number of devices, hence of processes, that this machine cannot run. Raises InputError."""
    most = max(AT_LEAST, PER_CORE * cores)
    if str(devices).isdecimal() and int(devices) > most:
        raise InputError(f"devices: found {devices}, expected at most {most} on this machine with {cores} cores")


def check_processes(trainer: Trainer, environment: Mapping[str, str]) -> None:
    """Reject processes that would train apart, that would wait for no one, or that claim a wrong rank.

    Raises InputError.
    """
    devices, nodes, strategy = trainer.num_devices, trainer.num_nodes, trainer.strategy
    if trainer.world_size > 1 and not isinstance(strategy, AgreeingDDP):
        raise InputError(f"strategy: found {type(strategy).__name__}, expected ddp, whose processes compare settings")
    if TorchElasticEnvironment.detect() and devices * nodes != (started := TorchElasticEnvironment().world_size()):
        raise InputError(f"devices, num_nodes: found {devices} × {nodes}, expected the {started} that torchrun started")
    cluster = getattr(strategy, "cluster_environment", None)
    if cluster is None or isinstance(cluster, LightningEnvironment | TorchElasticEnvironment):
        check_ranks(environment, devices, nodes)
    if isinstance(cluster, LightningEnvironment) and devices * nodes > 1:
        check_address(environment, nodes)


def check_ranks(environment: Mapping[str, str], devices: int, nodes: int) -> None:
    """Reject a rank that does not fit the numbers of devices and nodes: it is left over. Raises InputError."""
    found = {name: int(environment[name]) for name in RANKS if name in environment}
    rank = found.get("NODE_RANK", found.get("GROUP_RANK", 0)) * devices + found.get("LOCAL_RANK", 0)
    allowed = (range(devices), range(nodes), range(nodes), [rank], [devices * nodes])
    for name, numbers in zip(RANKS, allowed, strict=True):
        if name in found and found[name] not in numbers:
            expected = f"{numbers[0]}" if len(numbers) == 1 else f"{numbers[0]} to {numbers[-1]}"
            raise InputError(
                f"environment variable {name}: found {found[name]}, expected {expected} or none "
                f"for devices {devices}, num_nodes {nodes}"
            )


def check_address(environment: Mapping[str, str], nodes: int) -> None:
    """Reject a process whose place of meeting the others could not know. Raises InputError."""
    missing = " and ".join(name for name in ("MASTER_ADDR", "MASTER_PORT") if name not in environment)
    if missing and nodes > 1:
        raise InputError(
            f"num_nodes: found {nodes} without {missing}, expected these environment variables on every node, "
            f"with its own NODE_RANK from 0 to {nodes - 1}, or torchrun"
        )
    if missing and "LOCAL_RANK" in environment:
        raise InputError(
            f"environment variable LOCAL_RANK: found {environment['LOCAL_RANK']} without {missing}, expected none: "
            "without LOCAL_RANK the training starts the processes of all devices"
        )
