"""The table of commands. A command NAME is the function NAME in the module `course_torch.commands.NAME`."""

from collections.abc import Callable
from importlib import import_module

COMMANDS = {  # This module imports no command, so the help needs no torch.
    "train": "train a network through Lightning, as train.py does",
    "configs": "list the configs of the experiments that `--config NAME` finds",
    "exercise": "write the file of a chapter, with one function to write for each formula of the notes",
    "check": "judge the functions of your file, and say why a function is wrong",
    "grade": "judge the files of a class, each in a sandbox, into a table",
    "trace": "show every formula of forward pass, backward pass and update with its numbers",
    "playground": "open a page in which a network trains, with every gradient judged and mistakes to make",
    "lesson": "open the lessons on the notes in the browser, in English or Chinese",
    "compare": "judge the gradients by hand against autograd and central differences",
    "reproduce": "run the course's experiments and compare their numbers with the published numbers",
    "bench": "time a step of gradient descent, an epoch and the start against alternatives",
    "shapes": "print the shapes of all W, b, Z, A and of their derivatives",
    "figures": "draw the figures of the notes",
    "vectorization": "time loops against vectorized code",
    "predict": "apply a trained network to pictures, to folders of pictures or to rows of numbers",
    "export": "write a trained network for other programs: safetensors, ONNX, nn.Sequential",
    "doctor": "check the installation, the machine and the gradients on each device",
}


def load_command(name: str) -> Callable[..., int]:
    return getattr(import_module(f"course_torch.commands.{name}"), name)
