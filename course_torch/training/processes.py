"""A training of several processes: how many there may be, and the end of a lost connection."""

import os
import re

from lightning import Trainer
from lightning.pytorch.plugins.environments import LightningEnvironment, TorchElasticEnvironment
from torch.distributed import DistError

from course_torch.errors import InputError, unexpected
from course_torch.language import Text


def check_processes(trainer: Trainer) -> None:
    """Reject processes that would train apart, or wait for a node in vain. Raises InputError."""
    devices, nodes = trainer.num_devices, trainer.num_nodes
    if TorchElasticEnvironment.detect() and devices * nodes != (started := TorchElasticEnvironment().world_size()):
        expected = Text(f"the {started} that torchrun started", f"torchrun 启动的 {started} 个")
        raise unexpected(Text("devices, num_nodes", "devices、num_nodes"), f"{devices} × {nodes}", expected)
    cluster = getattr(trainer.strategy, "cluster_environment", None)
    if nodes > 1 and isinstance(cluster, LightningEnvironment) and "MASTER_ADDR" not in os.environ:
        raise InputError(
            f"num_nodes: found {nodes} without MASTER_ADDR, expected torchrun, which starts the processes of a node",
            f"num_nodes：得到 {nodes}，但没有 MASTER_ADDR；每个节点的进程应由 torchrun 启动",
        )


def lost_connection(error: RuntimeError) -> Text | None:
    """Return a line if the error says that another process ended or does not answer, otherwise None."""
    text = str(error)
    if not isinstance(error, DistError) and "gloo" not in text:  # gloo raises plain RuntimeErrors
        return None
    # gloo: [path/pair.cc:537] Read error [address]:port: Connection reset by peer. This is typically caused by …
    reason = re.sub(r"^\[\S*gloo\S*\] ", "", text.partition("\n")[0]).split(". This is typically")[0]
    return Text(
        f"no connection to another process of this training; if it ended, see its own message ({reason})",
        f"与这次训练的另一个进程没有连接；如果它已结束，请看它自己的消息（{reason}）",
    )
