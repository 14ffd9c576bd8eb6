"""The state of a training in its checkpoint is checked before the run is resumed."""

from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import torch

from course_torch.errors import InputError
from course_torch.exchange.trained_network import read_checkpoint
from course_torch.training.data_module import Position
from course_torch.training.module import NetworkModule
from course_torch.training.resume import check_optimizer, check_training_state
from tests.training.conftest import MISSING, changed

LOOPS = ("loops", "fit_loop")
LOADER = (*LOOPS, "state_dict", "combined_loader")
BATCHES = (*LOOPS, "epoch_loop.batch_progress")
STEPS = (*LOOPS, "epoch_loop.automatic_optimization.optim_progress", "optimizer", "step", "total")
OPTIONS, STATE = ("optimizer_states", 0, "param_groups"), ("optimizer_states", 0, "state")
POSITION = {"epoch": 0, "batch": 3, "batches": 20, "micro_batches": 1}
BEST = "BestCheckpoint{}"
NESTED: list[Any] = []
for _ in range(5000):
    NESTED = [NESTED]
REJECTED: list[tuple[Sequence[Any], Any, str]] = [
    (["pytorch-lightning_version"], None, "pytorch-lightning_version: found None, expected a version of at least 2.5"),
    (["pytorch-lightning_version"], "0.9", "found '0.9', expected a version of at least 2.5"),
    (["pytorch-lightning_version"], "new", "found 'new', expected a version of at least 2.5"),
    (["lr_schedulers"], MISSING, "the checkpoint has no 'lr_schedulers'"),
    (["loops"], {}, "loops has no 'fit_loop'"),
    (LOADER, [], "combined_loader: found [], expected one dict of the counts epoch, batch, batches, micro_batches"),
    (LOADER, [POSITION | {"batch": 20}], "found Position(epoch=0, batch=20, batches=20, micro_batches=1), expected"),
    (LOADER, [POSITION | {"micro_batches": 0}], "expected a batch below batches, divisible by micro_batches"),
    (LOADER, [POSITION | {"micro_batches": 2}], "expected a batch below batches, divisible by micro_batches"),
    (LOADER, [POSITION | {"epoch": -1}], "combined_loader: found [{"),
    (LOADER, [POSITION | {"batch": 2}], "loops.fit_loop.epoch_loop.batch_progress: found {"),
    ((*BATCHES, "current", "ready"), 10**6, "loops.fit_loop.epoch_loop.batch_progress: found {"),
    ((*BATCHES, "current", "reset"), 1, "loops.fit_loop.epoch_loop.batch_progress: found {"),
    ((*BATCHES, "total"), MISSING, "loops.fit_loop.epoch_loop.batch_progress: found {"),
    ((*BATCHES, "is_last_batch"), 0, "loops.fit_loop.epoch_loop.batch_progress: found {"),
    ((*LOOPS, "epoch_progress"), torch.ones(2), "loops.fit_loop.epoch_progress: found a tensor"),
    ((*LOOPS, "epoch_loop.state_dict", "_batches_that_stepped"), 7, "epoch_loop.state_dict: found {'_batches_that_st"),
    ((*STEPS, "completed"), 4, "global_step: found 3, expected the 4 updates of the optimizer"),
    ((*STEPS, "reset"), 1, "step.total: found {'completed': 3, 'ready': 3, 'reset': 1}, expected the counts"),
    (["optimizer_states"], [], "optimizer_states: found [], expected a list of one dict"),
    (OPTIONS, [], "optimizer_states.param_groups: found [], expected a list of one dict"),
    ((*OPTIONS, 0, "lr"), "fast", "optimizer_states.param_groups.lr: found 'fast', expected a finite number"),
    ((*OPTIONS, 0, "lr"), MISSING, "optimizer_states.param_groups has no 'lr'"),
    ((*OPTIONS, 0, "betas"), (5.0, 5.0), "betas: found (5.0, 5.0), expected two numbers, each from 0 to below 1"),
    ((*OPTIONS, 0, "amsgrad"), True, "amsgrad: found True, expected False"),
    ((*OPTIONS, 0, "params"), [0, 1], "params: found [0, 1], expected [0, 1, 2, 3, 4]"),
    ((*OPTIONS, 0, "params"), [torch.ones(2)] * 5, "params: found ["),
    ((*OPTIONS, 0, "notes"), NESTED, "param_groups.notes: found [[[[[[[...]]]]]]], expected None, True, False, a numb"),
    ((*STATE, 7), {}, "optimizer_states.state: found 7, expected 0 to 4"),
    ((*STATE, 0, "exp_avg"), MISSING, "optimizer_states.state[0] has no 'exp_avg'"),
    ((*STATE, 0, "exp_avg"), torch.ones(3), "state[0].exp_avg: found a tensor of torch.float32 and shape (3,), expect"),
    ((*STATE, 0, "step"), torch.tensor(-1.0), "state[0].step: found a tensor of torch.float32 and shape (), expected"),
    ((*STATE, 0, "notes"), NESTED, "state[0].notes: found [[[[[[[...]]]]]]], expected None"),
    (["callbacks"], [], "callbacks: found [], expected a dict"),
    (["callbacks", BEST], [], "callbacks.BestCheckpoint: found [], expected a dict"),
    (["callbacks", BEST], {"best_model_score": None}, "callbacks.BestCheckpoint has no 'best_model_path'"),
    (["callbacks", BEST], {"best_model_path": "a", "best_model_score": None}, "best_model_path without a best_model"),
    (["callbacks", BEST], {"best_model_path": "a", "best_model_score": torch.ones(2)}, "shape (2,), expected a"),
    (["callbacks", BEST], {"best_model_path": "", "best_model_score": None, "a": NESTED}, "BestCheckpoint.a: found [["),
    (["MixedPrecision"], {}, "MixedPrecision has no 'scale'"),
    (["datamodule_hyper_parameters"], 3, "datamodule_hyper_parameters: found 3, expected a dict"),
    (["datamodule_hyper_parameters", "seed"], torch.ones(2), "datamodule_hyper_parameters.seed: found a tensor"),
]


