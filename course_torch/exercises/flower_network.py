"""The network on the flower in which a learner's pass is judged if no other network is asked for."""

from dataclasses import replace
from pathlib import Path

from course_torch.data.table import DataConfig
from course_torch.exercises.own_pass import check_has_pass
from course_torch.exercises.recognition import chapter_of
from course_torch.exercises.source import read_source
from course_torch.network.config import NetworkConfig

FLOWER_NETWORK = NetworkConfig(layer_sizes=(2, 4, 1), hidden_activation="tanh", learning_rate=1.2)
FLOWER = DataConfig(name="planar")


def network_for(mine: str) -> NetworkConfig:
    """The flower's network in the form of the file's chapter. Raises InputError if the file cannot be read."""
    chapter = chapter_of(read_source(Path(mine)))
    check_has_pass(chapter, mine)
    sizes = (2, 1) if chapter.layers == 1 else FLOWER_NETWORK.layer_sizes
    return replace(FLOWER_NETWORK, layer_sizes=sizes, hidden_activation=chapter.hidden_activation)
