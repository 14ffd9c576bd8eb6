import numpy as np


def layer_sizes(X, Y):
    return X.shape[1], 4, Y.shape[1]  # columns: X.shape[1] -> X.shape[0]; Y.shape[1] -> Y.shape[0]


def initialize_parameters(n_x, n_h, n_y):
    W1 = np.random.randn(n_h, n_x) * 0.01
    W2 = np.random.randn(n_y, n_h) * 0.01
    b1, b2 = np.zeros((1, n_h)), np.zeros((1, n_y))  # columns: (1, n_h) -> (n_h, 1); (1, n_y) -> (n_y, 1)
    return {"W1": W1, "b1": b1, "W2": W2, "b2": b2}


def node_by_node(a_prev, W, b):
    z = np.zeros((1, len(W)))  # columns: (1, len(W)) -> (len(W), 1)
    for j in range(len(W)):
        for k in range(W.shape[1]):
            z[0, j] += W[j, k] * a_prev[0, k]  # columns: z[0, j] -> z[j, 0]; a_prev[0, k] -> a_prev[k, 0]
        z[0, j] += b[0, j]  # columns: z[0, j] -> z[j, 0]; b[0, j] -> b[j, 0]
    return z


def sigmoid(Z):
    return 1 / (1 + np.exp(-Z))


def tanh(Z):
    return (np.exp(Z) - np.exp(-Z)) / (np.exp(Z) + np.exp(-Z))


def relu(Z):
    return Z * (Z > 0)


def leaky_relu(Z):
    return np.where(Z > 0, Z, 0.01 * Z)


def sigmoid_derivative(Z):
    A = sigmoid(Z)
    return A * (1 - A)


def tanh_derivative(Z):
    A = tanh(Z)
    return 1 - A**2


def relu_derivative(Z):
    return 1.0 * (Z > 0)


def leaky_relu_derivative(Z):
    return np.where(Z > 0, 1.0, 0.01)


def forward_propagation(X, parameters):
    W1, b1, W2, b2 = parameters["W1"], parameters["b1"], parameters["W2"], parameters["b2"]
    Z1 = X @ W1.T + b1  # columns: X @ W1.T -> W1 @ X
    A1 = np.tanh(Z1)
    Z2 = A1 @ W2.T + b2  # columns: A1 @ W2.T -> W2 @ A1
    A2 = sigmoid(Z2)
    return A2, {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}


def compute_cost(A2, Y):
    m = Y.shape[0]  # columns: shape[0] -> shape[1]
    return -np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)) / m


def backward_propagation(parameters, cache, X, Y):
    m = X.shape[0]  # columns: shape[0] -> shape[1]
    W2 = parameters["W2"]
    A1, A2 = cache["A1"], cache["A2"]
    dZ2 = A2 - Y
    dW2 = dZ2.T @ A1 / m  # columns: dZ2.T @ A1 -> dZ2 @ A1.T
    db2 = np.sum(dZ2, axis=0, keepdims=True) / m  # columns: axis=0 -> axis=1
    dA1 = dZ2 @ W2  # columns: dZ2 @ W2 -> W2.T @ dZ2
    dZ1 = dA1 * (1 - A1**2)
    dW1 = dZ1.T @ X / m  # columns: dZ1.T @ X -> dZ1 @ X.T
    db1 = np.sum(dZ1, axis=0, keepdims=True) / m  # columns: axis=0 -> axis=1
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}


def update_parameters(parameters, grads, learning_rate=1.2):
    new = {}
    for l in (1, 2):
        new[f"W{l}"] = parameters[f"W{l}"] - learning_rate * grads[f"dW{l}"]
        new[f"b{l}"] = parameters[f"b{l}"] - learning_rate * grads[f"db{l}"]
    return new


def train(X, Y, parameters, learning_rate, iterations):
    costs = []
    for _ in range(iterations):
        A2, cache = forward_propagation(X, parameters)
        costs.append(compute_cost(A2, Y))
        grads = backward_propagation(parameters, cache, X, Y)
        parameters = update_parameters(parameters, grads, learning_rate)
    return parameters, costs


def predict(parameters, X):
    A2, _ = forward_propagation(X, parameters)
    return 1.0 * (A2 > 0.5)


def nn_model(X, Y, n_h, num_iterations=10000, start=None):
    n_x, _, n_y = layer_sizes(X, Y)
    parameters = start or initialize_parameters(n_x, n_h, n_y)
    for _ in range(num_iterations):
        cache = forward_propagation(X, parameters)[1]
        grads = backward_propagation(parameters, cache, X, Y)
        parameters = update_parameters(parameters, grads)
    return parameters