@pytest.fixture(scope="module")
def whole(checkpoint_file: Path) -> dict[str, Any]:
    return read_checkpoint(checkpoint_file)


@pytest.mark.parametrize(("place", "value", "message"), REJECTED)
def test_an_invalid_state_is_rejected(place: Sequence[Any], value: object, message: str, whole: dict[str, Any]) -> None:
    with pytest.raises(InputError) as raised:
        check_training_state(changed(whole, place, value))
    assert message in str(raised.value)
    assert len(str(raised.value)) < 700


def test_a_valid_state_gives_the_position(whole: dict[str, Any]) -> None:
    assert check_training_state(whole) == Position(epoch=0, batch=3, batches=20, micro_batches=1)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ((*OPTIONS, 0, "lr"), 0.5),  # a callback may have changed it
        ((*OPTIONS, 0, "decoupled_weight_decay"), MISSING),  # older versions of torch do not have this option
        (["datamodule_hyper_parameters"], MISSING),
        (["callbacks", "MyCallback"], {"anything": [1]}),
        (["callbacks", BEST], {"best_model_path": "", "best_model_score": None}),
    ],
)
def test_a_state_of_an_older_version_or_of_other_callbacks_is_accepted(
    place: Sequence[Any], value: object, whole: dict[str, Any]
) -> None:
    older = deepcopy(whole)
    older["optimizer_states"][0]["param_groups"][0].setdefault("decoupled_weight_decay", False)
    check_training_state(changed(older, place, value))


@pytest.mark.parametrize("optimizer", ["gradient_descent", "momentum", "adam"])
@pytest.mark.parametrize("updates", [0, 1])
def test_the_state_of_each_optimizer_is_accepted(optimizer: str, updates: int) -> None:
    arguments = {"layer_sizes": [2, 3, 1], "optimizer": optimizer}
    module = NetworkModule(**arguments)
    trained = module.configure_optimizers()
    for _ in range(updates):
        module.network.autograd_cost(torch.ones(4, 2), torch.ones(4, 1)).backward()
        trained.step()
    check_optimizer(trained.state_dict(), arguments)
