from math import exp

import numpy as np


def basic_sigmoid(x):
    return 1 / (1 + exp(-x))


def sigmoid(Z):
    return 1 / (1 + np.exp(-Z))


def sigmoid_derivative(Z):
    A = sigmoid(Z)
    return A * (1 - A)


def image2vector(image):
    return image.reshape(-1, 1)


def normalize_rows(x):
    return x / np.linalg.norm(x, axis=1, keepdims=True)


def softmax(x):
    return np.exp(x) / np.sum(np.exp(x), axis=1, keepdims=True)


def L1(yhat, y):
    return np.sum(np.abs(y - yhat))


def L2(yhat, y):
    return np.sum((y - yhat) ** 2)
