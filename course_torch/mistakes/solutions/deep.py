import numpy as np


def initialize_parameters_deep(layer_dims):
    parameters = {}
    for l in range(1, len(layer_dims)):
        parameters[f"W{l}"] = np.random.randn(layer_dims[l], layer_dims[l - 1]) / layer_dims[l - 1] ** 0.5
        parameters[f"b{l}"] = np.zeros((1, layer_dims[l]))  # columns: (1, layer_dims[l]) -> (layer_dims[l], 1)
    return parameters


def linear_forward(A, W, b):
    return A @ W.T + b, (A, W, b)  # columns: A @ W.T -> W @ A


def sigmoid(Z):
    return 1 / (1 + np.exp(-Z))


def relu(Z):
    return Z * (Z > 0)


def linear_activation_forward(A_prev, W, b, activation):
    Z, linear_cache = linear_forward(A_prev, W, b)
    A = sigmoid(Z) if activation == "sigmoid" else relu(Z)
    return A, (linear_cache, Z)


def L_model_forward(X, parameters):
    L = len(parameters) // 2
    A, caches = X, []
    for l in range(1, L + 1):
        activation = "relu" if l < L else "sigmoid"
        A, cache = linear_activation_forward(A, parameters[f"W{l}"], parameters[f"b{l}"], activation)
        caches.append(cache)
    return A, caches


def compute_cost(AL, Y):
    m = Y.shape[0]  # columns: shape[0] -> shape[1]
    return -np.sum(Y * np.log(AL) + (1 - Y) * np.log(1 - AL)) / m


def output_gradient(AL, Y):
    return AL - Y


def linear_backward(dZ, cache):
    A_prev, W, _ = cache
    m = A_prev.shape[0]  # columns: shape[0] -> shape[1]
    dW = dZ.T @ A_prev / m  # columns: dZ.T @ A_prev -> dZ @ A_prev.T
    db = np.sum(dZ, axis=0, keepdims=True) / m  # columns: axis=0 -> axis=1
    dA_prev = dZ @ W  # columns: dZ @ W -> W.T @ dZ
    return dA_prev, dW, db


def relu_backward(dA, Z):
    return dA * (Z > 0)


def sigmoid_backward(dA, Z):
    A = sigmoid(Z)
    return dA * A * (1 - A)


def linear_activation_backward(dA, cache, activation):
    linear_cache, Z = cache
    dZ = sigmoid_backward(dA, Z) if activation == "sigmoid" else relu_backward(dA, Z)
    return linear_backward(dZ, linear_cache)


def L_model_backward(AL, Y, caches):
    L, grads = len(caches), {}
    dA, grads[f"dW{L}"], grads[f"db{L}"] = linear_backward(output_gradient(AL, Y), caches[L - 1][0])
    for l in range(L - 1, 0, -1):
        dA, grads[f"dW{l}"], grads[f"db{l}"] = linear_activation_backward(dA, caches[l - 1], "relu")
    return grads


def update_parameters(parameters, grads, learning_rate):
    new = {}
    for l in range(1, len(parameters) // 2 + 1):
        new[f"W{l}"] = parameters[f"W{l}"] - learning_rate * grads[f"dW{l}"]
        new[f"b{l}"] = parameters[f"b{l}"] - learning_rate * grads[f"db{l}"]
    return new


def train(X, Y, parameters, learning_rate, iterations):
    costs = []
    for _ in range(iterations):
        AL, caches = L_model_forward(X, parameters)
        costs.append(compute_cost(AL, Y))
        grads = L_model_backward(AL, Y, caches)
        parameters = update_parameters(parameters, grads, learning_rate)
    return parameters, costs
