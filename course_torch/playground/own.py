"""The learner's file, whose own backward pass trains (`--mine deep.py`)."""

from pathlib import Path

from course_torch.exercises.own_pass import OwnPass, check_network
from course_torch.exercises.recognition import chapter_of
from course_torch.exercises.source import read_source
from course_torch.network.deep_network import DeepNetwork
from course_torch.playground.settings import Settings


class OwnFile:
    """The file of an exercise, and its pass. Raises InputError if it cannot be read or has no backward pass."""

    def __init__(self, path: Path) -> None:
        self.path, self.name = path, path.name
        self.reload()

    def reload(self) -> None:
        """Read the file again. Raises InputError."""
        self.chapter = chapter_of(read_source(self.path))
        self.own_pass = OwnPass(self.path, self.settings().model_config().network())

    def settings(self) -> Settings:
        """The flower's network in the form of the file's chapter."""
        activation = self.chapter.hidden_activation or Settings.hidden_activation
        return Settings(
            hidden_layers=() if self.chapter.layers == 1 else Settings.hidden_layers,
            hidden_activation=activation,
            initialization="he" if activation == "relu" else Settings.initialization,
        )

    def check(self, network: DeepNetwork) -> None:
        """Reject a network that the file does not compute. Raises InputError."""
        check_network(self.chapter, network, self.path)


def own_pass_of(own: OwnFile | None) -> OwnPass | None:
    """The pass of the file, if there is one."""
    return None if own is None else own.own_pass
