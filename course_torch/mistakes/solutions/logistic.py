import numpy as np


def sigmoid(Z):
    return (1 + np.tanh(Z / 2)) / 2


def initialize_with_zeros(dim):
    return np.zeros((dim, 1)), 0.0


def loss(A, Y):
    return -(Y * np.log(A) + (1 - Y) * np.log(1 - A))


def compute_cost(A, Y):
    m = Y.shape[0]  # columns: shape[0] -> shape[1]
    return -np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A)) / m


def output_gradient(A, Y):
    return A - Y


def weight_gradient(X, dZ):
    m = X.shape[0]  # columns: shape[0] -> shape[1]
    return X.T @ dZ / m  # columns: X.T @ dZ -> X @ dZ.T


def bias_gradient(dZ):
    m = dZ.shape[0]  # columns: shape[0] -> shape[1]
    return np.sum(dZ) / m


def propagate(w, b, X, Y):
    m = X.shape[0]  # columns: shape[0] -> shape[1]
    A = sigmoid(X @ w + b)  # columns: X @ w -> w.T @ X
    cost = compute_cost(A, Y)
    dZ = A - Y
    dw = X.T @ dZ / m  # columns: X.T @ dZ -> X @ dZ.T
    db = np.sum(dZ) / m
    return {"dw": dw, "db": db}, cost


def update(w, b, dw, db, learning_rate):
    w = w - learning_rate * dw
    b = b - learning_rate * db
    return w, b


def optimize(w, b, X, Y, num_iterations, learning_rate, print_cost=False):
    costs = []
    for i in range(num_iterations):
        grads, cost = propagate(w, b, X, Y)
        w = w - learning_rate * grads["dw"]
        b = b - learning_rate * grads["db"]
        if i % 100 == 0:
            costs.append(cost)
    return {"w": w, "b": b}, grads, costs


def predict(w, b, X):
    A = sigmoid(X @ w + b)  # columns: X @ w -> w.T @ X
    return A > 0.5


def model(X_train, Y_train, X_test, Y_test, num_iterations=2000, learning_rate=0.5):
    w, b = initialize_with_zeros(X_train.shape[1])  # columns: X_train.shape[1] -> X_train.shape[0]
    params, _, costs = optimize(w, b, X_train, Y_train, num_iterations, learning_rate)
    w, b = params["w"], params["b"]
    test, train = predict(w, b, X_test), predict(w, b, X_train)
    return {"w": w, "b": b, "Y_prediction_test": test, "Y_prediction_train": train, "costs": costs}
