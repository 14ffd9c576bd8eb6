"""What a wrong function can see, and what a mistake is."""

import torch

from course_torch.formulas.layers import LayerCache
from course_torch.mistakes.context import TensorName
from course_torch.network.deep_network import DeepNetwork
from course_torch.verification.breakable import Call, Mistake, Variant
from tests.verification.by_hand import tensor

CACHES = [LayerCache(*(tensor([number], [0]) for number in (first, first + 1, first + 2))) for first in (1, 4)]


def call() -> Call:
    return Call(DeepNetwork([1, 1, 1], dtype=torch.float64), CACHES, tensor([1], [0]))


def test_a_call_of_layer_l_sees_the_layer() -> None:
    seen = call()
    assert (seen.L, seen.m) == (2, 2)
    for l, (A_prev, Z, A) in enumerate(CACHES, start=1):
        seen.l = l
        assert (seen.A_prev is A_prev, seen.Z is Z, seen.A is A) == (True, True, True)
        layer = seen.network.layers[l - 1]
        assert torch.equal(seen.W, layer.W)
        assert torch.equal(seen.b, layer.b)
        assert not seen.W.requires_grad
        assert not seen.b.requires_grad


def test_two_calls_record_apart() -> None:
    assert call().made == {}
    assert call().made is not call().made


def test_a_tensor_is_recorded_and_handed_on() -> None:
    seen, made = call(), tensor([7])
    assert seen.keep("dA", 1, made) is made
    assert seen.made == {TensorName("dA", 1): made}


def test_a_mistake_is_tried_on_every_output_and_in_float32_unless_it_says_otherwise() -> None:
    mistake, variant = Mistake("a", {}, "dW[L]", ("sign",)), Variant("b", {})
    assert (mistake.need, mistake.outputs, mistake.float32) == ("any", ("sigmoid", "softmax", "identity"), True)
    assert (variant.need, variant.outputs) == ("any", ("sigmoid", "softmax", "identity"))
