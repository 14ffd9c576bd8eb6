"""The questions of lesson 1.5."""

from _questions.question import function, tensor

THREE = {"X": [[1.0, -2.0], [0.0, 4.0], [2.0, 1.0]], "dZ": [[-0.4], [0.2], [0.5]]}

LOGISTIC_REGRESSION = {
    "1.5-dz": tensor("dZ[L]", "sigmoid", A=[[0.8], [0.3]], Y=[[1.0], [0.0]]),
    "1.5-dw": function("logistic weight_gradient", **THREE),
    "1.5-db": function("logistic bias_gradient", dZ=THREE["dZ"]),
    "1.5-step": function(
        "logistic update", part=0, w=[[0.5], [-1.0]], b=0.0, dw=[[0.3], [-0.2]], db=0.1, learning_rate=0.2
    ),
}
