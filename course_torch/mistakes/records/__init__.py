"""The records of mistakes. A mistake that both a tensor and a function can have stands with the tensor.

backward                 in dZ[L]; in dZ and dA of the hidden layers
parameter_gradients      in dW, db or dslope alone
general                  in several tensors: factors, layouts, precision; and what is seen of a mistake without a name
forward                  in Z, A or the losses
forward_functions        in functions of the exercises for z, g(z) and the forward pass
cost, descent            in functions for cost and labels; for initial parameters, update and descent
backward_functions       in functions for the backward pass
basic_functions          in functions of chapters tensors and basics
exceptions               no numbers to compare with: an exception, the form of a result or the text shows it; notes
"""
