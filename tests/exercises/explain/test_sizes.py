"""What the checker says of sizes that do not fit, in the messages of NumPy and of torch."""

import pytest

from tests.exercises.explain.test_exceptions import said


@pytest.mark.parametrize(
    ("library", "product"),
    [("numpy", "W @ A"), ("numpy", "np.dot(W, A)"), ("numpy", "W.dot(A)"), ("torch", "W @ A"), ("torch", "W.mm(A)")],
)
def test_a_product_in_the_wrong_order(library: str, product: str) -> None:
    """Seven examples, five features, four units: W has five columns, A has seven rows."""
    keys, english, chinese = said(library, "rows", "deep", "linear_forward", "A @ W.T", product)
    assert keys == ["sizes of a product"]
    assert "Here W has 5 columns and A has 7 rows: look for a transpose, or for the order of the two" in english
    assert "这里 W 有 5 列，A 有 7 行" in chinese


def test_two_products_on_a_line_are_not_told_apart() -> None:
    keys, english, _ = said("torch", "rows", "deep", "linear_forward", "A @ W.T", "(A @ W.T) * 0 + W @ A")
    assert keys == ["sizes of a product"]
    assert "Here the first has 5 columns and the second has 7 rows" in english


@pytest.mark.parametrize(
    ("library", "layout", "old", "new"),
    [
        ("numpy", "columns", "dZ @ A_prev.T", "dZ @ A_prev"),
        ("torch", "columns", "dZ @ A_prev.T", "dZ @ A_prev"),
        ("numpy", "rows", "dZ.T @ A_prev", "dZ @ A_prev"),
        ("torch", "rows", "dZ.T @ A_prev", "dZ @ A_prev"),
    ],
)
def test_a_transpose_that_is_missing_is_no_reshape(library: str, layout: str, old: str, new: str) -> None:
    """Where all sizes are equal both give the same numbers, but a reshape to the right shape raises nothing."""
    assert said(library, layout, "deep", "linear_backward", old, new)[0] == ["not transposed"]


@pytest.mark.parametrize(("library", "layout"), [("numpy", "rows"), ("torch", "rows")])
def test_an_operation_entry_by_entry(library: str, layout: str) -> None:
    keys, english, _ = said(library, layout, "deep", "linear_backward", "dZ @ W", "dZ * W")
    assert keys == ["entry by entry"]
    assert "@ is the matrix product" in english


def test_a_product_of_vectors() -> None:
    keys, english, _ = said("torch", "rows", "logistic", "propagate", "X @ w", "torch.dot(X, w)")
    assert keys == ["dot of vectors"]
    assert "torch.dot is for vectors" in english


def test_two_dtypes() -> None:
    keys, english, _ = said("torch", "rows", "deep", "linear_forward", "A @ W.T", "A @ torch.zeros(W.T.shape)")
    assert keys == ["two dtypes"]
    assert "as in dtype=Z.dtype" in english


def test_sizes_that_do_not_fit_in_a_function_that_it_calls() -> None:
    """The exception comes from linear_backward, which is right: L_model_backward hands it the cache of layer l + 1."""
    keys, english, _ = said("torch", "rows", "deep", "L_model_backward", "caches[l - 1]", "caches[l]")
    assert keys == ["handed over"]
    assert "look at that line, and at what the function is given" in english


@pytest.mark.parametrize("product", ["X.T @ (dZ > 0)", "X.T @ dZ.long()"])
def test_dtypes_that_are_no_two_floats(product: str) -> None:
    assert "two dtypes" not in said("torch", "rows", "logistic", "weight_gradient", "X.T @ dZ", product)[0]


def test_a_cause_that_changes_no_size_does_not_explain_an_exception_of_sizes() -> None:
    """Two mistakes: where all sizes are equal, the numbers show only that 1/m is missing."""
    keys, _, _ = said("torch", "rows", "deep", "linear_backward", "dZ.T @ A_prev / m", "A_prev @ dZ.T")
    assert keys == ["sizes of a product"]
