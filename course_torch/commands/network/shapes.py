"""`course-torch shapes`: the shapes of all tensors of a pass, and the hyperparameters."""

from dataclasses import asdict

import torch
from rich.console import Console
from rich.text import Text as Line

from course_torch.data.table import DataConfig
from course_torch.language import Language, Text
from course_torch.network.config import NetworkConfig
from course_torch.reports.tables import filled, shapes_table
from course_torch.text import shown


def shapes(model: NetworkConfig, data: DataConfig, *, language: Language = "en") -> int:
    """Run one forward and backward pass, and print the shapes of all W, b, Z, A and of their derivatives.

    Args:
        model: the network
        data: the set whose training split is the input
        language: en or zh
    """
    network = model.network()
    data_set = data.load_for(network)
    X, Y = data_set.train
    X = data_set.features(X, torch.get_default_dtype())
    caches = network.caches(X)
    steps = network.backward_steps(X, Y, input_derivative=True)
    title, console = Text("hyperparameters", "超参数").say(language), Console()
    console.print(shapes_table(network, caches, steps, language))
    options = {f"model.{name}": value for name, value in asdict(model).items()}
    options |= {f"data.{name}": value for name, value in asdict(data).items()}
    rows = ((name, Line(shown(value))) for name, value in options.items())
    console.print(filled((Text("name", "名称"), Text("value", "值")), rows, language, title=title))
    return 0
