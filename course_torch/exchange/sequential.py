"""The network as modules of torch.nn."""

from torch import Tensor, nn

from course_torch.errors import InputError
from course_torch.network.deep_network import DeepNetwork


def as_sequential(network: DeepNetwork) -> nn.Sequential:
    """Build nn.Sequential(nn.Linear, activation, …, nn.Linear, module of the output) with copies of the parameters.

    Raises InputError for an activation or an output without a module.
    """
    modules: list[nn.Module] = []
    for l, layer in enumerate(network.layers, start=1):
        n_out, n_in = layer.W.shape
        g = network.output if l == len(network.layers) else network.hidden_activation
        if g.module is None:
            raise InputError(f"nn.Sequential: found '{g.name}', which has no `module`")
        modules += [nn.Linear(n_in, n_out), g.module()]
    sequential = nn.Sequential(*modules).to(network.layers[0].W.dtype)
    sequential.load_state_dict(sequential_state(network))
    return sequential


def sequential_state(network: DeepNetwork) -> dict[str, Tensor]:
    """Return the state dict of `as_sequential(network)`."""
    state: dict[str, Tensor] = {}
    for l, layer in enumerate(network.layers):
        state |= {f"{2 * l}.weight": layer.W.detach(), f"{2 * l}.bias": layer.b.detach().flatten()}
        if layer.slope is not None:
            state[f"{2 * l + 1}.weight"] = layer.slope.detach().reshape(1)
    return state
